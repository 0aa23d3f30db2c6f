import { createHash } from 'node:crypto'
import { AppError } from '../../src-shared/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { AccountsStore } from './store.ts'

type Limit = Readonly<{ free: number, firstDelayS: number, maxDelayS: number, forgetAfterS: number }>

/** Per login: four free errors, then 5 s, 10 s, 20 s … 15 min. */
const perLogin: Limit = { free: 4, firstDelayS: 5, maxDelayS: 900, forgetAfterS: 24 * 3600 }
/** All logins together, so that trying one password on many logins is slow too; capped low, so that nobody can shut the others out for long. */
const inTotal: Limit = { free: 20, firstDelayS: 2, maxDelayS: 30, forgetAfterS: 900 }
const totalKey = 'total'

export type Attempts = Readonly<{
  /** Counts the attempt before its password is looked at, so that a hundred at once get no further than a hundred in a row. Throws `too-many-attempts`. */
  begin: (login: string) => void
  /** The password was right: the attempt and the errors before it are forgotten. */
  succeed: (login: string) => void
}>

export function createAttempts({ store, clock }: { store: AccountsStore, clock: Clock }): Attempts {
  const count = (key: string, limit: Limit, nowMs: number) => {
    const known = store.attempt(key)
    const isForgotten = known === null || Date.parse(known.lastAt) + limit.forgetAfterS * 1000 < nowMs
    const failures = (isForgotten ? 0 : known.failures) + 1
    store.putAttempt({ key, failures, lastAt: iso(nowMs), blockedUntil: iso(nowMs + delayS(failures, limit) * 1000) })
  }

  const refuseWhileBlocked = (key: string, limit: Limit, nowMs: number) => {
    const known = store.attempt(key)
    // A clock that was set back must not turn seconds of delay into days.
    const waitMs = Math.min(known === null ? 0 : Date.parse(known.blockedUntil) - nowMs, limit.maxDelayS * 1000)
    if (waitMs > 0) throw new AppError('too-many-attempts', `Too many attempts. Try again in ${wait(waitMs)}.`)
  }

  return {
    begin(login) {
      const key = keyOf(login)
      store.atomically(() => {
        const nowMs = clock.now().getTime()
        refuseWhileBlocked(key, perLogin, nowMs)
        refuseWhileBlocked(totalKey, inTotal, nowMs)
        store.forgetAttemptsBefore(iso(nowMs - perLogin.forgetAfterS * 1000))
        count(key, perLogin, nowMs)
        count(totalKey, inTotal, nowMs)
      })
    },
    succeed(login) {
      store.atomically(() => {
        store.deleteAttempt(keyOf(login))
        const total = store.attempt(totalKey)
        if (total !== null) store.putAttempt({ ...total, failures: Math.max(0, total.failures - 1), blockedUntil: total.lastAt })
      })
    }
  }
}

function delayS(failures: number, { free, firstDelayS, maxDelayS }: Limit): number {
  return failures <= free ? 0 : Math.min(maxDelayS, firstDelayS * 2 ** Math.min(20, failures - free - 1))
}

function keyOf(login: string): string {
  return createHash('sha256').update(login).digest('hex')
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function wait(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds === 1) return 'a second'
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
}
