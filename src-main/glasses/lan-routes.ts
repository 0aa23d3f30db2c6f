import { Hono, type Context } from 'hono'
import { BiometricUpload, CaptionUpload, PairRequest } from '../../src-shared/glasses.ts'
import { AppError } from '../../src-shared/errors.ts'
import { parseJson, type HttpEnv } from '../platform/http.ts'
import type { Credentials } from './devices/devices.ts'
import type { Glasses } from './index.ts'

const mostUploadBytes = 256 * 1024

/** What devices of the LAN reach: pairing, and the uploads of the existing clients. The stream itself is a WebSocket. */
export function createGlassesLanRoutes(glasses: Glasses): Hono<HttpEnv> {
  const credentialsOf = (c: Context<HttpEnv>): Credentials => ({
    token: /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? null,
    word: c.req.header('x-magic-word') ?? (glasses.takesWordInQuery() ? c.req.query('magic_word') ?? null : null), peer: peerOf(c)
  })
  return new Hono<HttpEnv>()
    .post('/glasses/pair', async (c) => c.json(glasses.pair(await parseJson(c, PairRequest, { maxBytes: 4096 }), peerOf(c))))
    .post('/captions/upload', async (c) => {
      const device = glasses.devices.admit(credentialsOf(c))
      if (device === null) return c.text('forbidden', 403)
      return c.json(glasses.addCaption(await parseJson(c, CaptionUpload, { maxBytes: mostUploadBytes }), device))
    })
    .post('/biometrics/upload', async (c) => {
      const device = glasses.devices.admit(credentialsOf(c))
      if (device === null) return c.text('forbidden', 403)
      return c.json(glasses.addBiometric(await parseJson(c, BiometricUpload, { maxBytes: mostUploadBytes }), device))
    })
    // A client that does not upgrade is told what this is.
    .get('/vision/stream', () => { throw new AppError('unsupported', 'This address is a WebSocket: frames go in as binary messages.') })
}

/** Where a request comes from, as the host that took it in says. */
function peerOf(c: Context<HttpEnv>): string {
  return c.env?.peer ?? ''
}
