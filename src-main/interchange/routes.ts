import { Hono } from 'hono'
import { StudyUid } from '../../src-shared/ids.ts'
import { WrittenKind, WrittenQuery } from '../../src-shared/interchange.ts'
import { parseParam, parseQuery, principalOf, requireRole, type HttpEnv } from '../platform/http.ts'
import type { Interchange } from './index.ts'

const people = ['clinician', 'admin', 'assistant'] as const

/** What is written of a study as DICOM, under `/api/studies/{uid}`. */
export function createInterchangeRoutes(room: Interchange): Hono<HttpEnv> {
  return new Hono<HttpEnv>().basePath('/api/studies/:studyUid')
    .get('/export/:kind', async (c) => {
      const by = principalOf(c)
      // Nothing leaves by HEAD, so the trail must not say that something did.
      if (c.req.method === 'HEAD') return new Response(null, { headers: { 'content-type': 'application/dicom', 'cache-control': 'private, no-store' } })
      const { bytes, fileName } = await room.export(parseParam(c, 'kind', WrittenKind), parseParam(c, 'studyUid', StudyUid), parseQuery(c, WrittenQuery), by)
      return new Response(new Uint8Array(bytes), { headers: {
        'content-type': 'application/dicom', 'content-disposition': `attachment; filename="${fileName}"`, 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff'
      } })
    })
    .post('/keep/:kind', async (c) => {
      const by = requireRole(c, ...people)
      return c.json(await room.keep(parseParam(c, 'kind', WrittenKind), parseParam(c, 'studyUid', StudyUid), parseQuery(c, WrittenQuery), by))
    })
}
