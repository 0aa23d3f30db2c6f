import type { SopInstanceUid, StudyUid } from '../../../src-shared/ids.ts'
import { SendFault, type Receipt, type SendContext } from '../../platform/outbox-types.ts'
import type { StorageSession } from '../storage/session.ts'
import { bytesSource } from '../storage/source.ts'
import type { ObjectSource, Storage } from '../storage/types.ts'
import { manifestBytes } from './manifest.ts'
import { KeptUpload, type CloudRow, type UploadStore } from './store.ts'

/** An object that belongs to a study; its source is made when its turn comes. */
export type PlannedObject = Readonly<{ name: string, kind: 'instance' | 'report', sopInstanceUid: SopInstanceUid | null, contentType: string, bytes: number, source: (signal: AbortSignal) => Promise<ObjectSource> }>
export type SendDeps = Readonly<{ storage: Storage, store: UploadStore, workstation: string, appVersion: string, gate: () => void }>
/** `publicUid`: what the study is called where it goes. `leftOut`: how many files stay here, by reason. */
export type StudySend = Readonly<{ studyUid: StudyUid, publicUid: string, folder: string, objects: readonly PlannedObject[], leftOut?: Readonly<Record<string, number>> }>

/** Small objects wait for answers more than for bytes. All that is under way at once stays below what one piece of a large object has. */
const atOnce = 4

/** Sends what is not confirmed yet, then the manifest of everything that is. Each confirmed object is a row before the next one begins. */
export async function sendStudy({ storage, store, workstation, appVersion, gate }: SendDeps, { studyUid, publicUid, folder, objects, leftOut }: StudySend, context: SendContext): Promise<Receipt> {
  const confirmedNames = new Set(store.ofStudy(storage.place, studyUid, folder).map(({ name }) => name))
  const missing = objects.filter(({ name }) => !confirmedNames.has(name))
  const total = objects.reduce((sum, { bytes }) => sum + bytes, 0)
  const done = new Map<string, number>(objects.filter(({ name }) => confirmedNames.has(name)).map(({ name, bytes }) => [name, bytes]))
  const tell = () => { let sum = 0; for (const bytes of done.values()) sum += bytes; context.progress(sum, total) }
  const sessions = createSessionsKept(context)
  tell()

  // What an earlier try had begun may be there: asked for by name, it costs no byte. Objects begin in order, so that it is among the first.
  const doubtful = new Set(context.attempt > 1 ? missing.slice(0, atOnce).map(({ name }) => name) : [])
  const sendOne = async (object: PlannedObject): Promise<void> => {
    const { name, kind, sopInstanceUid, contentType } = object
    const source = await object.source(context.signal)
    const there = doubtful.has(name) && sessions.of(name) === null ? await storage.find(name, context.signal) : null
    const isSame = there !== null && there.bytes === source.bytes && there.crc32c === source.crc32c
    const confirmed = isSame ? there : await storage.put({ name, contentType, source }, {
      signal: context.signal, session: sessions.of(name), keep: (session) => { sessions.keep(name, session) }, gate, onBytes: (bytes) => { done.set(name, bytes); tell() }
    })
    store.confirm(storage.place, { studyUid, kind, sopInstanceUid, sha256: source.sha256, confirmed })
    done.set(name, object.bytes)
    tell()
  }
  await eachOf(missing, sendOne, context.signal)
  await proveThere({ storage, store }, studyUid, folder, context.signal)
  return sendManifest({ storage, store, workstation, appVersion, gate }, { studyUid, publicUid, folder, total, leftOut }, context)
}

