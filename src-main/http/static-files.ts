import { extname, join, relative, isAbsolute, resolve } from 'node:path'
import { Hono } from 'hono'
import { AppError } from '../../src-shared/errors.ts'
import { answerFile } from '../platform/http-files.ts'
import type { HttpEnv } from '../platform/http.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm', '.json': 'application/json', '.map': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp',
  '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8'
}

/** The renderer's files. A path without an ending is a place inside the application and gets the page itself. */
export function createStaticRoutes(rendererDir: string): Hono<HttpEnv> {
  const root = resolve(rendererDir)
  const routes = new Hono<HttpEnv>()
  routes.on(['GET', 'HEAD'], '/*', (c) => {
    const path = fileOf(root, new URL(c.req.url).pathname)
    const extension = extname(path)
    if (extension === '' || extension === '.html') return page(c.req.raw, join(root, 'index.html'))
    return answerFile(c.req.raw, { path, contentType: types[extension] ?? 'application/octet-stream', headers: { 'cache-control': cacheOf(root, path) } })
  })
  return routes
}

async function page(request: Request, path: string): Promise<Response> {
  try {
    return await answerFile(request, { path, contentType: 'text/html; charset=utf-8', headers: { 'cache-control': 'no-cache' } })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError('not-configured', 'The window has not been built yet. Run npm start, or npm run build.', { cause: error })
  }
}

/** Vite writes a hash of the content into each name under assets/, so such a file never changes. */
function cacheOf(root: string, path: string): string {
  return relative(root, path).startsWith('assets') ? 'public, max-age=31536000, immutable' : 'no-cache'
}

/** The file that a path names, never outside `root`. Escapes are undone once; what still looks like a way out is refused. */
function fileOf(root: string, pathname: string): string {
  const nothing = new AppError('not-found', 'There is nothing here.')
  let name: string
  try { name = decodeURIComponent(pathname) } catch { throw nothing }
  if (name.includes('\0') || name.includes('\\')) throw nothing
  const path = resolve(join(root, name))
  const inside = relative(root, path)
  if (inside.startsWith('..') || isAbsolute(inside)) throw nothing
  return path
}
