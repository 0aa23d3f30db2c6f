import { extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { Hono } from 'hono'
import { AppError } from '../../src-shared/errors.ts'
import { answerFile } from '../platform/http-files.ts'
import type { HttpEnv } from '../platform/http.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm', '.json': 'application/json', '.map': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp',
  '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.woff': 'font/woff', '.ttf': 'font/ttf', '.jpg': 'image/jpeg', '.webmanifest': 'application/manifest+json', '.txt': 'text/plain; charset=utf-8'
}

/**
 * The renderer's files. A path that doesn't end like a file is a place inside the application and gets the page itself; what follows
 * the last dot of a UID is no ending.
 */
export function createStaticRoutes(rendererDir: string): Hono<HttpEnv> {
  const root = resolve(rendererDir)
  const routes = new Hono<HttpEnv>()
  routes.on(['GET', 'HEAD'], '/*', (c) => {
    const path = fileOf(root, new URL(c.req.url).pathname)
    const contentType = types[extname(path)]
    const isAsset = relative(root, path).split(sep)[0] === 'assets'
    if (extname(path) === '.html' || (contentType === undefined && !isAsset)) return page(c.req.raw, join(root, 'index.html'))
    // Vite writes a hash of the content into each name under assets/, so such a file never changes.
    const caching = isAsset ? 'public, max-age=31536000, immutable' : 'no-cache'
    return answerFile(c.req.raw, { path, contentType: contentType ?? 'application/octet-stream', headers: { 'cache-control': caching } })
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
