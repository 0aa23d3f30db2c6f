import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EdgeEvent } from '../../src-shared/events.ts'
import { StudyUid } from '../../src-shared/ids.ts'
import { createBus } from '../../src-main/platform/bus.ts'
import { parseConfig } from '../../src-main/platform/config.ts'
import { databaseFile, openDatabase, type Db } from '../../src-main/platform/database.ts'
import { createLog, type LogLine } from '../../src-main/platform/log.ts'
import type { Principal } from '../../src-main/platform/http.ts'
import { createSync, type Holding, type StoredCopy, type Sync } from '../../src-main/sync/index.ts'
import { aFolder, heldClock, type HeldClock } from './edge.ts'

export const admin: Principal = { id: '0190a000-0000-7000-8000-000000000002', name: 'Ada Admin', role: 'admin' }
export type RoomStudy = Readonly<{ studyUid: StudyUid, files: Buffer[], status: Holding['status'] }>
export type SyncRoom = Readonly<{
  sync: Sync, db: Db, clock: HeldClock, logged: LogLine[], folder: string, audited: { action: string, subject: string }[], events: EdgeEvent[]
  addStudy: (change?: Readonly<{ files?: readonly Buffer[], status?: Holding['status'], uid?: string }>) => RoomStudy
  addImage: (study: RoomStudy, bytes: Buffer) => void
  /** As the analysis room does: in one transaction. */
  sign: (study: RoomStudy, document?: string) => string
  /** Looks for what is to be sent, and waits until nothing could be sent any more. */
  settle: () => Promise<void>
  /** The process ends and begins anew on the same folder. */
  restart: () => Promise<SyncRoom>
  stop: () => Promise<void>
}>
type Kept = { folder: string, clock: HeldClock, studies: Map<string, { study: RoomStudy, copies: StoredCopy[], status: Holding['status'] }>, signatures: { studyUid: StudyUid, hash: string, document: string }[], remove: () => Promise<void> }

/** The sync room on a real database, with studies that are files alone. `environment` as the product reads it. */
export async function aSyncRoom(environment: Readonly<Record<string, string>>, kept?: Kept, stallMs = 2000): Promise<SyncRoom> {
  const folder = kept === undefined ? await aFolder() : { path: kept.folder, remove: kept.remove }
  const state: Kept = kept ?? { folder: folder.path, clock: heldClock(), studies: new Map(), signatures: [], remove: folder.remove }
  const { clock } = state
  const db = openDatabase({ file: databaseFile(folder.path) })
  const logged: LogLine[] = []
  const audited: { action: string, subject: string }[] = []
  const events: EdgeEvent[] = []
  const bus = createBus<EdgeEvent>((error) => { throw error })
  bus.subscribe((event) => { events.push(event) })
  const blobPath = (sha256: string) => join(folder.path, 'blobs', sha256)
  const holdingOf = ({ study, copies, status }: { study: RoomStudy, copies: StoredCopy[], status: Holding['status'] }): Holding => ({ studyUid: study.studyUid, status, revision: `${copies.length}-${copies.length}`, bytes: copies.reduce((sum, { bytes }) => sum + bytes, 0) })
  const sync = createSync({
    db, clock, events: bus, log: createLog((line) => { logged.push(line) }), audit: { record: ({ action, subject }) => { audited.push({ action, subject }) } },
    config: parseConfig(environment).sync, dataDir: folder.path, appVersion: '0.0.1-test', random: () => 0, stallMs,
    cloudAuth: { token: async () => environment['TOKEN'] ?? null, sign: async () => '', email: async () => '' },
    studies: {
      holdings: () => [...state.studies.values()].map(holdingOf), holding: (uid) => { const found = state.studies.get(uid); return found === undefined ? null : holdingOf(found) },
      deidentified: async () => ({ leftOut: 'no-pixels' }), pseudonyms: { uid: (original) => `2.25.${original.length}` },
      copiesOf: (uid) => state.studies.get(uid)?.copies ?? [], blobPath,
      words: (uids) => new Map(uids.map((uid) => [uid, { title: `CT, ${state.studies.get(uid)?.copies.length ?? 0} images`, patient: 'DOE JANE' }])),
      matching: (search) => [...state.studies.keys()].filter(() => 'doe jane'.includes(search.toLowerCase()))
    },
    reports: {
      signed: () => state.signatures, signedOf: (uid) => state.signatures.filter(({ studyUid }) => studyUid === uid),
      document: (hash) => state.signatures.find((one) => one.hash === hash)?.document ?? null, pdf: async (uid) => Buffer.from(`%PDF ${uid} ${state.signatures.filter(({ studyUid }) => studyUid === uid).length}`)
    }
  })
  const addImage = (study: RoomStudy, bytes: Buffer) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    mkdirSync(join(folder.path, 'blobs'), { recursive: true })
    writeFileSync(blobPath(sha256), bytes)
    study.files.push(bytes)
    state.studies.get(study.studyUid)?.copies.push({ sopInstanceUid: `${study.studyUid}.1.${study.files.length}`, seriesUid: `${study.studyUid}.1`, sha256, bytes: bytes.length })
    bus.publish({ type: 'study-changed', studyUid: study.studyUid })
  }
  const room: SyncRoom = {
    sync, db, clock, logged, folder: folder.path, audited, events, addImage,
    addStudy({ files = [randomBytes(3000), randomBytes(5000), randomBytes(100)], status = 'new', uid = `1.2.826.0.1.3680043.10.77.${state.studies.size + 1}` } = {}) {
      const study: RoomStudy = { studyUid: StudyUid.parse(uid), files: [], status }
      state.studies.set(uid, { study, copies: [], status })
      for (const file of files) addImage(study, file)
      return study
    },
    sign(study, document = JSON.stringify({ report: 'No stones.', at: state.signatures.length })) {
      const hash = createHash('sha256').update(document).digest('hex')
      db.sqlite.transaction(() => {
        state.signatures.push({ studyUid: study.studyUid, hash, document })
        const found = state.studies.get(study.studyUid)
        if (found !== undefined) found.status = 'signed'
        sync.signed(study.studyUid, hash, admin.id)
      })()
      bus.publish({ type: 'report-changed', studyUid: study.studyUid })
      return hash
    },
    settle: async () => { await sync.drain(new AbortController().signal, () => undefined) },
    async restart() {
      await sync.stop()
      db.close()
      return aSyncRoom(environment, state)
    },
    async stop() {
      await sync.stop()
      if (db.sqlite.open) db.close()
      await folder.remove()
    }
  }
  return room
}
