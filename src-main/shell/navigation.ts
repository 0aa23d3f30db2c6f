import { isForBrowser, isOurs } from './address.ts'

export type NavigationVerdict = 'allow' | 'deny' | 'open-in-browser'

/** Where the window itself may go: nowhere but the application. A web link is handed to the system's browser. */
export function navigationVerdict(url: string): NavigationVerdict {
  if (isOurs(url)) return 'allow'
  return isForBrowser(url) ? 'open-in-browser' : 'deny'
}

/** `window.open` and `target=_blank`: never a second window of ours, which would have no menu, no lock and no state. */
export function windowOpenVerdict(url: string): Exclude<NavigationVerdict, 'allow'> {
  return isForBrowser(url) ? 'open-in-browser' : 'deny'
}
