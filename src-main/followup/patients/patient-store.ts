import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Language } from '../../../src-shared/followup.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'
import { contactNumbers, followupPatients } from '../tables.ts'

export type PatientRow = typeof followupPatients.$inferSelect
export type Numbers = Readonly<{ sms: string | null, voice: string | null }>

/** Whom we may reach. */
export function createPatientStore({ orm, sqlite }: Db, clock: Clock) {
  const search = sqlite.prepare<[Readonly<{ search: string, limit: number }>], { id: string }>(`
    select f.id from followup_patients f join patients p on p.id = f.patient_row
    where @search = '' or exists (select 1 from studies s where s.patient_row = p.id and instr(s.search_text, @search) > 0) order by f.created_at desc, f.rowid desc limit @limit`)
  const get = (id: string): PatientRow | null => orm.select().from(followupPatients).where(eq(followupPatients.id, id)).get() ?? null
  const ofPerson = (patientRow: string): PatientRow | null => orm.select().from(followupPatients).where(eq(followupPatients.patientRow, patientRow)).get() ?? null
  return {
    get, ofPerson,
    /** The row of a person, made where there is none. */
    ensure(patientRow: string, defaults: Readonly<{ language: Language, timeZone: string }>): PatientRow {
      const id = newRowId()
      orm.insert(followupPatients).values({ id, patientRow, ...defaults, createdAt: clock.iso() }).onConflictDoNothing().run()
      const row = ofPerson(patientRow)
      if (row === null) throw new Error('A row that was just written is not there.')
      return row
    },
    numbers(id: string): Numbers {
      const rows = orm.select().from(contactNumbers).where(eq(contactNumbers.followupPatientId, id)).all()
      return { sms: rows.find(({ purpose }) => purpose === 'sms')?.number ?? null, voice: rows.find(({ purpose }) => purpose === 'voice')?.number ?? null }
    },
    setNumber(id: string, purpose: 'sms' | 'voice', number: string | null): void {
      orm.delete(contactNumbers).where(and(eq(contactNumbers.followupPatientId, id), eq(contactNumbers.purpose, purpose))).run()
      if (number !== null) orm.insert(contactNumbers).values({ id: newRowId(), followupPatientId: id, purpose, number }).run()
    },
    /** Everybody who is reached at that number, by text or by voice; whoever was written to last comes first. */
    atNumber(number: string): PatientRow[] {
      const ids = orm.selectDistinct({ id: contactNumbers.followupPatientId }).from(contactNumbers).where(eq(contactNumbers.number, number)).all().map(({ id }) => id)
      if (ids.length === 0) return []
      return orm.select().from(followupPatients).where(inArray(followupPatients.id, ids))
        .orderBy(desc(sql`(select max(m.created_at) from sms_messages m where m.followup_patient_id = ${followupPatients.id} and m.direction = 'out')`), desc(followupPatients.createdAt)).all()
    },
    /** False where somebody changed it meanwhile. */
    change: (id: string, revision: number, change: Partial<Pick<PatientRow, 'language' | 'timeZone'>>): boolean =>
      orm.update(followupPatients).set({ ...change, revision: revision + 1 }).where(and(eq(followupPatients.id, id), eq(followupPatients.revision, revision))).run().changes === 1,
    setLanguage: (id: string, language: Language): void => { orm.update(followupPatients).set({ language }).where(eq(followupPatients.id, id)).run() },
    setTotp: (id: string, totpSecret: string | null): void => { orm.update(followupPatients).set({ totpSecret, totpConfirmedAt: null, totpLastStep: null }).where(eq(followupPatients.id, id)).run() },
    confirmTotp: (id: string): void => { orm.update(followupPatients).set({ totpConfirmedAt: clock.iso() }).where(eq(followupPatients.id, id)).run() },
    /** Takes a time step of the authenticator, once. False where it, or a later one, was used. */
    useTotpStep: (id: string, step: number): boolean =>
      orm.update(followupPatients).set({ totpLastStep: step }).where(and(eq(followupPatients.id, id), sql`coalesce(${followupPatients.totpLastStep}, -1) < ${step}`)).run().changes === 1,
    markRead: (id: string): void => { orm.update(followupPatients).set({ readAt: clock.iso() }).where(eq(followupPatients.id, id)).run() },
    /** `folded`: as search texts are kept. */
    search: (folded: string, limit: number): PatientRow[] => search.all({ search: folded, limit }).flatMap(({ id }) => { const row = get(id); return row === null ? [] : [row] })
  }
}
export type PatientStore = ReturnType<typeof createPatientStore>
