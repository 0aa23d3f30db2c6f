import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import type { FramePackQuery } from '../../src-shared/frame-pack-query.ts'
import { StudyUid } from '../../src-shared/ids.ts'
import { type ImportResult, type SeriesDescription, type StudyDetail, type Worklist, type WorklistQuery } from '../../src-shared/studies.ts'
import type { PriorStudy } from '../../src-shared/viewing.ts'
import { TagList, TagValue, type TagQuery } from '../../src-shared/tags.ts'
import type { Volume } from '../../src-shared/volume.ts'
import type { BlobStore } from '../platform/blobs.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Log } from '../platform/log.ts'
import { resourcePath } from '../platform/resources.ts'
import { createWorkerPool } from '../platform/workers.ts'
import { createCopiesStore } from './copies-store.ts'
import { readSeriesFacts } from './describe.ts'
import { CopiedElement } from './dicom/write-copied.ts'
import { writeObject, type DraftObject, type WrittenObject } from './dicom/write.ts'
import { createDeidentify, type Deidentify } from './deidentify/deidentify.ts'
import { createPseudonyms, type Pseudonyms } from './deidentify/pseudonym-store.ts'
import { openDictionary } from './dicom/dictionary.ts'
import { createStudyExports, type StudyExports } from './exports.ts'
import { openFramePack } from './frame-packs.ts'
import { decodeFrameBytes, readFrame, type FrameBytes } from './frames.ts'
import { createImportStore } from './import-store.ts'
import type { Audit } from './import-lifecycle.ts'
import { createImports, type Imports } from './imports.ts'
import { createObjects, type StudyObjects } from './objects/objects.ts'
import { createStudyReader } from './reader.ts'
import { createRecentSeries } from './recent-series.ts'
import { renderFrame, type RenderOptions } from './render.ts'
import { createPeopleStore, type People } from './people-store.ts'
import { createReread } from './reread.ts'
import { createRereadStore } from './reread-store.ts'
import { createStudyStore, type StoredInstance } from './store.ts'
import { createThumbnails } from './thumbnails.ts'
import { loadVolume, type LoadOptions } from './volume.ts'
import { createWorklistStore, type ReviewColumns } from './worklist-store.ts'

export { takeIn } from './import-routes.ts'
export { createStudiesRoutes } from './routes.ts'
export type { Actor, Audit } from './import-lifecycle.ts'
export type { DicomElement, DicomItem } from './dicom/write-values.ts'
export type { DraftObject, WrittenObject } from './dicom/write.ts'
export type { ImportOptions } from './imports.ts'
export type { FrameBytes } from './frames.ts'
export type { RenderOptions } from './render.ts'
export type { LoadOptions } from './volume.ts'
export type { ReviewColumns } from './worklist-store.ts'
export type { People, Person, PersonStudy } from './people-store.ts'

export type StudiesDeps = Readonly<{ db: Db, blobs: BlobStore, events: Bus<EdgeEvent>, jobs: Jobs, clock: Clock, log: Log, audit: Audit, dataDir: string }>

