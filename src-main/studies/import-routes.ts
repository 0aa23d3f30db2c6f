import { isAbsolute } from 'node:path'
import { Hono } from 'hono'
import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import { RowId } from '../../src-shared/ids.ts'
import { ImportPathsRequest, ImportUploadRequest, type ImportResult } from '../../src-shared/studies.ts'
import { parseJson, parseParam, parseQuery, principalOf, type HttpEnv } from '../platform/http.ts'
import type { Actor } from './import-lifecycle.ts'
import type { Studies } from './index.ts'
import { receiveMultipart } from './multipart.ts'

const FileQuery = z.object({ path: z.string().min(1).max(1000) })

/** Imports over HTTP: by paths of this machine, and by uploads one file a request. */
export function createImportRoutes(studies: Studies): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()

  app.post('/api/imports', async (c) => {
    const actor = principalOf(c)
    const { paths } = await parseJson(c, ImportPathsRequest)
    if (!paths.every((path) => isAbsolute(path))) throw new AppError('invalid-request', 'Name each file or folder by its full path.', { field: 'paths' })
    return c.json(studies.startImport(paths, actor), 202)
  })
  app.post('/api/imports/uploads', async (c) => {
    const actor = principalOf(c)
    const { label, total } = await parseJson(c, ImportUploadRequest)
    return c.json(studies.openUpload(label, total, actor), 201)
  })
  app.put('/api/imports/:id/files', async (c) => {
    principalOf(c)
    const { path } = parseQuery(c, FileQuery)
    const id = parseParam(c, 'id', RowId)
    await studies.receiveFile(id, path, bodyOf(c.req.raw), lengthOf(c.req.raw))
    return c.json(studies.imports.progress(id))
  })
  app.post('/api/imports/:id/finish', async (c) => {
    principalOf(c)
    return c.json(await studies.finishUpload(parseParam(c, 'id', RowId)))
  })
  app.delete('/api/imports/:id', async (c) => {
    principalOf(c)
    return c.json(await studies.imports.cancel(parseParam(c, 'id', RowId)))
  })
  app.get('/api/imports', (c) => {
    principalOf(c)
    return c.json(studies.imports.recent(50))
  })
  app.get('/api/imports/:id', (c) => {
    principalOf(c)
    return c.json(studies.imports.summary(parseParam(c, 'id', RowId)))
  })
  return app
}

/** A request's body as one import: a file, or a form of several. */
export async function takeIn(studies: Studies, request: Request, name: string, actor: Actor): Promise<ImportResult> {
  const { id } = studies.openUpload(name, null, actor)
  try {
    if (request.headers.get('content-type')?.toLowerCase().startsWith('multipart/form-data') === true) {
      await receiveMultipart(request, (path, source) => studies.receiveFile(id, path, source, null))
    } else {
      await studies.receiveFile(id, name, bodyOf(request), lengthOf(request))
    }
  } catch (error) {
    await studies.imports.cancel(id)
    throw error
  }
  await studies.finishUpload(id)
  return studies.importResult(id)
}

function bodyOf({ body }: Request): AsyncIterable<Uint8Array> {
  if (body === null) throw new AppError('invalid-request', 'This request carries no file.')
  return body
}

/** Null where the sender does not say; then only the file's own structure tells whether it is whole. */
function lengthOf({ headers }: Request): number | null {
  const stated = headers.get('content-length')
  return stated === null || !/^\d+$/.test(stated) ? null : Number(stated)
}
