import { isOurs } from './address.ts'

/** All that a page of ours may ask the system for: to fill the screen, and to copy a measurement. */
const allowed: ReadonlySet<string> = new Set(['fullscreen', 'clipboard-sanitized-write'])

/** Denied unless it is on the list and asked by our own page: a permission that Chromium adds tomorrow is denied as well. */
export function isPermitted(permission: string, requestingUrl: string): boolean {
  return allowed.has(permission) && isOurs(requestingUrl)
}
