import { Hono } from 'hono'
import { z } from 'zod'
import { HubTokenRequest, ModelDownloadRequest, ModelImportRequest, ModelOfferRequest } from '../../src-shared/models.ts'
import { RowId } from '../../src-shared/ids.ts'
import { ReaderSettingsPatch } from '../../src-shared/reading.ts'
import { parseJson, parseParam, principalOf, requireRole, type HttpEnv } from '../platform/http.ts'
import type { Reader } from './reader.ts'

const Name = z.string().min(1).max(80)

/** The paths of the reader and of its models, under `/api`. Only an administrator changes anything. */
export function createReaderRoutes(reader: Reader): Hono<HttpEnv> {
  const { models, downloads, hubToken } = reader
  return new Hono<HttpEnv>().basePath('/api')
    .get('/reader', (c) => { principalOf(c); return c.json(reader.status()) })
    .put('/reader/settings', async (c) => {
      const by = requireRole(c, 'admin')
      reader.settings.change(await parseJson(c, ReaderSettingsPatch), by)
      return c.json(reader.status())
    })
    .post('/reader/try', async (c) => {
      requireRole(c, 'admin')
      const sizePx = 64
      const { statements, run, timing } = await reader.run('caption-chunk', { frames: [{ width: sizePx, height: sizePx, rgb: new Uint8Array(3 * sizePx * sizePx).fill(128) }], history: [], prompt: 'Say what you see.' }, { signal: c.req.raw.signal })
      return c.json({ text: statements.flatMap(({ spans }) => spans).map(({ text }) => text).join(''), run, timing })
    })
    .get('/models', async (c) => { principalOf(c); return c.json(await models.list()) })
    .post('/models/import', async (c) => {
      const by = requireRole(c, 'admin')
      return c.json(await models.importFolder(await parseJson(c, ModelImportRequest), by), 201)
    })
    .post('/models/offer', async (c) => {
      requireRole(c, 'admin')
      return c.json(await downloads.offer(await parseJson(c, ModelOfferRequest), c.req.raw.signal))
    })
    .post('/models/downloads', async (c) => {
      const by = requireRole(c, 'admin')
      return c.json(await downloads.start(await parseJson(c, ModelDownloadRequest), by), 202)
    })
    .post('/models/downloads/:id/resume', (c) => {
      const by = requireRole(c, 'admin')
      return c.json(downloads.resume(parseParam(c, 'id', RowId), by), 202)
    })
    .delete('/models/downloads/:id', async (c) => {
      requireRole(c, 'admin')
      const id = parseParam(c, 'id', RowId)
      if (!models.cancelImport(id)) await downloads.cancel(id)
      return c.json(await models.list())
    })
    .put('/models/token', async (c) => {
      const by = requireRole(c, 'admin')
      return c.json({ isKnown: await hubToken.set((await parseJson(c, HubTokenRequest)).token, by) })
    })
    .delete('/models/token', (c) => {
      hubToken.forget(requireRole(c, 'admin'))
      return c.body(null, 204)
    })
    .post('/models/:name/verify', async (c) => {
      requireRole(c, 'admin')
      return c.json(await models.verify(parseParam(c, 'name', Name), { signal: c.req.raw.signal }))
    })
    .post('/models/:name/use', async (c) => {
      const by = requireRole(c, 'admin')
      models.use(parseParam(c, 'name', Name), by)
      return c.json(await models.list())
    })
    .delete('/models/:name', async (c) => {
      const by = requireRole(c, 'admin')
      await models.remove(parseParam(c, 'name', Name), by)
      return c.json(await models.list())
    })
}
