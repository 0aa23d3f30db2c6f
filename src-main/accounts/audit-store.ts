import type { Db } from '../platform/database.ts'

export type AuditRow = Readonly<{
  sequence: number, at: string, actor: string, actorName: string, action: string, subject: string, detail: string, previousHash: string, hash: string
}>

const columns = `sequence, at, actor, actor_name "actorName", action, subject, detail, previous_hash "previousHash", hash`

/** drizzle-kit can't write triggers. REPLACE removes rows without firing a DELETE trigger, hence the one on INSERT. */
const guards = `
  create trigger if not exists audit_entries_no_update before update on audit_entries
    begin select raise(abort, 'the audit trail is append-only'); end;
  create trigger if not exists audit_entries_no_delete before delete on audit_entries
    begin select raise(abort, 'the audit trail is append-only'); end;
  create trigger if not exists audit_entries_no_replace before insert on audit_entries
    when exists (select 1 from audit_entries where sequence = new.sequence)
    begin select raise(abort, 'the audit trail is append-only'); end`

export type AuditStore = ReturnType<typeof createAuditStore>

export function createAuditStore({ sqlite }: Db) {
  sqlite.exec(guards)
  const last = sqlite.prepare<[], { sequence: number, hash: string }>('select sequence, hash from audit_entries order by sequence desc limit 1')
  const insert = sqlite.prepare<[AuditRow]>(`insert into audit_entries (sequence, at, actor, actor_name, action, subject, detail, previous_hash, hash)
    values (@sequence, @at, @actor, @actorName, @action, @subject, @detail, @previousHash, @hash)`)
  const after = sqlite.prepare<[number, number], AuditRow>(`select ${columns} from audit_entries where sequence > ? order by sequence limit ?`)
  const before = sqlite.prepare<[number, number], AuditRow>(`select ${columns} from audit_entries where sequence < ? order by sequence desc limit ?`)
  const beforeOf = sqlite.prepare<[string, number, number], AuditRow>(`select ${columns} from audit_entries where subject = ? and sequence < ? order by sequence desc limit ?`)
  const highest = sqlite.prepare<[], { seq: number }>(`select seq from sqlite_sequence where name = 'audit_entries'`)

  return {
    /** Read and append as one: outside a transaction of the caller it takes the write lock first. */
    atomically: (append: () => void): void => { if (sqlite.inTransaction) append(); else sqlite.transaction(append).immediate() },
    last: () => last.get() ?? null,
    insert: (row: AuditRow): void => { insert.run(row) },
    after: (sequence: number, limit: number): AuditRow[] => after.all(sequence, limit),
    page: (sequence: number, limit: number, subject: string | null): AuditRow[] =>
      subject === null ? before.all(sequence, limit) : beforeOf.all(subject, sequence, limit),
    highestEver: (): number => highest.get()?.seq ?? 0
  }
}
