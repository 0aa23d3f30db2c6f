import { Hono } from 'hono'
import { RowId } from '../../src-shared/ids.ts'
import { ImportPathsRequest } from '../../src-shared/studies.ts'
import { parseJson, parseParam, principalOf, type HttpEnv } from '../platform/http.ts'
import type { Studies } from './index.ts'

/** Imports over HTTP: by paths of this machine, and by uploads. */
export function createImportRoutes(studies: Studies): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.post('/api/imports', async (c) => {
    const actor = principalOf(c)
    const { paths } = await parseJson(c, ImportPathsRequest)
    return c.json(studies.startImport(paths, actor), 202)
  })
  app.get('/api/imports', (c) => {
    principalOf(c)
    return c.json(studies.imports.recent(50))
  })
  app.get('/api/imports/:id', (c) => {
    principalOf(c)
    return c.json(studies.imports.summary(parseParam(c, 'id', RowId)))
  })
  app.delete('/api/imports/:id', async (c) => {
    principalOf(c)
    return c.json(await studies.imports.cancel(parseParam(c, 'id', RowId)))
  })
  return app
}
