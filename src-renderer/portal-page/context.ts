import type { Language } from '../../src-shared/followup.ts'
import type { PortalClinic, PortalHome, PortalMe } from '../../src-shared/portal.ts'
import type { Api } from './api.ts'
import type { Words } from './texts.ts'

/** Why the page is at its beginning. */
export type Notice = 'expired' | 'signed-out' | 'closed' | null

/** What every part of the page is given. */
export type Page = Readonly<{
  words: Words, language: Language, locale: string, api: Api
  clinic: PortalClinic | null, link: string | null
  /** The sentence for a failure; null where the session is over, and the page has gone back to its beginning. */
  explain: (error: unknown) => string | null
  /** Draws the same screen anew. */
  redraw: () => void
  enter: (me: PortalMe) => Promise<void>
  leave: (notice: Notice) => void
  /** What has changed of the patient's side, for the next time that it is drawn. */
  keep: (change: Partial<PortalHome>) => void
}>
