import { join, resolve } from 'node:path'
import { Hono } from 'hono'
import { AppError } from '../../src-shared/errors.ts'
import { answerFile } from '../platform/http-files.ts'
import type { HttpEnv } from '../platform/http.ts'

const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' } as const
export type LanPage = Readonly<{ rendererDir: string, name: 'glasses' | 'portal' }>

/** A page of its own for phones, `/name`, and the files that are its own: nothing else of the window is served to other machines. */
export function createLanPage({ rendererDir, name }: LanPage): Hono<HttpEnv> {
  const root = resolve(rendererDir)
  return new Hono<HttpEnv>()
    .get(`/${name}`, async (c) => {
      try {
        return await answerFile(c.req.raw, { path: join(root, `${name}.html`), contentType: 'text/html; charset=utf-8', headers: { 'cache-control': 'no-cache' } })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        throw new AppError('not-configured', 'The page has not been built yet. Run npm start, or npm run build.', { cause: error })
      }
    })
    .get(`/assets/:file{${name}-[A-Za-z0-9_-]+\\.(?:js|css)}`, (c) => {
      const file = c.req.param('file') ?? ''
      return answerFile(c.req.raw, { path: join(root, 'assets', file), contentType: file.endsWith('.js') ? types.js : types.css, headers: { 'cache-control': 'public, max-age=31536000, immutable' } })
    })
}

/** The camera is asked for on the glasses' page alone, and it may open its stream to where it came from. */
export function lanPageHeaders(path: string, host: string): Readonly<Record<string, string>> | null {
  if (path !== '/glasses') return null
  const stream = /^[\w.:[\]-]+$/.test(host) ? ` wss://${host}` : ''
  return { 'permissions-policy': 'camera=(self), microphone=(), geolocation=()', connect: `connect-src 'self'${stream}` }
}
