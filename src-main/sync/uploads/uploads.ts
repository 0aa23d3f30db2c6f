import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import { SopInstanceUid, StudyUid } from '../../../src-shared/ids.ts'
import type { SyncSettings } from '../../../src-shared/sync.ts'
import { SendFault, type NewEntry, type OutboxKind } from '../../platform/outbox-types.ts'
import type { Holding, ReportsFace, StudiesFace } from '../faces.ts'
import { bytesSource, fileSource, sha256Of, summed } from '../storage/source.ts'
import type { Storage } from '../storage/types.ts'
import { sendStudy, type PlannedObject, type SendDeps, type StudySend } from './send-objects.ts'
import type { UploadStore } from './store.ts'

const StudyUpload = z.object({ studyUid: StudyUid, revision: z.string(), isDeidentified: z.boolean().default(false) })
const ReportBundle = z.object({ studyUid: StudyUid, hash: z.string() })
type StudyUpload = z.infer<typeof StudyUpload>
type ReportBundle = z.infer<typeof ReportBundle>
export type Expected = Readonly<{ total: number, confirmed: number, dead: number, cancelled: number }>
export type UploadsDeps = Readonly<{
  storage: Storage | null, store: UploadStore, studies: StudiesFace, reports: ReportsFace, prefix: string, workstation: string, appVersion: string
  settings: () => SyncSettings, gate: () => void, enqueue: (entry: NewEntry) => string
}>

const studyKey = ({ studyUid, revision }: Pick<Holding, 'studyUid' | 'revision'>, isDeidentified: boolean): string => `${isDeidentified ? 'clean' : 'study'}:${studyUid}:${revision}`
const reportKey = ({ studyUid, hash }: ReportBundle): string => `report:${studyUid}:${hash}`
/** Tries that the target answered; silence counts none. */
const mostTries = 60
/** Why files stay here when copies leave without the patient. */
const leftOutWords: Readonly<Record<string, string>> = { 'no-pixels': 'without an image (reports, documents, marks)', 'burned-in': 'whose pixels may hold words about the patient', encoding: 'in an encoding that is not cleaned (deflated or big endian)' }
const otherSetting = 'It was queued under another setting about the patient’s data, and was not sent.'