/** DICOM in, and everything that is read from it again: worklist, series descriptions, frames, volumes, pictures. */
export type Studies = Pick<Imports, 'importPaths' | 'startImport' | 'openUpload' | 'receiveFile' | 'finishUpload'> & Readonly<{
  imports: Pick<Imports, 'cancel' | 'progress' | 'summary' | 'recent' | 'running'>
  worklist: (query: WorklistQuery) => Worklist
  /** Throws AppError 'not-found'. */
  detail: (studyUid: string) => StudyDetail
  /** Other studies of the same patient, newest first. Throws AppError 'not-found'. */
  priorsOf: (studyUid: string) => PriorStudy[]
  describeSeries: (seriesUid: string) => SeriesDescription
  /** Every series of a study, described: what a protocol is chosen from. */
  seriesOf: (studyUid: string) => SeriesDescription[]
  instance: (sopInstanceUid: string) => StoredInstance
  frame: (sopInstanceUid: string, frameNumber: number) => Promise<FrameBytes>
  decodedFrame: (sopInstanceUid: string, frameNumber: number) => Promise<FrameBytes>
  /** Many frames as one stream, see `src-shared/frame-pack.ts`. Throws AppError 'not-found' where there is no such series. */
  framePack: (seriesUid: string, query: FramePackQuery) => ReadableStream<Uint8Array>
  /** Throws AppError 'geometry-refused', 'cannot-decode' or 'too-large'. */
  loadVolume: (seriesUid: string, options?: LoadOptions) => Promise<Volume>
  renderFrame: (sopInstanceUid: string, frameNumber: number, options: RenderOptions) => Promise<Uint8Array>
  /** Path of the picture (WebP). */
  thumbnailOf: (seriesUid: string) => Promise<string>
  fileOf: (sopInstanceUid: string) => string
  /** Attributes of the stored file, as the query asks. Throws 'not-found' or 'cannot-decode'. */
  tagsOf: (sopInstanceUid: string, query: TagQuery) => Promise<TagList>
  tagValueOf: (sopInstanceUid: string, tagPath: string) => Promise<TagValue>
  exports: StudyExports
  people: People
  /** What lies here, for whoever keeps copies elsewhere. */
  copies: ReturnType<typeof createCopiesStore> & Readonly<{
    blobPath: (sha256: string) => string
    /** The stored bytes of that hash without the patient, or why they stay here. */
    deidentified: (sha256: string, ...rest: Parameters<Deidentify> extends [string, ...infer Rest] ? Rest : never) => ReturnType<Deidentify>
    pseudonyms: Pseudonyms
  }>
  /** Attributes of Patient and Study of a stored file, for another object of that study. Throws 'not-found' or 'cannot-decode'. */
  modulesOf: (sopInstanceUid: string) => Promise<CopiedElement[]>
  /** Nothing is stored: to keep the object, import its bytes. */
  writeObject: (object: DraftObject) => WrittenObject
  /** Contours, segmentations, reports and the like: what belongs on or beside the images. */
  objects: StudyObjects
  importResult: (importId: string) => ImportResult
  /** Columns of the worklist row. Call it inside the transaction of the cause. Publishes `study-changed`. */
  setReview: (studyUid: string, columns: ReviewColumns) => void
  start: () => Promise<void>
  stop: () => Promise<void>
}>

const Listed = TagList.omit({ sopInstanceUid: true })
const Copied = z.array(CopiedElement)

