import { StudyUid } from '../../src-shared/ids.ts'
import { StudyStatus, type Worklist, type WorklistQuery, type WorklistRow } from '../../src-shared/studies.ts'
import type { PriorStudy } from '../../src-shared/viewing.ts'
import type { z } from 'zod'
import type { Db } from '../platform/database.ts'
import { fold, searchPatterns } from './fold.ts'

export type ReviewColumns = Readonly<{ status?: z.infer<typeof StudyStatus>, progress?: number | null, findings?: string, assignedTo?: string | null }>
export type WorklistStore = ReturnType<typeof createWorklistStore>

type Row = Omit<WorklistRow, 'studyUid' | 'modalities' | 'status'> & { studyUid: string, modalities: string, status: string }

const columns = `study_uid "studyUid", patient_name "patientName", patient_id "patientId", birth_date "birthDate", sex, study_date "studyDate", study_time "studyTime",
  modalities, body_part "bodyPart", description, accession_number "accessionNumber", series_count "seriesCount", instance_count "instanceCount", status, progress,
  findings, assigned_to "assignedTo", imported_at "importedAt", warnings`

/** Columns by sort key: only these words ever reach the SQL. */
const sorts: Readonly<Record<WorklistQuery['sort'], string>> = {
  patientName: 'patient_name collate nocase', studyDate: 'study_date', modality: 'modalities', bodyPart: 'body_part collate nocase', description: 'description collate nocase',
  instanceCount: 'instance_count', importedAt: 'imported_at',
  status: "case status when 'needs-review' then 0 when 'failed' then 1 when 'analysing' then 2 when 'new' then 3 else 4 end"
}

/**
 * Studies whose Patient ID and birth date are those of the given one, both present. An issuer of the id or a sex that is stated on both
 * sides and differs makes it another person's. The issuer is the second part of the patient's identity (see `patientIdentity`).
 */
const samePatient = `
  select other.study_uid "studyUid", other.study_date "studyDate", other.study_time "studyTime", other.description, other.modalities, other.body_part "bodyPart",
    other.patient_name "otherName", own.patient_name "ownName", own.study_date "ownDate", own.study_time "ownTime"
  from studies own join patients ownPatient on ownPatient.id = own.patient_row
    join studies other on other.patient_id = own.patient_id and other.birth_date = own.birth_date and other.study_uid <> own.study_uid
    join patients otherPatient on otherPatient.id = other.patient_row
  where own.study_uid = ? and trim(own.patient_id) <> '' and trim(own.birth_date) <> ''
    and (json_extract(ownPatient.identity, '$[1]') = json_extract(otherPatient.identity, '$[1]')
      or '' in (json_extract(ownPatient.identity, '$[1]'), json_extract(otherPatient.identity, '$[1]')))
    and not (own.sex in ('F', 'M') and other.sex in ('F', 'M') and own.sex <> other.sex)
  order by other.study_date is null, other.study_date desc, other.study_time desc, other.study_uid`
type PriorRow = Omit<PriorStudy, 'studyUid' | 'modalities' | 'isEarlier' | 'hasOtherName'>
  & { studyUid: string, modalities: string, otherName: string, ownName: string, ownDate: string | null, ownTime: string | null }

/** The worklist's reading side, and the columns that the analysis room writes through `setReview`. */
export function createWorklistStore({ sqlite }: Db) {
  const one = sqlite.prepare<[string], Row>(`select ${columns} from studies where study_uid = ?`)
  const priors = sqlite.prepare<[string], PriorRow>(samePatient)
  const statuses = sqlite.prepare<[], { status: string, n: number }>('select status, count(*) n from studies group by status')
  const modalities = sqlite.prepare<[], { modalities: string, n: number }>('select modalities, count(*) n from studies group by modalities')
  const review = sqlite.prepare(`
    update studies set status = coalesce(@status, status), findings = coalesce(@findings, findings),
      progress = case when @hasProgress then @progress else progress end, assigned_to = case when @hasAssigned then @assignedTo else assigned_to end
    where study_uid = @studyUid`)

  return {
    row(studyUid: string): WorklistRow | null {
      const row = one.get(studyUid)
      return row === undefined ? null : toRow(row)
    },
    /** Other studies of the same patient, newest first. */
    priors: (studyUid: string): PriorStudy[] => priors.all(studyUid).map(toPrior),
    query(query: WorklistQuery): Worklist {
      const { where, values } = conditionsOf(query)
      const order = `${sorts[query.sort]} ${query.order === 'asc' ? 'asc' : 'desc'}`
      const total = sqlite.prepare<unknown[], { n: number }>(`select count(*) n from studies ${where}`).get(...values)?.n ?? 0
      const rows = sqlite.prepare<unknown[], Row>(`select ${columns} from studies ${where} order by ${order}, study_uid limit ? offset ?`).all(...values, query.limit, query.offset)
      return { total, rows: rows.map(toRow), statuses: Object.fromEntries(statuses.all().map(({ status, n }) => [status, n])), modalities: countModalities(modalities.all()) }
    },
    /** Returns false where there is no such study. */
    setReview(studyUid: string, { status, progress, findings, assignedTo }: ReviewColumns): boolean {
      return review.run({
        studyUid, status: status ?? null, findings: findings ?? null,
        hasProgress: progress === undefined ? 0 : 1, progress: progress ?? null, hasAssigned: assignedTo === undefined ? 0 : 1, assignedTo: assignedTo ?? null
      }).changes === 1
    }
  }
}

function conditionsOf({ search, status, modality, from, to }: WorklistQuery): { where: string, values: unknown[] } {
  const parts: string[] = []
  const values: unknown[] = []
  const add = (condition: string, value: unknown) => { parts.push(condition); values.push(value) }
  for (const pattern of searchPatterns(search)) add(String.raw`search_text like ? escape '\'`, pattern)
  if (status !== undefined) add('status = ?', status)
  if (modality !== undefined) add('instr(modalities, ?) > 0', `\\${modality}\\`)
  if (from !== undefined) add('study_date >= ?', from)
  if (to !== undefined) add('study_date <= ?', to)
  return { where: parts.length === 0 ? '' : `where ${parts.join(' and ')}`, values }
}

const split = (modalities: string) => modalities.split('\\').filter((part) => part !== '')

function countModalities(rows: readonly { modalities: string, n: number }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const row of rows) for (const modality of split(row.modalities)) counts[modality] = (counts[modality] ?? 0) + row.n
  return counts
}

function toRow(row: Row): WorklistRow {
  return { ...row, studyUid: StudyUid.parse(row.studyUid), modalities: split(row.modalities), status: StudyStatus.parse(row.status) }
}

function toPrior({ otherName, ownName, ownDate, ownTime, ...row }: PriorRow): PriorStudy {
  const isDayBefore = row.studyDate !== null && ownDate !== null && row.studyDate < ownDate
  const isTimeBefore = row.studyDate !== null && row.studyDate === ownDate && row.studyTime !== null && ownTime !== null && row.studyTime < ownTime
  return { ...row, studyUid: StudyUid.parse(row.studyUid), modalities: split(row.modalities), isEarlier: isDayBefore || isTimeBefore, hasOtherName: fold(otherName) !== fold(ownName) }
}
