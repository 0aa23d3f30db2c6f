const key = 'vigil-portal-link'

/** The token behind the `#` of the link in the message, or null. */
export function tokenIn(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('t')
  return token !== null && /^[\w-]{1,100}$/.test(token) ? token : null
}

/** Takes the token out of the address, where a history would keep it, and keeps it as long as this tab is open. */
export function takeLink(view: Window): string | null {
  const given = tokenIn(view.location.hash)
  if (view.location.hash !== '') view.history.replaceState(null, '', view.location.pathname)
  try {
    if (given !== null) view.sessionStorage.setItem(key, given)
    return given ?? view.sessionStorage.getItem(key)
  } catch {
    // No store at all: it is known until the page is loaded again.
    return given
  }
}
