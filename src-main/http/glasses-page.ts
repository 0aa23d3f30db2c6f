import type { Hono } from 'hono'
import type { HttpEnv } from '../platform/http.ts'
import { createLanPage } from './lan-page.ts'

export const glassesPagePath = '/glasses'

/** The page that makes a camera of any phone. */
export function createGlassesPage(rendererDir: string): Hono<HttpEnv> {
  return createLanPage(rendererDir, { path: glassesPagePath, entry: 'glasses' })
}

/** The camera is asked for on this page alone, and it may open its stream to where it came from. */
export function glassesPageHeaders(path: string, host: string): Readonly<Record<string, string>> | null {
  if (path !== glassesPagePath) return null
  const stream = /^[\w.:[\]-]+$/.test(host) ? ` wss://${host}` : ''
  return { 'permissions-policy': 'camera=(self), microphone=(), geolocation=()', connect: `connect-src 'self'${stream}` }
}
