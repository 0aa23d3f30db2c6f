import { join, resolve } from 'node:path'
import { Hono } from 'hono'
import { AppError } from '../../src-shared/errors.ts'
import { answerFile } from '../platform/http-files.ts'
import type { HttpEnv } from '../platform/http.ts'

const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' } as const
export type LanPage = Readonly<{
  path: string
  /** Of `<entry>.html`; the files that are the page's own are called after it. */
  entry: string
}>

/** A page for other machines, and the files that are its own: nothing else of the window is served to them. */
export function createLanPage(rendererDir: string, { path, entry }: LanPage): Hono<HttpEnv> {
  const root = resolve(rendererDir)
  return new Hono<HttpEnv>()
    .get(path, async (c) => {
      try {
        return await answerFile(c.req.raw, { path: join(root, `${entry}.html`), contentType: 'text/html; charset=utf-8', headers: { 'cache-control': 'no-cache' } })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        throw new AppError('not-configured', 'The page has not been built yet. Run npm start, or npm run build.', { cause: error })
      }
    })
    .get(`/assets/:name{${entry}-[A-Za-z0-9_-]+\\.(?:js|css)}`, (c) => {
      const name = c.req.param('name')
      return answerFile(c.req.raw, { path: join(root, 'assets', name), contentType: name.endsWith('.js') ? types.js : types.css, headers: { 'cache-control': 'public, max-age=31536000, immutable' } })
    })
}
