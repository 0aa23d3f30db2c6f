import { Hono, type Context } from 'hono'
import { ExportRequest, type ZipAnnounced } from '../../src-shared/exports.ts'
import { SeriesUid, StudyUid } from '../../src-shared/ids.ts'
import { bodyOf } from '../platform/http-stream.ts'
import { parseJson, parseParam, principalOf, type HttpEnv } from '../platform/http.ts'
import { writeZip } from '../platform/zip.ts'
import type { ZipExport } from './exports.ts'
import type { Studies } from './index.ts'

/** Stored files as they came in, one zip a series or study; and the window's word on what it made of images. */
export function createExportRoutes({ exports }: Pick<Studies, 'exports'>): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  const answer = (c: Context<HttpEnv>, found: ZipExport) => {
    const by = principalOf(c)
    const headers = {
      'content-type': 'application/zip', 'content-length': String(found.bytes), 'content-disposition': `attachment; filename="${found.fileName}"`,
      'cache-control': 'no-store', 'x-content-type-options': 'nosniff'
    }
    // Nothing leaves by it, so nothing is written down.
    if (c.req.method === 'HEAD') return new Response(null, { headers })
    exports.recordZip(by, found)
    return new Response(bodyOf((signal) => writeZip(found.entries, signal)), { headers })
  }

  // Asked before the browser is sent to fetch the zip: a download that fails tells no reason.
  app.get('/api/series/:uid/export', (c) => {
    principalOf(c)
    return c.json(announced(exports.series(parseParam(c, 'uid', SeriesUid))))
  })
  app.get('/api/studies/:uid/export', (c) => {
    principalOf(c)
    return c.json(announced(exports.study(parseParam(c, 'uid', StudyUid))))
  })
  app.get('/api/series/:uid/dicom.zip', (c) => {
    principalOf(c)
    return answer(c, exports.series(parseParam(c, 'uid', SeriesUid)))
  })
  app.get('/api/studies/:uid/dicom.zip', (c) => {
    principalOf(c)
    return answer(c, exports.study(parseParam(c, 'uid', StudyUid)))
  })
  app.post('/api/studies/:uid/exports', async (c) => {
    const by = principalOf(c)
    const studyUid = parseParam(c, 'uid', StudyUid)
    exports.recordMade(by, studyUid, await parseJson(c, ExportRequest))
    return c.body(null, 204)
  })
  return app
}

const announced = ({ fileName, entries, bytes }: ZipExport): ZipAnnounced => ({ fileName, files: entries.length, bytes })
