import { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import { ImagePlace } from '../../src-shared/overlays.ts'
import { StudySeries } from '../../src-shared/studies.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import { newRowId } from '../platform/row-id.ts'
import { InstanceHeader } from './dicom/instance-header.ts'
import { fold } from './fold.ts'

/** An instance as it is kept: where its bytes are, and everything its header said. */
export type StoredInstance = Readonly<{ sopInstanceUid: SopInstanceUid, sha256: string, bytes: number, header: InstanceHeader }>
export type NewInstance = Readonly<{ path: string, sha256: string, bytes: number, header: InstanceHeader }>
export type Admission = 'imported' | 'duplicate' | 'same-uid-other-bytes' | 'uid-in-other-series' | 'too-large'
export type StudyStore = ReturnType<typeof createStudyStore>

type InstanceRow = { sopInstanceUid: string, sha256: string, bytes: number, header: string }
type SeriesRow = { seriesUid: string, studyUid: string, modality: string, summary: string | null, isStale: number, thumbnailSha256: string | null }
const seriesColumns = 'series_uid "seriesUid", study_uid "studyUid", modality, summary, is_stale "isStale", thumbnail_sha256 "thumbnailSha256"'
const instanceColumns = 'sop_instance_uid "sopInstanceUid", sha256, bytes, header'

/**
 * A series is described frame by frame, in memory, at each start that finds it changed: files of a few bytes that announce a hundred
 * thousand frames each must not be able to stop the application for good. Real series stay far below.
 */
const mostFrames = 300_000
/** Instances of fewer frames add up too slowly to be looked after. */
const fewFrames = 500

/** Rows of patients, studies, series and instances. Every write of several rows is for the caller to put in a transaction. */
export function createStudyStore({ sqlite }: Db, clock: Clock) {
  const instance = sqlite.prepare<[string], InstanceRow & { seriesUid: string }>(`select ${instanceColumns}, series_uid "seriesUid" from instances where sop_instance_uid = ?`)
  const instancesOfSeries = sqlite.prepare<[string], InstanceRow>(`select ${instanceColumns} from instances where series_uid = ? order by rowid`)
  const classesOfStudy = sqlite.prepare<[string], { sopInstanceUid: string, sopClassUid: string }>(`
    select sop_instance_uid "sopInstanceUid", json_extract(header, '$.sopClassUid') "sopClassUid" from instances join series on series.series_uid = instances.series_uid
    where series.study_uid = ? order by series_number is null, series_number, series.created_at, series.rowid, instances.rowid`)
  const place = sqlite.prepare<[string], { seriesUid: string, studyUid: string }>(`
    select series.series_uid "seriesUid", study_uid "studyUid" from instances join series on series.series_uid = instances.series_uid where sop_instance_uid = ?`)
  const revisionOfSeries = sqlite.prepare<[string], { n: number, last: number | null }>('select count(*) n, max(rowid) last from instances where series_uid = ?')
  const framesOfSeries = sqlite.prepare<[string], { n: number }>('select coalesce(sum(frame_count), 0) n from instances where series_uid = ?')
  const insertInstance = sqlite.prepare('insert into instances (sop_instance_uid, series_uid, sha256, bytes, frame_count, header, import_id, imported_at) values (?, ?, ?, ?, ?, ?, ?, ?)')
  const insertConflict = sqlite.prepare('insert into instance_conflicts (id, sop_instance_uid, sha256, kept_sha256, import_id, path, at) values (?, ?, ?, ?, ?, ?, ?)')
  const conflict = sqlite.prepare<[string, string], { id: string }>('select id from instance_conflicts where sop_instance_uid = ? and sha256 = ?')
  const oneSeries = sqlite.prepare<[string], SeriesRow>(`select ${seriesColumns} from series where series_uid = ?`)
  const seriesOfStudy = sqlite.prepare<[string], SeriesRow>(`select ${seriesColumns} from series where study_uid = ? order by series_number is null, series_number, created_at, rowid`)
  const staleSeries = sqlite.prepare<[], { seriesUid: string }>('select series_uid "seriesUid" from series where is_stale = 1')
  const insertSeries = sqlite.prepare('insert into series (series_uid, study_uid, modality, series_number, is_stale, created_at) values (?, ?, ?, ?, 1, ?)')
  const markStale = sqlite.prepare('update series set is_stale = 1 where series_uid = ? and is_stale = 0')
  const saveSummary = sqlite.prepare('update series set summary = ?, is_stale = 0 where series_uid = ?')
  const saveThumbnail = sqlite.prepare('update series set thumbnail_sha256 = ? where series_uid = ?')
  const study = sqlite.prepare<[string], { studyUid: string }>('select study_uid "studyUid" from studies where study_uid = ?')
  const writers = createPatientWriters(sqlite, clock)
  const countStudy = sqlite.prepare(`
    update studies set series_count = (select count(*) from series where series.study_uid = studies.study_uid),
      instance_count = (select count(*) from instances join series on series.series_uid = instances.series_uid where series.study_uid = studies.study_uid),
      warnings = ?, modalities = ? where study_uid = ?`)

  const parse = (row: InstanceRow): StoredInstance =>
    ({ sopInstanceUid: SopInstanceUid.parse(row.sopInstanceUid), sha256: row.sha256, bytes: row.bytes, header: InstanceHeader.parse(JSON.parse(row.header)) })

  const setAside = (found: NewInstance, keptSha256: string, importId: string) => {
    if (conflict.get(found.header.sopInstanceUid, found.sha256) !== undefined) return
    insertConflict.run(newRowId(), found.header.sopInstanceUid, found.sha256, keptSha256, importId, found.path, clock.iso())
  }

  return {
    /** Takes in one instance whose bytes are safe, or says why not. The first bytes under a UID stay; others are kept aside. */
    admit(found: NewInstance, importId: string): Admission {
      const { header, sha256, bytes } = found
      const known = instance.get(header.sopInstanceUid)
      if (known?.sha256 === sha256) return 'duplicate'
      if (known !== undefined) {
        setAside(found, known.sha256, importId)
        return known.seriesUid === header.seriesUid ? 'same-uid-other-bytes' : 'uid-in-other-series'
      }
      const home = oneSeries.get(header.seriesUid)
      if (home !== undefined && home.studyUid !== header.studyUid) {
        setAside(found, '', importId)
        return 'uid-in-other-series'
      }
      if (header.frameCount > fewFrames && (framesOfSeries.get(header.seriesUid)?.n ?? 0) + header.frameCount > mostFrames) return 'too-large'
      if (study.get(header.studyUid) === undefined) writers.insertStudy(header)
      if (home === undefined) insertSeries.run(header.seriesUid, header.studyUid, header.series.modality, header.series.number, clock.iso())
      else markStale.run(header.seriesUid)
      insertInstance.run(header.sopInstanceUid, header.seriesUid, sha256, bytes, header.frameCount, JSON.stringify(header), importId, clock.iso())
      return 'imported'
    },
    instance(sopInstanceUid: string): StoredInstance | null {
      const row = instance.get(sopInstanceUid)
      return row === undefined ? null : parse(row)
    },
    /** Every instance of a study with its SOP class, in the order of the series; cheaper than reading them. */
    classesOfStudy: (studyUid: string): { sopInstanceUid: string, sopClassUid: string }[] => classesOfStudy.all(studyUid),
    /** Series and study of an instance; null where it is not here. */
    placeOf(sopInstanceUid: string): ImagePlace | null {
      const row = place.get(sopInstanceUid)
      return row === undefined ? null : ImagePlace.parse({ sopInstanceUid, ...row })
    },
    instancesOfSeries: (seriesUid: string): StoredInstance[] => instancesOfSeries.all(seriesUid).map(parse),
    /** Another text whenever the series has other instances. */
    seriesRevision(seriesUid: string): string {
      const { n, last } = revisionOfSeries.get(seriesUid) ?? { n: 0, last: null }
      return `${n} ${last ?? ''}`
    },
    series(seriesUid: string): { seriesUid: SeriesUid, studyUid: StudyUid, thumbnailSha256: string | null } | null {
      const row = oneSeries.get(seriesUid)
      return row === undefined ? null : { seriesUid: SeriesUid.parse(row.seriesUid), studyUid: StudyUid.parse(row.studyUid), thumbnailSha256: row.thumbnailSha256 }
    },
    /** Series in the order of their numbers; `summary` null where instances came since it was computed. */
    seriesOfStudy(studyUid: string): { seriesUid: SeriesUid, modality: string, summary: StudySeries | null, thumbnailSha256: string | null }[] {
      return seriesOfStudy.all(studyUid).map((row) => ({
        seriesUid: SeriesUid.parse(row.seriesUid), modality: row.modality, thumbnailSha256: row.thumbnailSha256,
        summary: row.summary === null || row.isStale === 1 ? null : StudySeries.parse(JSON.parse(row.summary))
      }))
    },
    staleSeries: (): string[] => staleSeries.all().map(({ seriesUid }) => seriesUid),
    saveSummary: (summary: StudySeries): void => { saveSummary.run(JSON.stringify(summary), summary.seriesUid) },
    saveThumbnail: (seriesUid: string, sha256: string): void => { saveThumbnail.run(sha256, seriesUid) },
    /** Counts, warnings and modalities of a study as its series have them now. */
    refreshStudy(studyUid: string): void {
      const rows = seriesOfStudy.all(studyUid)
      const warnings = rows.reduce((sum, row) => sum + (row.summary === null ? 0 : StudySeries.parse(JSON.parse(row.summary)).warnings.length), 0)
      const modalities = [...new Set(rows.map((row) => row.modality).filter((modality) => modality !== ''))].toSorted()
      countStudy.run(warnings, modalities.length === 0 ? '' : `\\${modalities.join('\\')}\\`, studyUid)
    },
    transaction: <T>(work: () => T): T => sqlite.transaction(work).immediate()
  }
}

function createPatientWriters(sqlite: Db['sqlite'], clock: Clock) {
  const patient = sqlite.prepare<[string], { id: string }>('select id from patients where identity = ?')
  const insertPatient = sqlite.prepare('insert into patients (id, identity, name, patient_id, birth_date, sex, created_at) values (?, ?, ?, ?, ?, ?, ?)')
  const insertStudy = sqlite.prepare(`
    insert into studies (study_uid, patient_row, patient_name, patient_id, birth_date, sex, study_date, study_time, description, accession_number,
      body_part, modalities, search_text, imported_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)

  const patientRowOf = ({ patient: person, studyUid }: InstanceHeader): string => {
    const identity = patientIdentity(person, studyUid)
    const known = patient.get(identity)
    if (known !== undefined) return known.id
    const id = newRowId()
    insertPatient.run(id, identity, person.name, person.id, person.birthDate, person.sex, clock.iso())
    return id
  }

  return {
    insertStudy(header: InstanceHeader): void {
      const { patient: person, study, series } = header
      insertStudy.run(
        header.studyUid, patientRowOf(header), person.name, person.id, person.birthDate, person.sex, study.date, study.time, study.description, study.accessionNumber,
        series.bodyPart, series.modality === '' ? '' : `\\${series.modality}\\`, searchTextOf(header), clock.iso()
      )
    }
  }
}

/** See `patients`: an id alone never makes two studies one person's. */
export function patientIdentity(person: InstanceHeader['patient'], studyUid: string): string {
  if (person.id === '') return JSON.stringify(['study', studyUid])
  return JSON.stringify([person.id, person.issuer, fold(person.name), person.birthDate ?? '', person.sex])
}

function searchTextOf({ patient, study, series }: InstanceHeader): string {
  const date = study.date ?? ''
  return fold([patient.name, patient.id, study.description, study.accessionNumber, date, date.replaceAll('-', ''), series.modality, series.bodyPart].join(' '))
}
