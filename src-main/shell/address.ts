/** The window's own scheme: no TCP port is opened for it, and no other program can reach it. */
export const scheme = 'vigil'
export const homeUrl = `${scheme}://app/`

/** Chromium gives it what https has: an origin, fetch, streams, a code cache. */
export const schemePrivileges = { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } } as const

/** Whether a page, frame or request is the application itself. Everything else is a stranger. */
export function isOurs(url: string): boolean {
  const parsed = parse(url)
  return parsed !== null && parsed.protocol === `${scheme}:` && parsed.host === 'app' && parsed.username === '' && parsed.password === ''
}

/** What the page may load: itself, and what it made in memory. An image viewer has no business on the internet. */
export function isLoadable(url: string): boolean {
  return isOurs(url) || /^(?:blob:vigil:\/\/app\/|data:|devtools:)/.test(url)
}

/** A link that may open in the system's browser: a source of a rule, say. Never a file, never another program's scheme. */
export function isForBrowser(url: string): boolean {
  const parsed = parse(url)
  return parsed !== null && parsed.protocol === 'https:' && parsed.username === '' && parsed.password === ''
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}
