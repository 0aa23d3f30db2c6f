import type { SessionState } from '../../src-shared/accounts.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import { createAttempts } from './attempts.ts'
import { createAudit, type AuditTrail } from './audit.ts'
import { createClinicians, type Clinicians } from './clinicians.ts'
import type { VerifyPassword } from './passwords.ts'
import { createSessions, type OpenSession, type Sessions } from './sessions.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { createAccountsStore } from './store.ts'

export { createAccountsRoutes } from './routes.ts'
export { readToken, type TokenTransport } from './session-token.ts'
export type { Audit, AuditRecord, AuditTrail } from './audit.ts'
export type { VerifyPassword } from './passwords.ts'
export type { OpenSession } from './sessions.ts'

export type Accounts = Readonly<{
  audit: AuditTrail
  /** For acts that ask for the password again, such as signing. Counts towards the delay between attempts. */
  verifyPassword: VerifyPassword
  sessions: Sessions
  clinicians: Clinicians
  signIn: SignIn
  stateOf: (session: OpenSession | null) => SessionState
  /** Tells the windows that a session began, ended, locked or unlocked. */
  announce: () => void
}>

export type AccountsDeps = Readonly<{ db: Db, clock: Clock, events: Bus<EdgeEvent>, lockAfterS: number }>

/** Clinicians, their sessions, and the trail of what they did. */
export function createAccounts({ db, clock, events, lockAfterS }: AccountsDeps): Accounts {
  const store = createAccountsStore(db)
  const audit = createAudit({ db, clock })
  const attempts = createAttempts({ store, clock })
  const sessions = createSessions({ store, clock, audit, lockAfterS })
  const clinicians = createClinicians({ store, clock, audit, sessions })
  const signIn = createSignIn({ store, audit, attempts, sessions, clinicians })
  return {
    audit, sessions, clinicians, signIn,
    verifyPassword: signIn.verifyPassword,
    stateOf(session) {
      if (session === null) return { state: store.hasClinicians() ? 'signed-out' : 'first-run' }
      const { clinician } = session
      return session.isLocked ? { state: 'locked', clinician } : { state: 'signed-in', clinician, lockAfterS }
    },
    announce: () => { events.publish({ type: 'session-changed' }) }
  }
}
