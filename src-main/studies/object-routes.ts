import { Hono } from 'hono'
import { SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import { parseParam, principalOf, type HttpEnv } from '../platform/http.ts'
import type { Studies } from './index.ts'

/** What is drawn on or written about images by objects of the study: the list, one object's content and its bulk, and the bytes of a PDF. */
export function createObjectRoutes({ objects }: Pick<Studies, 'objects'>): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.get('/api/studies/:uid/overlays', async (c) => {
    principalOf(c)
    return c.json(await objects.list(parseParam(c, 'uid', StudyUid)))
  })
  app.get('/api/overlays/:uid', async (c) => {
    principalOf(c)
    return c.json(await objects.content(parseParam(c, 'uid', SopInstanceUid)))
  })
  app.get('/api/overlays/:uid/bulk', async (c) => {
    principalOf(c)
    return bytesAnswer(await objects.bulk(parseParam(c, 'uid', SopInstanceUid)), { 'content-type': 'application/octet-stream' })
  })
  // A stranger's document is never shown inside our own page: it is handed over as a file.
  app.get('/api/instances/:uid/document', async (c) => {
    const by = principalOf(c)
    // Nothing leaves by HEAD, so the trail must not say that something did.
    if (c.req.method === 'HEAD') return new Response(null, { headers: { 'content-type': 'application/pdf', 'cache-control': 'no-store' } })
    return bytesAnswer(await objects.pdf(parseParam(c, 'uid', SopInstanceUid), by), { 'content-type': 'application/pdf', 'content-disposition': 'attachment; filename="document.pdf"' })
  })
  return app
}

function bytesAnswer(bytes: Uint8Array, headers: Readonly<Record<string, string>>): Response {
  return new Response(Uint8Array.from(bytes), { headers: { ...headers, 'content-length': String(bytes.length), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } })
}
