import { createConsentStore } from './store.ts'

export type { ConsentRow, NewConsent } from './store.ts'
/** Who agreed to what, who wrote it down, when and how: one ledger for every channel, only ever added to. */
export const createConsents = createConsentStore
export type Consents = ReturnType<typeof createConsents>