/** An answer is a word; what the target lists is a fact. One question a study, before the manifest says that it is whole. */
async function proveThere({ storage, store }: Pick<SendDeps, 'storage' | 'store'>, studyUid: StudyUid, folder: string, signal: AbortSignal): Promise<void> {
  const there = new Map((await storage.list(folder, signal)).map((one) => [one.name, one]))
  const gone = store.ofStudy(storage.place, studyUid, folder).filter(({ name, bytes, crc32c }) => { const found = there.get(name); return found === undefined || found.bytes !== bytes || found.crc32c !== crc32c })
  if (gone.length === 0) return
  store.forget(storage.place, gone.map(({ name }) => name))
  throw new SendFault('later', `${gone.length} ${gone.length === 1 ? 'object' : 'objects'} that had been confirmed ${gone.length === 1 ? 'is' : 'are'} not in the cloud storage. What is missing is sent again.`)
}

async function sendManifest({ storage, store, workstation, appVersion, gate }: SendDeps, { studyUid, publicUid, folder, total, leftOut }: Readonly<Pick<StudySend, 'studyUid' | 'publicUid' | 'folder'> & { leftOut: StudySend['leftOut'] | undefined, total: number }>, { signal }: SendContext): Promise<Receipt> {
  const rows = store.ofStudy(storage.place, studyUid, folder)
  const source = bytesSource(manifestBytes({ studyUid: publicUid, leftOut, workstation, appVersion, rows }))
  const manifests = rows.filter(({ kind }) => kind === 'manifest')
  const receipt = ({ name, crc32c }: Pick<CloudRow, 'name' | 'crc32c'>): Receipt => ({ place: placeOf(storage, name), checksum: `crc32c ${crc32c}`, bytes: total })
  const newest = manifests.toSorted((one, other) => numberOf(other.name) - numberOf(one.name))[0]
  if (newest?.sha256 === source.sha256) return receipt(newest)
  // One that was written before a crash is there and not among our rows: the same bytes count, others make room for the next number.
  for (let number = 1 + (newest === undefined ? 0 : numberOf(newest.name)), tries = 0; tries < 20; number++, tries++) {
    const name = `${folder}/manifest-${number}.json`
    const there = await storage.find(name, signal)
    if (there !== null && (there.bytes !== source.bytes || there.crc32c !== source.crc32c)) continue
    const confirmed = there ?? await storage.put({ name, contentType: 'application/json', source }, { signal, session: null, keep: () => undefined, gate, onBytes: () => undefined })
    store.confirm(storage.place, { studyUid, kind: 'manifest', sopInstanceUid: null, sha256: source.sha256, confirmed })
    return receipt(confirmed)
  }
  throw new SendFault('never', 'The folder of this study in the cloud holds manifests that this workstation does not know. Look who else writes there.')
}

const numberOf = (name: string): number => Number(/manifest-(\d+)\.json$/.exec(name)?.[1] ?? 0)
const placeOf = ({ mode, place }: Storage, name: string): string => (mode === 'gcs' ? `gs://${place}/${name}` : `${place}/${name}`)

/** Sessions by object, each change written to the entry before it is relied on. */
function createSessionsKept(context: SendContext) {
  const parsed = KeptUpload.safeParse(context.kept)
  const sessions = new Map<string, StorageSession>(parsed.success ? Object.entries(parsed.data.sessions) : [])
  return {
    of: (name: string): StorageSession | null => sessions.get(name) ?? null,
    keep(name: string, session: StorageSession | null): void {
      if (session === null ? !sessions.delete(name) : (sessions.set(name, session), false)) return
      context.keep({ sessions: Object.fromEntries(sessions) })
    }
  }
}

/** Some at once, begun in order. The first failure ends the others, and is told when all have stopped. */
async function eachOf<T>(items: readonly T[], act: (item: T) => Promise<void>, signal: AbortSignal): Promise<void> {
  const queue = items.values()
  let failure: { error: unknown } | null = null
  const work = async () => {
    for (const item of queue) {
      if (failure !== null) return
      signal.throwIfAborted()
      try { await act(item) } catch (error) { failure ??= { error }; return }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, work))
  const aborted = ended.find((one) => one.status === 'rejected')
  if (failure !== null) throw (failure as { error: unknown }).error
  if (aborted !== undefined) throw aborted.reason
}
