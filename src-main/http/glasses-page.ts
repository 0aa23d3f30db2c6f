import { join, resolve } from 'node:path'
import { Hono } from 'hono'
import { AppError } from '../../src-shared/errors.ts'
import { answerFile } from '../platform/http-files.ts'
import type { HttpEnv } from '../platform/http.ts'

const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' } as const
export const glassesPagePath = '/glasses'

/** The page that makes a camera of any phone, and the files that are its own: nothing else of the window is served to other machines. */
export function createGlassesPage(rendererDir: string): Hono<HttpEnv> {
  const root = resolve(rendererDir)
  return new Hono<HttpEnv>()
    .get(glassesPagePath, async (c) => {
      try {
        return await answerFile(c.req.raw, { path: join(root, 'glasses.html'), contentType: 'text/html; charset=utf-8', headers: { 'cache-control': 'no-cache' } })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        throw new AppError('not-configured', 'The page has not been built yet. Run npm start, or npm run build.', { cause: error })
      }
    })
    .get('/assets/:name{glasses-[A-Za-z0-9_-]+\\.(?:js|css)}', (c) => {
      const name = c.req.param('name')
      return answerFile(c.req.raw, { path: join(root, 'assets', name), contentType: name.endsWith('.js') ? types.js : types.css, headers: { 'cache-control': 'public, max-age=31536000, immutable' } })
    })
}

/** The camera is asked for on this page alone, and it may open its stream to where it came from. */
export function glassesPageHeaders(path: string, host: string): Readonly<Record<string, string>> | null {
  if (path !== glassesPagePath) return null
  const stream = /^[\w.:[\]-]+$/.test(host) ? ` wss://${host}` : ''
  return { 'permissions-policy': 'camera=(self), microphone=(), geolocation=()', connect: `connect-src 'self'${stream}` }
}
