import type { Hono } from 'hono'
import type { HttpEnv } from '../platform/http.ts'
import { createLanPage } from './lan-page.ts'

/** The page that patients open on their phones. What it shows, it asks for with the patient's own sign-in. */
export function createPortalPage(rendererDir: string): Hono<HttpEnv> {
  return createLanPage(rendererDir, { path: '/portal', entry: 'portal' })
}
