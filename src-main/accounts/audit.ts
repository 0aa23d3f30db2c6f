import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { AuditEntry, AuditPage } from '../../src-shared/accounts.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import { createAuditStore, type AuditRow } from './audit-store.ts'

/**
 * What somebody did. `actor` is a clinician's id, 'command-line', 'api' or 'system'; `subject` names a row; `detail` never holds report
 * text, patient names or secrets.
 */
export type AuditRecord = Readonly<{ actor: string, actorName: string, action: string, subject: string, detail?: Readonly<Record<string, unknown>> }>

/** `record` is synchronous: call it inside the transaction of the act it speaks of, so that neither exists without the other. */
export type Audit = Readonly<{ record: (entry: AuditRecord) => void }>
export type AuditQuery = Readonly<{ before: number | null, limit: number, subject: string | null }>
export type AuditTrail = Audit & Readonly<{
  /** Newest first. `isIntact` speaks of the whole trail, not of the page. */
  page: (query: AuditQuery) => Promise<AuditPage>
  /** Whether no row was changed, taken out or cut off at the end, as far as the file itself can tell. */
  verify: () => Promise<boolean>
}>

const firstHash = '0'.repeat(64)
const Detail = z.record(z.string(), z.unknown())
const batch = 2000

export function createAudit({ db, clock }: { db: Db, clock: Clock }): AuditTrail {
  const store = createAuditStore(db)

  const verify = async (): Promise<boolean> => {
    let previous = { sequence: 0, hash: firstHash }
    for (;;) {
      const rows = store.after(previous.sequence, batch)
      for (const row of rows) {
        if (row.sequence !== previous.sequence + 1 || row.previousHash !== previous.hash || row.hash !== hashOf(row)) return false
        previous = row
      }
      if (rows.length < batch) return previous.sequence === store.highestEver()
      await nextTurn()
    }
  }

  return {
    record(entry) {
      store.atomically(() => {
        const last = store.last() ?? { sequence: 0, hash: firstHash }
        const row = {
          sequence: last.sequence + 1, at: clock.iso(), actor: entry.actor, actorName: entry.actorName, action: entry.action,
          subject: entry.subject, detail: JSON.stringify(entry.detail ?? {}), previousHash: last.hash
        }
        store.insert({ ...row, hash: hashOf(row) })
      })
    },
    async page({ before, limit, subject }) {
      const rows = store.page(before ?? Number.MAX_SAFE_INTEGER, limit + 1, subject)
      const entries = rows.slice(0, limit).map(entryOf)
      return { entries, isIntact: await verify(), next: rows.length > limit ? (entries.at(-1)?.sequence ?? null) : null }
    },
    verify
  }
}

function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const { previousHash, sequence, at, actor, actorName, action, subject, detail } = row
  return createHash('sha256').update(JSON.stringify([previousHash, sequence, at, actor, actorName, action, subject, detail])).digest('hex')
}

function entryOf({ sequence, at, actor, actorName, action, subject, detail, hash }: AuditRow): AuditEntry {
  return { sequence, at, actor, actorName, action, subject, detail: Detail.parse(JSON.parse(detail)), hash }
}
