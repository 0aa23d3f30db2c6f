import { Hono } from 'hono'
import { z } from 'zod'
import { SopInstanceUid } from '../../src-shared/ids.ts'
import { parseParam, principalOf, type HttpEnv } from '../platform/http.ts'
import type { Studies } from './index.ts'

/** A frame never changes under its UID: other bytes are refused at import. */
const immutable = 'private, max-age=31536000, immutable'
const FrameNumber = z.coerce.number().int().positive()

/** Frames as stored. */
export function createPixelRoutes(studies: Studies): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/api/instances/:uid/frames/:n', async (c) => {
    principalOf(c)
    const { bytes, transferSyntaxUid } = await studies.frame(parseParam(c, 'uid', SopInstanceUid), parseParam(c, 'n', FrameNumber))
    return new Response(bodyOf(bytes), {
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes.length), 'x-transfer-syntax-uid': transferSyntaxUid, 'cache-control': immutable, 'x-content-type-options': 'nosniff' }
    })
  })
  return app
}

/** A view without a copy; never over shared memory, which a response may not hold. */
function bodyOf(bytes: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
}
