import { StudyUid } from '../../src-shared/ids.ts'
import { StudyStatus } from '../../src-shared/studies.ts'
import type { Db } from '../platform/database.ts'
import { searchPatterns } from './fold.ts'

export type StoredCopy = Readonly<{ sopInstanceUid: string, seriesUid: string, sha256: string, bytes: number }>
type HoldingRow = Readonly<{ studyUid: string, status: string, instances: number, bytes: number, last: number }>
type WordsRow = Readonly<{ studyUid: string, modalities: string, bodyPart: string, description: string, studyDate: string | null, instances: number, patient: string }>

/** What lies here of each study, for whoever keeps copies elsewhere: files by their hashes, a word that changes with them, and a line for people. */
export function createCopiesStore({ sqlite }: Db) {
  const select = `select studies.study_uid "studyUid", studies.status, count(instances.rowid) instances, coalesce(sum(bytes), 0) bytes, coalesce(max(instances.rowid), 0) last
    from studies join series on series.study_uid = studies.study_uid join instances on instances.series_uid = series.series_uid`
  const all = sqlite.prepare<[], HoldingRow>(`${select} group by studies.study_uid order by studies.rowid`)
  const one = sqlite.prepare<[string], HoldingRow>(`${select} where studies.study_uid = ? group by studies.study_uid`)
  const copies = sqlite.prepare<[string], StoredCopy>(`
    select sop_instance_uid "sopInstanceUid", series.series_uid "seriesUid", sha256, bytes from instances join series on series.series_uid = instances.series_uid where series.study_uid = ? order by instances.rowid`)
  const words = sqlite.prepare<[string], WordsRow>(`
    select study_uid "studyUid", modalities, body_part "bodyPart", description, study_date "studyDate", instance_count instances, patient_name patient from studies where study_uid in (select value from json_each(?))`)
  const toHolding = ({ studyUid, status, instances, bytes, last }: HoldingRow) => ({ studyUid: StudyUid.parse(studyUid), status: StudyStatus.parse(status), revision: `${instances}-${last}`, bytes })
  return {
    /** Studies that have images, oldest first. */
    holdings: () => all.all().map(toHolding),
    holding(studyUid: string) {
      const row = one.get(studyUid)
      return row === undefined ? null : toHolding(row)
    },
    copiesOf: (studyUid: string): StoredCopy[] => copies.all(studyUid),
    words: (studyUids: readonly string[]): ReadonlyMap<string, Readonly<{ title: string, patient: string }>> => new Map(words.all(JSON.stringify([...new Set(studyUids)])).map(({ studyUid, modalities, bodyPart, description, studyDate, instances, patient }) => {
      const what = [modalities.split('\\').filter((part) => part !== '').join('/'), description === '' ? bodyPart.toLowerCase() : description].filter((part) => part !== '').join(' ')
      const title = [what === '' ? 'study' : what, ...(studyDate === null ? [] : [studyDate]), `${instances} ${instances === 1 ? 'image' : 'images'}`].join(', ')
      return [studyUid, { title, patient }]
    })),
    /** Studies that a search of the worklist would find. */
    matching(search: string): string[] {
      const patterns = searchPatterns(search)
      const conditions = patterns.map(() => String.raw`search_text like ? escape '\'`)
      return sqlite.prepare<string[], { studyUid: string }>(`select study_uid "studyUid" from studies ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`} limit 10000`).all(...patterns).map(({ studyUid }) => studyUid)
    }
  }
}
