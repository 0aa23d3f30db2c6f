import { Hono } from 'hono'
import { z } from 'zod'
import { FramePackQuery } from '../../src-shared/frame-pack-query.ts'
import { SeriesUid, SopInstanceUid } from '../../src-shared/ids.ts'
import { answerFile } from '../platform/http-files.ts'
import { parseParam, parseQuery, principalOf, type HttpEnv } from '../platform/http.ts'
import type { Studies } from './index.ts'

/** A frame never changes, but a browser's disk cache outlives the session that may see it; the loopback is fast enough without one. */
const unkept = 'no-store'
const FrameNumber = z.coerce.number().int().positive()

/** Frames, one by one (as stored, or with `?decoded=1` as plain cells) or many in a stream, and the pictures of the series strip. */
export function createPixelRoutes(studies: Studies): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/api/instances/:uid/frames/:n', async (c) => {
    principalOf(c)
    const uid = parseParam(c, 'uid', SopInstanceUid)
    const frameNumber = parseParam(c, 'n', FrameNumber)
    const { bytes, transferSyntaxUid, photometricInterpretation } = c.req.query('decoded') === '1' ? await studies.decodedFrame(uid, frameNumber) : await studies.frame(uid, frameNumber)
    return new Response(bodyOf(bytes), {
      headers: {
        'content-type': 'application/octet-stream', 'content-length': String(bytes.length), 'cache-control': unkept, 'x-content-type-options': 'nosniff',
        'x-transfer-syntax-uid': transferSyntaxUid, 'x-photometric-interpretation': photometricInterpretation
      }
    })
  })
  app.get('/api/series/:uid/pack', (c) => {
    principalOf(c)
    const pack = studies.framePack(parseParam(c, 'uid', SeriesUid), parseQuery(c, FramePackQuery))
    return new Response(pack, { headers: { 'content-type': 'application/octet-stream', 'cache-control': unkept, 'x-content-type-options': 'nosniff' } })
  })
  app.get('/api/series/:uid/thumbnail', async (c) => {
    principalOf(c)
    const path = await studies.thumbnailOf(parseParam(c, 'uid', SeriesUid))
    return answerFile(c.req.raw, { path, contentType: 'image/webp', headers: { 'cache-control': unkept } })
  })
  return app
}

/** A view without a copy; never over shared memory, which a response may not hold. */
function bodyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
}
