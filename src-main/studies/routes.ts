import { Hono } from 'hono'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import { WorklistQuery } from '../../src-shared/studies.ts'
import { TagPath, TagQuery, type InstanceList } from '../../src-shared/tags.ts'
import { answerFile } from '../platform/http-files.ts'
import { parseParam, parseQuery, principalOf, type HttpEnv } from '../platform/http.ts'
import { createExportRoutes } from './export-routes.ts'
import { createImportRoutes } from './import-routes.ts'
import type { Studies } from './index.ts'
import { createObjectRoutes } from './object-routes.ts'
import { createPixelRoutes } from './pixel-routes.ts'

/** Everything of the room under /api. */
export function createStudiesRoutes(studies: Studies): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/api/worklist', (c) => {
    principalOf(c)
    return c.json(studies.worklist(parseQuery(c, WorklistQuery)))
  })
  app.get('/api/studies/:uid', (c) => {
    principalOf(c)
    return c.json(studies.detail(parseParam(c, 'uid', StudyUid)))
  })
  app.get('/api/series/:uid', (c) => {
    principalOf(c)
    return c.json(studies.describeSeries(parseParam(c, 'uid', SeriesUid)))
  })
  app.get('/api/instances/:uid/file', (c) => {
    principalOf(c)
    const path = studies.fileOf(parseParam(c, 'uid', SopInstanceUid))
    return answerFile(c.req.raw, { path, contentType: 'application/dicom', headers: { 'cache-control': 'no-store' } })
  })
  app.get('/api/series/:uid/instances', (c) => {
    principalOf(c)
    return c.json<InstanceList>({ sopInstanceUids: studies.exports.instancesOf(parseParam(c, 'uid', SeriesUid)) })
  })
  app.get('/api/instances/:uid/tags', async (c) => {
    principalOf(c)
    return c.json(await studies.tagsOf(parseParam(c, 'uid', SopInstanceUid), parseQuery(c, TagQuery)))
  })
  app.get('/api/instances/:uid/tags/:path', async (c) => {
    principalOf(c)
    return c.json(await studies.tagValueOf(parseParam(c, 'uid', SopInstanceUid), parseParam(c, 'path', TagPath)))
  })
  app.route('/', createPixelRoutes(studies))
  app.route('/', createObjectRoutes(studies))
  app.route('/', createExportRoutes(studies))
  app.route('/', createImportRoutes(studies))
  return app
}
