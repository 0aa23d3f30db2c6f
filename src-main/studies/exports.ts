import { AppError } from '../../src-shared/errors.ts'
import type { ExportRequest } from '../../src-shared/exports.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { StudySeries } from '../../src-shared/studies.ts'
import { zipBytes, type ZipEntry } from '../platform/zip.ts'
import { readSeriesFacts } from './describe.ts'
import type { Actor, Audit } from './import-lifecycle.ts'
import type { StudyReader } from './reader.ts'
import type { StoredInstance } from './store.ts'

type Deps = Readonly<{ reader: Pick<StudyReader, 'detail' | 'instancesOf'>, pathOf: (sha256: string) => string, audit: Audit, transaction: <T>(work: () => T) => T }>
/** What is about to leave. `bytes`: of the whole archive. `fileName` holds nothing of the patient. */
export type ZipExport = Readonly<{ studyUid: string, seriesUids: readonly string[], fileName: string, entries: readonly ZipEntry[], bytes: number }>
export type StudyExports = ReturnType<typeof createStudyExports>

/** Stored files on their way out, unchanged; and the trail of what left. */
export function createStudyExports({ reader, pathOf, audit, transaction }: Deps) {
  const entriesOf = (folder: string, seriesUid: string): ZipEntry[] => {
    const instances = inOrder(reader.instancesOf(seriesUid))
    const digits = String(instances.length).length
    return instances.map(({ sha256, bytes }, index) => ({ name: `${folder}/${String(index + 1).padStart(Math.max(4, digits), '0')}.dcm`, path: pathOf(sha256), bytes }))
  }
  const record = (by: Actor, studyUid: string, detail: Record<string, unknown>) => {
    transaction(() => { audit.record({ actor: by.id, actorName: by.name, action: 'study.export', subject: studyUid, detail }) })
  }

  return {
    /** Files of a series in the order of its images. Throws AppError 'not-found', as the others do. */
    instancesOf: (seriesUid: string) => inOrder(reader.instancesOf(seriesUid)).map(({ sopInstanceUid }) => sopInstanceUid),
    series(seriesUid: string): ZipExport {
      const [first] = reader.instancesOf(seriesUid)
      if (first === undefined) throw new AppError('not-found', 'There is no such series.')
      const { series, studyUid } = first.header
      const name = seriesName(series)
      const entries = entriesOf(name, seriesUid)
      return { studyUid, seriesUids: [seriesUid], fileName: `vigil-${name}.zip`, entries, bytes: zipBytes(entries) }
    },
    study(studyUid: string): ZipExport {
      const { study, series } = reader.detail(studyUid)
      const folders = folderNames(series)
      const entries = series.flatMap(({ seriesUid }, index) => entriesOf(folders[index] ?? seriesUid, seriesUid))
      const modalities = study.modalities.map(plainWord).join('-')
      return { studyUid, seriesUids: series.map(({ seriesUid }) => seriesUid), fileName: `vigil-study${modalities === '' ? '' : `-${modalities}`}.zip`, entries, bytes: zipBytes(entries) }
    },
    recordZip(by: Actor, { studyUid, seriesUids, entries, bytes }: ZipExport): void {
      record(by, studyUid, { kind: 'dicom', series: seriesUids.length, instances: entries.length, bytes })
    },
    /** What a window says that it made. Throws 'not-found' where the series are not of that study. */
    recordMade(by: Actor, studyUid: StudyUid, { kind, seriesUids, images, hasNames }: ExportRequest): void {
      const known = new Set<string>(reader.detail(studyUid).series.map(({ seriesUid }) => seriesUid))
      if (!seriesUids.every((uid) => known.has(uid))) throw new AppError('not-found', 'There is no such series in this study.')
      record(by, studyUid, { kind, series: seriesUids.length, images, hasNames })
    }
  }
}

/** Instances in the order in which their first frames are shown. */
function inOrder(instances: readonly StoredInstance[]): StoredInstance[] {
  const { frames, geometry } = readSeriesFacts(instances)
  const shown = geometry.order.flatMap((index) => frames[index]?.instance ?? [])
  return [...new Map([...shown, ...instances].map((instance) => [instance.sopInstanceUid, instance])).values()]
}

/** Folders of a study's series; two of one number stay apart. */
function folderNames(series: readonly Pick<StudySeries, 'modality' | 'seriesNumber'>[]): string[] {
  const taken = new Map<string, number>()
  return series.map(({ modality, seriesNumber }) => {
    const name = seriesName({ modality, number: seriesNumber })
    const count = (taken.get(name) ?? 0) + 1
    taken.set(name, count)
    return count === 1 ? name : `${name}-${count}`
  })
}

/** Number and modality alone: descriptions are written by hand and may name the patient. */
function seriesName({ modality, number }: Readonly<{ modality: string, number: number | null }>): string {
  return [plainWord(modality) || 'series', number === null ? '' : String(Math.abs(number))].filter((part) => part !== '').join('-')
}

const plainWord = (word: string) => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