export function createStudies({ db, blobs, events, jobs, clock, log, audit, dataDir }: StudiesDeps): Studies {
  const store = createStudyStore(db, clock)
  const importStore = createImportStore(db, clock)
  const worklist = createWorklistStore(db)
  const parsePool = createWorkerPool({ entry: 'studies/parse', maxHeapMb: 512 })
  const decodePool = createWorkerPool({ entry: 'studies/decode' })
  const objectPool = createWorkerPool({ entry: 'studies/objects', size: 2, maxHeapMb: 768 })
  const pixels = { pool: decodePool, pathOf: blobs.pathOf }
  const thumbnails = createThumbnails({ store, blobs, events, jobs, render: (found, frameNumber, options) => renderFrame(pixels, found, frameNumber, options) })
  const reader = createStudyReader({ store, imports: importStore, worklist, events, onNewPicture: thumbnails.enqueue })
  const { instance, instancesOf, detail, importResult } = reader
  const reread = createReread({ store: createRereadStore(db), pool: parsePool, pathOf: blobs.pathOf, log, settle: () => { settleStudies(reader.staleStudies()) } })
  const recent = createRecentSeries({ ...store, seriesRevision: (seriesUid) => `${store.seriesRevision(seriesUid)} ${reread.replaced()}` })
  const settleStudies = (studyUids: readonly string[]) => {
    reader.settle(studyUids)
    jobs.wake()
  }
  const imports = createImports({ store, imports: importStore, blobs, events, clock, log, audit, pool: parsePool, dataDir, settleStudies, resultOf: importResult })

  const pseudonyms = createPseudonyms(db, clock)
  // The dictionary is read when the first copy without its patient is made.
  let made: Deidentify | null = null
  const deidentify = (): Deidentify => made ??= createDeidentify({ profileFile: resourcePath('deidentify', 'profile.json'), dictionary: openDictionary(resourcePath('dicom-dictionary.json')), pseudonyms })

  return {
    importPaths: imports.importPaths, startImport: imports.startImport, openUpload: imports.openUpload, receiveFile: imports.receiveFile, finishUpload: imports.finishUpload,
    imports: { cancel: imports.cancel, progress: imports.progress, summary: imports.summary, recent: imports.recent, running: imports.running },
    worklist: worklist.query, detail, importResult, instance,
    priorsOf(studyUid) {
      if (worklist.row(studyUid) === null) throw new AppError('not-found', 'There is no such study.')
      return worklist.priors(studyUid)
    },
    describeSeries: (seriesUid) => recent(seriesUid).description(),
    seriesOf: (studyUid) => detail(studyUid).series.map(({ seriesUid }) => recent(seriesUid).description()),
    frame: async (sopInstanceUid, frameNumber) => readFrame(pixels, instance(sopInstanceUid), frameNumber),
    framePack: (seriesUid, query) => openFramePack({
      log, read: (found, frameNumber, { isDecoded, signal }) => (isDecoded ? decodeFrameBytes : readFrame)(pixels, found, frameNumber, signal)
    }, recent(seriesUid), query),
    decodedFrame: async (sopInstanceUid, frameNumber) => decodeFrameBytes(pixels, instance(sopInstanceUid), frameNumber),
    loadVolume: async (seriesUid, options) => loadVolume(pixels, readSeriesFacts(instancesOf(seriesUid)), options),
    renderFrame: async (sopInstanceUid, frameNumber, options) => renderFrame(pixels, instance(sopInstanceUid), frameNumber, options),
    thumbnailOf: thumbnails.pathOf,
    fileOf: (sopInstanceUid) => blobs.pathOf(instance(sopInstanceUid).sha256),
    async tagsOf(sopInstanceUid, { search, frame, covered }) {
      const found = instance(sopInstanceUid)
      const input = { path: blobs.pathOf(found.sha256), search, frameNumber: frame ?? null, isCovered: covered === '1' }
      return TagList.parse({ ...Listed.parse(await parsePool.run({ name: 'tags', input })), sopInstanceUid: found.sopInstanceUid })
    },
    async tagValueOf(sopInstanceUid, tagPath) {
      return TagValue.parse(await parsePool.run({ name: 'tagValue', input: { path: blobs.pathOf(instance(sopInstanceUid).sha256), tagPath } }))
    },
    modulesOf: async (sopInstanceUid) => Copied.parse(await parsePool.run({ name: 'modules', input: { path: blobs.pathOf(instance(sopInstanceUid).sha256) } })),
    writeObject,
    copies: { ...createCopiesStore(db), blobPath: blobs.pathOf, pseudonyms, deidentified: async (sha256, options, signal) => deidentify()(blobs.pathOf(sha256), options, signal) },
    people: createPeopleStore(db),
    exports: createStudyExports({ reader, pathOf: blobs.pathOf, audit, transaction: store.transaction }),
    objects: createObjects({ pool: objectPool, pathOf: blobs.pathOf, instance, detail, store, audit }),
    setReview(studyUid, columns) {
      if (!worklist.setReview(studyUid, columns)) throw new AppError('not-found', 'There is no such study.')
      events.publish({ type: 'study-changed', studyUid: StudyUid.parse(studyUid) })
    },
    async start() {
      await blobs.clean()
      const interrupted = importStore.closeInterrupted()
      if (interrupted > 0) log.warn('imports-interrupted', { count: interrupted })
      settleStudies(reader.staleStudies())
      reread.start()
    },
    async stop() {
      await reread.stop()
      await imports.stop()
      await Promise.all([parsePool.close(), decodePool.close(), objectPool.close()])
    }
  }
}