/** Which studies and reports go off-site, as what objects, and how many of them are there. */
export function createUploads(deps: UploadsDeps) {
  const { storage, store, studies, reports, prefix, workstation, settings, enqueue } = deps
  const isClean = () => settings().isDeidentified
  const folderOf = (studyUid: string) => [prefix, workstation, studyUid].filter((part) => part !== '').join('/')
  const sending = (): SendDeps => {
    if (storage === null) throw new SendFault('refused', 'No cloud storage is set up any more.')
    return { storage, store, workstation, appVersion: deps.appVersion, gate: deps.gate }
  }
  const queueStudy = (holding: Holding, by: string, priority = 0) => enqueue({ kind: 'study-upload', key: studyKey(holding, isClean()), payload: { studyUid: holding.studyUid, revision: holding.revision, isDeidentified: isClean() } satisfies StudyUpload, lane: holding.studyUid, subject: holding.studyUid, priority, by, bytesTotal: holding.bytes })
  const queueReport = (bundle: ReportBundle, by: string, priority = 1) => enqueue({ kind: 'report-bundle', key: reportKey(bundle), payload: bundle, lane: bundle.studyUid, subject: bundle.studyUid, priority, by })
  const queueAll = (holding: Holding, by: string, priority: number): string[] =>
    [queueStudy(holding, by, priority), ...(isClean() ? [] : reports.signedOf(holding.studyUid)).map(({ studyUid, hash }) => queueReport({ studyUid, hash }, by, priority))]

  /** Holdings that should be off-site by the setting, or because somebody sent them. */
  const wanted = (): Holding[] => {
    const { what } = settings()
    const all = studies.holdings()
    if (what === 'all') return all
    const sent = new Set<string>(store.sentStudies())
    return all.filter(({ studyUid, status }) => sent.has(studyUid) || (what === 'signed' && status === 'signed'))
  }
  const instanceObjects = (studyUid: StudyUid): PlannedObject[] => studies.copiesOf(studyUid).map(({ sopInstanceUid, sha256, bytes }) => ({
    name: `${folderOf(studyUid)}/instances/${sha256}.dcm`, kind: 'instance', sopInstanceUid: SopInstanceUid.parse(sopInstanceUid), contentType: 'application/dicom', bytes,
    source: (signal) => fileSource(studies.blobPath(sha256), sha256, signal)
  }))
  const reportObject = (studyUid: StudyUid, bytes: Uint8Array, ending: 'pdf' | 'json'): PlannedObject => ({
    name: `${folderOf(studyUid)}/reports/${sha256Of(bytes)}.${ending}`, kind: 'report', sopInstanceUid: null, contentType: ending === 'pdf' ? 'application/pdf' : 'application/json', bytes: bytes.length, source: async () => bytesSource(bytes)
  })

  /** Each file is cleaned and hashed first: its name is the hash of what leaves. */
  const cleanStudy = async (studyUid: StudyUid, signal: AbortSignal): Promise<StudySend> => {
    const { keep, sendsBurnedIn } = settings()
    const publicUid = keep.includes('uids') ? studyUid : studies.pseudonyms.uid(studyUid)
    const folder = [prefix, workstation, 'deidentified', publicUid].filter((part) => part !== '').join('/')
    const objects: PlannedObject[] = []
    const leftOut = new Map<string, number>()
    for (const { sha256 } of studies.copiesOf(studyUid)) {
      signal.throwIfAborted()
      const clean = await studies.deidentified(sha256, { keep, sendsBurnedIn }, signal)
      if ('leftOut' in clean) { leftOut.set(clean.leftOut, (leftOut.get(clean.leftOut) ?? 0) + 1); continue }
      objects.push({ name: `${folder}/instances/${clean.sha256}.dcm`, kind: 'instance', sopInstanceUid: SopInstanceUid.parse(clean.sopInstanceUid), contentType: 'application/dicom', bytes: clean.bytes, source: async (ownSignal) => summed(clean, ownSignal) })
    }
    if (objects.length === 0) throw new SendFault('never', `Nothing of this study can leave without the patient’s data: ${[...leftOut].map(([why, count]) => `${count} ${leftOutWords[why] ?? why}`).join(', ')}.`)
    return { studyUid, publicUid, folder, objects, leftOut: Object.fromEntries(leftOut) }
  }

  const studyUpload: OutboxKind<StudyUpload> = {
    kind: 'study-upload', target: 'cloud-storage', payload: StudyUpload, concurrency: 2, deadlineMs: null, maxAttempts: mostTries,
    send: async ({ studyUid, isDeidentified }, context) => {
      if (!isDeidentified) return sendStudy(sending(), { studyUid, publicUid: studyUid, folder: folderOf(studyUid), objects: instanceObjects(studyUid) }, context)
      return sendStudy(sending(), await cleanStudy(studyUid, context.signal), context)
    },
    // To send it again sends nothing that is there: names are hashes, and what is confirmed is a row.
    lookUp: async () => 'absent',
    whyNot: ({ studyUid, isDeidentified }) => (studies.holding(studyUid) === null ? 'The study is not here any more.' : isDeidentified === isClean() ? null : otherSetting)
  }
  const reportBundle: OutboxKind<ReportBundle> = {
    kind: 'report-bundle', target: 'cloud-storage', payload: ReportBundle, concurrency: 2, deadlineMs: null, maxAttempts: mostTries,
    async send({ studyUid, hash }, context) {
      const document = reports.document(hash)
      if (document === null) throw new SendFault('never', 'There is no signature under this hash any more.')
      const objects = [reportObject(studyUid, Buffer.from(document), 'json'), reportObject(studyUid, await reports.pdf(studyUid), 'pdf')]
      return sendStudy(sending(), { studyUid, publicUid: studyUid, folder: folderOf(studyUid), objects }, context)
    },
    lookUp: async () => 'absent',
    whyNot: () => (isClean() ? otherSetting : null)
  }

  return {
    studyUpload, reportBundle,
    /** In the transaction of a signature. */
    signed(studyUid: StudyUid, hash: string, by: string): void {
      if (storage === null) return
      const isSent = settings().what !== 'by-hand' || store.sentStudies().includes(studyUid)
      const holding = studies.holding(studyUid)
      if (!isSent || holding === null) return
      queueStudy(holding, by)
      if (!isClean()) queueReport({ studyUid, hash }, by)
    },
    /** Queues what should be off-site and is in no row yet: imports, changed settings, what another process did. Returns how many. */
    sweep(): number {
      if (storage === null) return 0
      const keys = store.keys()
      const missing = wanted().flatMap((holding) => [
        ...(keys.has(studyKey(holding, isClean())) ? [] : [() => queueStudy(holding, 'vigil')]),
        ...(isClean() ? [] : reports.signedOf(holding.studyUid)).filter(({ hash }) => !keys.has(reportKey({ studyUid: holding.studyUid, hash }))).map(({ studyUid, hash }) => () => queueReport({ studyUid, hash }, 'vigil'))
      ])
      for (const queue of missing) queue()
      return missing.length
    },
    /** By hand, before the others. Throws AppError 'not-configured' or 'not-found'. Returns the entries. */
    sendNow(studyUid: StudyUid, by: string): string[] {
      if (storage === null) throw new AppError('not-configured', 'No place for copies is set up on this workstation. Set GCS_BUCKET, or LOCAL_STORAGE_ROOT, and start again.')
      const holding = studies.holding(studyUid)
      if (holding === null) throw new AppError('not-found', 'There is no such study.')
      return queueAll(holding, by, 5)
    },
    /** Studies and signed reports that should be off-site, and those of them that are, every object of each confirmed. */
    expected(): Expected {
      if (storage === null) return { total: 0, confirmed: 0, dead: 0, cancelled: 0 }
      const keys = store.keys()
      const signedByStudy = Map.groupBy(isClean() ? [] : reports.signed(), ({ studyUid }) => studyUid)
      const states = wanted().flatMap((holding) => [keys.get(studyKey(holding, isClean())), ...(signedByStudy.get(holding.studyUid) ?? []).map((one) => keys.get(reportKey(one)))])
      const count = (state: string) => states.filter((one) => one === state).length
      return { total: states.length, confirmed: count('done'), dead: count('dead'), cancelled: count('cancelled') }
    }
  }
}
export type Uploads = ReturnType<typeof createUploads>
