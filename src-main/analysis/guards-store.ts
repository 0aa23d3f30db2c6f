import type { Db } from '../platform/database.ts'

const refuse = (sentence: string) => `begin select raise(abort, '${sentence}'); end`
const isSigned = (uid: string) => `exists (select 1 from reports where study_uid = ${uid} and status = 'final')`

/**
 * The last word of the database on what may never change, whatever the code above it does: what is signed stays, history only grows.
 * Set at each start and not in a migration, because drizzle-kit knows no triggers and a rebuilt table loses those it had.
 */
export function guardSignedRows({ sqlite }: Pick<Db, 'sqlite'>): void {
  // Neither into a signed study nor out of it.
  const touched = { insert: isSigned('new.study_uid'), update: `${isSigned('old.study_uid')} or ${isSigned('new.study_uid')}`, delete: isSigned('old.study_uid') }
  const frozen = (['insert', 'update', 'delete'] as const).map((act) =>
    `create trigger if not exists findings_signed_${act} before ${act} on findings when ${touched[act]} ${refuse('a signed study does not change')};`)
  const statements = (['insert', 'update', 'delete'] as const).map((act) => {
    // The plain words for the patient are made from what was signed.
    const isPlain = (row: string) => `(select task from readings where id = ${row}.reading_id) = 'plain-language'`
    const when = act === 'insert' ? `${touched.insert} and not ${isPlain('new')}` : `(${touched[act]}) and not ${isPlain('old')}`
    return `create trigger if not exists statements_signed_${act} before ${act} on statements when ${when} ${refuse('a signed study does not change')};`
  })
  const appendOnly = ['statement_acts', 'first_impressions', 'impression_agreements', 'finding_acts', 'finding_masks', 'report_saves', 'signatures', 'addenda', 'report_exports'].flatMap((table) => [
    `create trigger if not exists ${table}_no_update before update on ${table} ${refuse('history is append-only')};`,
    `create trigger if not exists ${table}_no_delete before delete on ${table} ${refuse('history is append-only')};`
  ])
  sqlite.exec([
    `create trigger if not exists reports_final_no_update before update on reports when old.status = 'final' ${refuse('a final report is never updated')};`,
    `create trigger if not exists reports_no_delete before delete on reports ${refuse('a report is never deleted')};`,
    `create trigger if not exists findings_no_delete before delete on findings ${refuse('a finding is never deleted')};`,
    ...frozen, ...statements, ...appendOnly
  ].join('\n'))
}
