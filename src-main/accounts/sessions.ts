import { createHash, randomBytes } from 'node:crypto'
import type { Clinician } from '../../src-shared/accounts.ts'
import type { Clock } from '../platform/clock.ts'
import { isUnwritable } from '../platform/disk-full.ts'
import { newRowId } from '../platform/row-id.ts'
import type { Audit } from './audit.ts'
import type { AccountsStore } from './store.ts'

export type OpenSession = Readonly<{ id: string, clinician: Clinician, isLocked: boolean, lastActiveAt: string }>

export type Sessions = Readonly<{
  /** A new session with a token of its own; the one held before ends, so that a token planted beforehand opens nothing. */
  begin: (clinicianId: string, previousToken: string | null) => string
  /** The session of a token, or null where it has ended, expired or its clinician was disabled. Locks it where it was left alone. */
  find: (token: string | null) => OpenSession | null
  /** Somebody works: the lock starts counting anew. */
  touch: (session: OpenSession) => void
  lock: (session: OpenSession) => void
  unlock: (session: OpenSession) => void
  end: (session: OpenSession) => void
  endAllOf: (clinicianId: string, exceptId?: string) => void
}>

/** Sliding: a session unused for so long ends. And no session lives longer than a working week. */
const unusedMs = 12 * 3600_000
const longestMs = 7 * 24 * 3600_000
/** The window locks by its own clock of keys and mouse; the edge waits a minute longer before it does so itself. */
const graceMs = 60_000
/** The row is written at most so often: each write is an fsync, and waits while another process imports. */
const touchEveryMs = 15_000

type Deps = Readonly<{ store: AccountsStore, clock: Clock, audit: Audit, lockAfterS: number }>

export function createSessions({ store, clock, audit, lockAfterS }: Deps): Sessions {
  /** When somebody last worked, where no row could be written: who reads on a full disk must not be locked out for it. */
  const activeMeanwhile = new Map<string, string>()
  const lock = (session: OpenSession, detail: Record<string, unknown>) => {
    store.atomically(() => {
      store.updateSession(session.id, { lockedAt: clock.iso() })
      audit.record({ actor: session.clinician.id, actorName: session.clinician.name, action: 'session.locked', subject: session.clinician.id, detail })
    })
  }

  const find = (token: string | null): OpenSession | null => {
    const row = token === null ? null : store.sessionByTokenHash(hashOf(token))
    if (row === null || row.isDisabled !== 0) return null
    const meanwhile = activeMeanwhile.get(row.id) ?? ''
    const lastActiveAt = meanwhile > row.lastActiveAt ? meanwhile : row.lastActiveAt
    const idleMs = clock.now().getTime() - Date.parse(lastActiveAt)
    const ageMs = clock.now().getTime() - Date.parse(row.createdAt)
    if (idleMs > unusedMs || ageMs > longestMs) {
      store.deleteSession(row.id)
      return null
    }
    const { clinicianId, login, name, role } = row
    const clinician = { id: clinicianId, login, name, role, isDisabled: false, createdAt: row.clinicianCreatedAt }
    const session = { id: row.id, clinician, isLocked: row.lockedAt !== null, lastActiveAt }
    // A clock set back would hold the lock open for as long: that counts as left alone, too.
    const isLeftAlone = idleMs > lockAfterS * 1000 + graceMs || idleMs < -graceMs
    if (session.isLocked || !isLeftAlone) return session
    try {
      lock(session, { by: 'idle' })
    } catch (error) {
      // Locked it is all the same, at this and at each later look.
      if (!isUnwritable(error)) throw error
    }
    return { ...session, isLocked: true }
  }

  return {
    begin(clinicianId, previousToken) {
      const token = randomBytes(32).toString('base64url')
      const now = clock.iso()
      store.atomically(() => {
        const previous = find(previousToken)
        if (previous !== null) store.deleteSession(previous.id)
        store.insertSession({ id: newRowId(), tokenHash: hashOf(token), clinicianId, createdAt: now, lastActiveAt: now, lockedAt: null })
      })
      return token
    },
    find,
    touch({ id, lastActiveAt }) {
      const sinceMs = clock.now().getTime() - Date.parse(lastActiveAt)
      // Less than nothing: the clock was set back.
      if (sinceMs <= touchEveryMs && sinceMs >= 0) return
      try {
        store.updateSession(id, { lastActiveAt: clock.iso() })
        activeMeanwhile.delete(id)
      } catch (error) {
        if (!isUnwritable(error)) throw error
        activeMeanwhile.set(id, clock.iso())
      }
    },
    lock: (session) => { if (!session.isLocked) lock(session, { by: 'hand' }) },
    unlock(session) {
      store.atomically(() => {
        store.updateSession(session.id, { lockedAt: null, lastActiveAt: clock.iso() })
        audit.record({ actor: session.clinician.id, actorName: session.clinician.name, action: 'session.unlocked', subject: session.clinician.id })
      })
    },
    end(session) {
      store.atomically(() => {
        store.deleteSession(session.id)
        audit.record({ actor: session.clinician.id, actorName: session.clinician.name, action: 'session.signed-out', subject: session.clinician.id })
      })
    },
    endAllOf: (clinicianId, exceptId = '') => { store.deleteSessionsOf(clinicianId, exceptId) }
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
