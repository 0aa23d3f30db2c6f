// What leaving costs: the queue beside the official client on the same files, bytes sent again after a cut, rows of the outbox beside bare rows, memory of a large file.
import { execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, closeSync, ftruncateSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Storage } from '@google-cloud/storage'
import Database from 'better-sqlite3'
import { createCloudStorage } from '../../src-main/sync/storage/cloud.ts'
import { createHttpClient } from '../../src-main/sync/storage/http.ts'
import { createLimit } from '../../src-main/sync/storage/limit.ts'
import { pieceBytes } from '../../src-main/sync/storage/resumable.ts'
import { bytesSource } from '../../src-main/sync/storage/source.ts'
import { createOutbox } from '../../src-main/platform/outbox.ts'
import { systemClock } from '../../src-main/platform/clock.ts'
import { databaseFile, openDatabase } from '../../src-main/platform/database.ts'
import { createLog } from '../../src-main/platform/log.ts'
import { cloudStandIn } from '../support/cloud-storage/stand-in.ts'
import { aSyncRoom } from '../support/sync-room.ts'
import { middle, report } from './corpus.ts'
import { z } from 'zod'

const root = mkdtempSync(join(tmpdir(), 'vigil-bench-uploads-'))
const server = spawn(process.execPath, [join(import.meta.dirname, '..', 'support', 'children', 'cloud-server.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
const url = String((await once(server.stdout, 'data'))[0]).trim()
const signal = new AbortController().signal

try {
  await drain()
  await cuts()
  inserts()
  memory()
} finally {
  server.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
}

/** Ten studies as they are: 60 slices of half a megabyte each, and one multi-frame file of 60 MB. */
async function drain(): Promise<void> {
  const sets = Array.from({ length: 10 }, () => [...Array.from({ length: 60 }, () => randomBytes(525_000)), randomBytes(60_000_000)])
  const bytes = sets.flat().reduce((sum, { length }) => sum + length, 0)
  const ratios: number[] = []
  for (let round = 0; round < 4; round++) {
    const room = await aSyncRoom({ GCS_BUCKET: 'clinic-bucket', GCS_ENDPOINT: url, GCS_PREFIX: `ours-${round}` })
    const studies = sets.map((files) => room.addStudy({ files }))
    const theirs = join(root, `theirs-${round}`)
    mkdirSync(theirs)
    const paths = sets.flat().map((file, index) => { const path = join(theirs, `${index}.dcm`); writeFileSync(path, file); return path })
    const ours = async () => {
      for (const study of studies) room.sign(study)
      const startedMs = performance.now()
      await room.settle()
      if (room.sync.offSite().state !== 'all') throw new Error('Not all arrived.')
      return performance.now() - startedMs
    }
    const official = async () => {
      const bucket = new Storage({ apiEndpoint: url, projectId: 'clinic' }).bucket('clinic-bucket')
      const queue = paths.values()
      const startedMs = performance.now()
      // As many at once as ours: two studies of four.
      await Promise.all(Array.from({ length: 8 }, async () => { for (const path of queue) await bucket.upload(path, { destination: `theirs-${round}/${path.split('/').at(-1)}`, validation: 'crc32c', preconditionOpts: { ifGenerationMatch: 0 } }) }))
      return performance.now() - startedMs
    }
    const first = round % 2 === 0 ? await ours() : null
    const theirMs = await official()
    const ourMs = first ?? await ours()
    ratios.push(theirMs / ourMs)
    console.log(`${(bytes / 1e6).toFixed(0)} MB in ${sets.flat().length} files: ours ${(bytes / ourMs / 1000).toFixed(0)} MB/s with manifests and reports, the official client ${(bytes / theirMs / 1000).toFixed(0)} MB/s`)
    await room.stop()
    rmSync(theirs, { recursive: true, force: true })
  }
  report('uploads', 'drain rate, of the official client’s', middle(ratios) * 100, '%', ['≥ 90 %', middle(ratios) >= 0.9])
}

async function cuts(): Promise<void> {
  const cloud = await cloudStandIn()
  const storage = createCloudStorage({ url: cloud.url, bucket: 'clinic-bucket', auth: { token: async () => null, sign: async () => '', email: async () => '' }, http: createHttpClient(), limit: createLimit(() => 0) })
  const source = bytesSource(randomBytes(5 * pieceBytes))
  let most = 0
  for (let round = 0; round < 20; round++) {
    const before = cloud.received()
    cloud.faults = [{ on: 'piece', piece: {} }, { on: 'piece', piece: { cutAfter: 1 + Math.floor(Math.random() * (pieceBytes - 1)) } }]
    await storage.put({ name: `cut-${round}`, contentType: 'a/b', source }, { signal, session: null, keep: () => undefined, onBytes: () => undefined, gate: () => undefined })
    most = Math.max(most, cloud.received() - before - source.bytes)
    cloud.bucket.objects.clear()
  }
  await storage.close()
  await cloud.close()
  report('uploads', 'bytes sent again after a cut, most of 20', most / 1024, 'kB', [`< one piece (${pieceBytes / 1024} kB)`, most < pieceBytes])
}

function inserts(): void {
  const db = openDatabase({ file: databaseFile(join(root, 'rows')) })
  const outbox = createOutbox({ db, clock: systemClock(), log: createLog(() => undefined), reachability: { mayTry: () => ({ ok: false, text: '' }), report: () => undefined }, changed: () => undefined })
  outbox.register({ kind: 'k', target: 't', payload: z.unknown(), concurrency: 1, deadlineMs: null, maxAttempts: 1, send: async () => ({ place: '', checksum: '', bytes: 0 }) })
  const bare = new Database(join(root, 'bare.sqlite'))
  bare.pragma('journal_mode = WAL')
  bare.pragma('synchronous = FULL')
  bare.exec('create table rows (id text primary key, key text unique, payload text)')
  const insert = bare.prepare('insert into rows values (?, ?, ?)')
  const count = 1000
  let key = 0
  const per = (act: () => void) => { const startedMs = performance.now(); for (let index = 0; index < count; index++) act(); return count / (performance.now() - startedMs) * 1000 }
  const ratios: number[] = []
  for (let round = 0; round < 6; round++) {
    const ours = () => per(() => { key++; db.sqlite.transaction(() => { outbox.enqueue({ kind: 'k', key: `k${key}`, payload: { studyUid: '1.2.3', revision: '1' }, lane: 'x', subject: '1.2.3', by: 'b' }) })() })
    const plain = () => per(() => { key++; bare.transaction(() => { insert.run(`i${key}`, `k${key}`, '{"studyUid":"1.2.3","revision":"1"}') })() })
    const [one, other] = round % 2 === 0 ? [ours(), plain()] : (() => { const bareRate = plain(); return [ours(), bareRate] })()
    console.log(`${one.toFixed(0)} rows/s in the outbox, ${other.toFixed(0)} bare, a transaction each`)
    ratios.push(one / other)
  }
  db.close()
  bare.close()
  report('uploads', 'rows of the outbox a second, of bare ones', middle(ratios) * 100, '%', ['≥ 50 %', middle(ratios) >= 0.5])
}

function memory(): void {
  const file = join(root, 'large')
  const descriptor = openSync(file, 'w')
  ftruncateSync(descriptor, 4 * 1024 ** 3)
  closeSync(descriptor)
  const hash = createHash('sha256')
  const zeros = Buffer.alloc(16 * 1024 ** 2)
  for (let index = 0; index < 256; index++) hash.update(zeros)
  const { mb, mostMb, seconds } = z.object({ mb: z.number(), mostMb: z.number(), seconds: z.number() }).parse(JSON.parse(execFileSync(process.execPath, [join(import.meta.dirname, '..', 'support', 'children', 'upload-large.ts'), url, file, hash.digest('hex')], { encoding: 'utf8' })))
  console.log(`4 GB in ${seconds.toFixed(0)} s, checked before and sent, at most ${mostMb.toFixed(0)} MB resident`)
  report('uploads', 'memory while uploading 4 GB, beyond idle', mb, 'MB', ['< 150 MB', mb < 150])
}
