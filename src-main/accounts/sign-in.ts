import type { FirstRunRequest, SignInRequest } from '../../src-shared/accounts.ts'
import { AppError } from '../../src-shared/errors.ts'
import type { Attempts } from './attempts.ts'
import type { Audit } from './audit.ts'
import type { Clinicians } from './clinicians.ts'
import { isPassword, type VerifyPassword } from './passwords.ts'
import type { OpenSession, Sessions } from './sessions.ts'
import type { AccountsStore } from './store.ts'

export type SignIn = Readonly<{
  firstRun: (request: FirstRunRequest, previousToken: string | null) => Promise<string>
  /** The token of a new session. Throws `wrong-credentials`, the same for a wrong password, an unknown login and a disabled clinician. */
  signIn: (request: SignInRequest, previousToken: string | null) => Promise<string>
  unlock: (session: OpenSession, password: string) => Promise<void>
  verifyPassword: VerifyPassword
}>

type Deps = Readonly<{ store: AccountsStore, audit: Audit, attempts: Attempts, sessions: Sessions, clinicians: Clinicians }>

export function createSignIn({ store, audit, attempts, sessions, clinicians }: Deps): SignIn {
  /** Counts, compares in constant work, and leaves a line in the trail where it was wrong. */
  const check = async (login: string, password: string, act: string): Promise<string | null> => {
    attempts.begin(login)
    const row = store.clinicianByLogin(login)
    const known = row === null || row.isDisabled ? null : row
    if (await isPassword(known?.passwordHash ?? null, password)) {
      attempts.succeed(login)
      return known?.id ?? null
    }
    audit.record({ actor: 'system', actorName: 'Vigil', action: 'session.refused', subject: row?.id ?? 'unknown', detail: { act } })
    return null
  }

  const verifyPassword: VerifyPassword = async (clinicianId, password) => {
    const row = store.clinician(clinicianId)
    return row !== null && (await check(row.login, password, 'verify')) === clinicianId
  }

  const begin = (clinicianId: string, name: string, previousToken: string | null): string => store.atomically(() => {
    audit.record({ actor: clinicianId, actorName: name, action: 'session.signed-in', subject: clinicianId })
    return sessions.begin(clinicianId, previousToken)
  })

  return {
    async firstRun(request, previousToken) {
      const first = await clinicians.createFirst(request)
      return begin(first.id, first.name, previousToken)
    },
    async signIn({ login, password }, previousToken) {
      const id = await check(login, password, 'sign-in')
      const row = id === null ? null : store.clinician(id)
      // Looked at again: an admin may have disabled the account while the password was compared.
      if (row === null || row.isDisabled) throw new AppError('wrong-credentials', 'The login or the password is not right.')
      return begin(row.id, row.name, previousToken)
    },
    async unlock(session, password) {
      if (!(await verifyPassword(session.clinician.id, password))) throw new AppError('wrong-credentials', 'The password is not right.')
      sessions.unlock(session)
    },
    verifyPassword
  }
}
