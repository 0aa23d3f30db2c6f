import { and, count, eq, ne } from 'drizzle-orm'
import type { Clinician, Role } from '../../src-shared/accounts.ts'
import type { Db } from '../platform/database.ts'
import { clinicians, loginAttempts, sessions } from './tables.ts'

export type ClinicianRow = typeof clinicians.$inferSelect
export type SessionRow = typeof sessions.$inferSelect
export type AttemptRow = typeof loginAttempts.$inferSelect
export type AccountsStore = ReturnType<typeof createAccountsStore>

const publicColumns = {
  id: clinicians.id, login: clinicians.login, name: clinicians.name, role: clinicians.role, isDisabled: clinicians.isDisabled, createdAt: clinicians.createdAt
}

/** The SQL of clinicians, sessions and attempts. `atomically` holds the write lock from its first line. */
export function createAccountsStore({ sqlite, orm }: Db) {
  const session = sqlite.prepare<[string], SessionRow & { login: string, name: string, role: Role, isDisabled: number, clinicianCreatedAt: string }>(`
    select s.id, s.token_hash "tokenHash", s.clinician_id "clinicianId", s.created_at "createdAt", s.last_active_at "lastActiveAt", s.locked_at "lockedAt",
      c.login, c.name, c.role, c.is_disabled "isDisabled", c.created_at "clinicianCreatedAt"
    from sessions s join clinicians c on c.id = s.clinician_id where s.token_hash = ?`)
  const putAttempt = sqlite.prepare<[AttemptRow]>(`insert into login_attempts (key, failures, last_at, blocked_until)
    values (@key, @failures, @lastAt, @blockedUntil) on conflict (key) do update set failures = @failures, last_at = @lastAt, blocked_until = @blockedUntil`)
  const forgetAttempts = sqlite.prepare<[string]>('delete from login_attempts where last_at < ?')

  return {
    atomically: <T>(act: () => T): T => sqlite.transaction(act).immediate(),

    hasClinicians: (): boolean => (orm.select({ n: count() }).from(clinicians).get()?.n ?? 0) > 0,
    listClinicians: (): Clinician[] => orm.select(publicColumns).from(clinicians).orderBy(clinicians.name, clinicians.id).all(),
    clinician: (id: string): ClinicianRow | null => orm.select().from(clinicians).where(eq(clinicians.id, id)).get() ?? null,
    clinicianByLogin: (login: string): ClinicianRow | null => orm.select().from(clinicians).where(eq(clinicians.login, login)).get() ?? null,
    insertClinician: (row: ClinicianRow): void => { orm.insert(clinicians).values(row).run() },
    updateClinician: (id: string, change: Partial<ClinicianRow>): void => { orm.update(clinicians).set(change).where(eq(clinicians.id, id)).run() },
    hasOtherAdmin: (id: string): boolean =>
      orm.select({ id: clinicians.id }).from(clinicians).where(and(eq(clinicians.role, 'admin'), eq(clinicians.isDisabled, false), ne(clinicians.id, id))).get() !== undefined,

    sessionByTokenHash: (tokenHash: string) => session.get(tokenHash) ?? null,
    insertSession: (row: SessionRow): void => { orm.insert(sessions).values(row).run() },
    updateSession: (id: string, change: Partial<SessionRow>): void => { orm.update(sessions).set(change).where(eq(sessions.id, id)).run() },
    deleteSession: (id: string): void => { orm.delete(sessions).where(eq(sessions.id, id)).run() },
    deleteSessionsOf: (clinicianId: string, exceptId: string): number =>
      orm.delete(sessions).where(and(eq(sessions.clinicianId, clinicianId), ne(sessions.id, exceptId))).run().changes,

    attempt: (key: string): AttemptRow | null => orm.select().from(loginAttempts).where(eq(loginAttempts.key, key)).get() ?? null,
    putAttempt: (row: AttemptRow): void => { putAttempt.run(row) },
    deleteAttempt: (key: string): void => { orm.delete(loginAttempts).where(eq(loginAttempts.key, key)).run() },
    forgetAttemptsBefore: (at: string): void => { forgetAttempts.run(at) }
  }
}
