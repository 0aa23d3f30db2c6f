import { Hono } from 'hono'
import { z } from 'zod'
import { ModelImportRequest } from '../../src-shared/models.ts'
import { ReaderSettingsPatch } from '../../src-shared/reading.ts'
import { parseJson, parseParam, principalOf, requireRole, type HttpEnv } from '../platform/http.ts'
import type { Reader } from './reader.ts'

const Name = z.string().min(1).max(80)

/** The paths of the reader and of its models, under `/api`. Only an administrator changes anything. */
export function createReaderRoutes(reader: Reader): Hono<HttpEnv> {
  const { models } = reader
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
