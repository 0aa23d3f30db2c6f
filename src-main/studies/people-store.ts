import type { StudyUid } from '../../src-shared/ids.ts'
import type { StudyStatus } from '../../src-shared/studies.ts'
import type { Db } from '../platform/database.ts'
import { fold } from './fold.ts'

/** One person as the images tell: see `patients`. */
export type Person = Readonly<{ patientRow: string, identity: string, name: string, patientId: string, birthDate: string | null }>
export type PersonStudy = Readonly<{ studyUid: StudyUid, title: string, studyDate: string | null, status: StudyStatus }>

const person = `p.id "patientRow", p.identity, p.name, p.patient_id "patientId", p.birth_date "birthDate"`

/** Who the studies are of, for whoever speaks with them. */
export function createPeopleStore({ sqlite }: Db) {
  const ofStudy = sqlite.prepare<[string], Person>(`select ${person} from studies s join patients p on p.id = s.patient_row where s.study_uid = ?`)
  const get = sqlite.prepare<[string], Person>(`select ${person} from patients p where p.id = ?`)
  const studies = sqlite.prepare<[string], PersonStudy>(`
    select study_uid "studyUid", case when description = '' then trim(modality_text || ' ' || body_part) else description end title, study_date "studyDate", status
    from (select *, replace(trim(modalities, '\\'), '\\', ' ') modality_text from studies) where patient_row = ? order by study_date desc, imported_at desc`)
  return {
    ofStudy: (studyUid: string): Person | null => ofStudy.get(studyUid) ?? null,
    person: (patientRow: string): Person | null => get.get(patientRow) ?? null,
    /** Text as searches compare it. */
    fold,
    /** Newest first. */
    studiesOf: (patientRow: string): PersonStudy[] => studies.all(patientRow)
  }
}
export type People = ReturnType<typeof createPeopleStore>
