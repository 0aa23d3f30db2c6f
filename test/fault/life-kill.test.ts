import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { writePhantom } from '../../src-main/analysis/phantom/index.ts'
import { blobColumns } from '../../src-main/blob-columns.ts'
import { createEdge } from '../../src-main/edge.ts'
import { checkAll } from '../../src-main/platform/backup/check.ts'
import { blobPath } from '../../src-main/platform/blobs.ts'
import { parseConfig } from '../../src-main/platform/config.ts'
import { databaseFile, openDatabase } from '../../src-main/platform/database.ts'
import { createLog } from '../../src-main/platform/log.ts'
import { captionsStandIn, type CaptionsStandIn } from '../support/captions-stand-in.ts'
import { cloudStandIn, type CloudStandIn } from '../support/cloud-storage/stand-in.ts'
import { randomOf } from '../support/random.ts'
import type { LifeSettings } from './life-child.ts'

/** `npm run test:fault` sets these; the usual run has a few lives of one seed. */
const lives = Number(process.env['VIGIL_FAULT_LIVES'] ?? 12)
const seed = Number(process.env['VIGIL_FAULT_SEED'] ?? 1)
const perFolder = 100

const Line = z.object({ act: z.string(), study: z.string().optional(), hashes: z.array(z.string()).optional(), windowId: z.string().optional() })
type Journal = { hashes: Set<string>, signed: Set<string>, captions: Set<string>, acts: Map<string, number> }
let root: string
let cloud: CloudStandIn
let captions: CaptionsStandIn
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'vigil-lives-'))
  mkdirSync(join(root, 'phantoms'))
  for (let index = 0; index < 60; index++) await writePhantom({ name: `LIFE ${index}`, seed: index + 1, anatomy: 'water', rows: 32, columns: 32, slices: 12, pixelSpacingMm: [4, 4], sliceSpacingMm: 4, noiseHu: 4, objects: [] }, join(root, 'phantoms', String(index)))
  cloud = await cloudStandIn()
  captions = await captionsStandIn()
})
afterAll(async () => {
  await cloud.close()
  await captions.close()
  rmSync(root, { recursive: true, force: true })
})
const environment = () => ({ GCS_BUCKET: 'clinic-bucket', GCS_ENDPOINT: cloud.url, WORKER_BASE_URL: captions.url, MAGIC_WORD: 'open sesame' })

/** A process that is killed some moments after it began to work; what it acknowledged goes into the journal. */
async function live(settings: LifeSettings, afterMs: number, journal: Journal): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'life-child.ts'), JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, METADATA_SERVER_DETECTION: 'none', NODE_NO_WARNINGS: '1' } })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text })
  const exited = once(child, 'exit')
  const tooLong = setTimeout(() => { child.kill('SIGKILL') }, 60_000)
  for await (const text of createInterface({ input: child.stdout })) {
    // The last line may be cut: what was not said whole was not acknowledged.
    const parsed = Line.safeParse((() => { try { return JSON.parse(text) as unknown } catch { return null } })())
    if (!parsed.success) continue
    const { act, study, hashes, windowId } = parsed.data
    if (act === 'ready') setTimeout(() => { child.kill('SIGKILL') }, afterMs)
    journal.acts.set(act, (journal.acts.get(act) ?? 0) + 1)
    for (const hash of hashes ?? []) journal.hashes.add(hash)
    if (act === 'signed' && study !== undefined) journal.signed.add(study)
    if (act === 'caption' && windowId !== undefined) journal.captions.add(windowId)
  }
  clearTimeout(tooLong)
  await exited
  if (child.signalCode !== 'SIGKILL') throw new Error(`The process ended by itself: ${errors.slice(0, 2000)}`)
}

/** What must be true after each death: nothing that was acknowledged is gone, and the file is sound. */
function expectNothingLost(dataDir: string, journal: Journal): void {
  const db = openDatabase({ file: databaseFile(dataDir) })
  try {
    expect(db.sqlite.pragma('quick_check', { simple: true })).toBe('ok')
    const rows = new Set(db.sqlite.prepare<[], { sha256: string }>('select sha256 from instances').all().map(({ sha256 }) => sha256))
    expect([...journal.hashes].filter((hash) => !rows.has(hash))).toEqual([])
    expect([...rows].filter((hash) => !existsSync(blobPath(dataDir, hash)))).toEqual([])
    const signed = new Set(db.sqlite.prepare<[], { studyUid: string }>(`select study_uid "studyUid" from signatures`).all().map(({ studyUid }) => studyUid))
    expect([...journal.signed].filter((study) => !signed.has(study))).toEqual([])
    const queued = new Set(db.sqlite.prepare<[], { key: string }>(`select key from outbox`).all().map(({ key }) => key))
    expect([...journal.captions].filter((id) => !queued.has(id))).toEqual([])
    // A signature and the rows that send it stand or fall together.
    const reports = db.sqlite.prepare<[], { n: number }>(`select count(*) n from signatures where 'report:' || study_uid || ':' || hash not in (select key from outbox)`).get()?.n
    expect(reports).toBe(0)
  } finally {
    db.close()
  }
}

/** The last life: what is left is done, and everything is where it should be, once. */
async function expectWholeAndOnce(dataDir: string, journal: Journal): Promise<void> {
  const edge = createEdge(parseConfig(environment(), { dataDir }), { host: 'served', log: createLog(() => undefined), rendererDir: join(root, 'none') })
  try {
    await edge.start()
    await edge.rooms.jobs.idle()
    await expect.poll(() => { edge.rooms.sync.tryNow('cloud-storage'); return edge.rooms.sync.offSite().state }, { timeout: 120_000, interval: 500 }).toBe('all')
    await expect.poll(() => captions.kept.size, { timeout: 60_000 }).toBeGreaterThanOrEqual(journal.captions.size)
    const { sqlite } = edge.rooms.db
    const open = sqlite.prepare<[], { n: number }>(`select count(*) n from outbox where state not in ('done')`)
    await expect.poll(() => open.get()?.n, { timeout: 60_000 }).toBe(0)
    // Another folder is another workstation, which may have sent the same file.
    const workstation = z.uuid().parse(JSON.parse(sqlite.prepare<[], { value: string }>(`select value from settings where key = 'workstation-id'`).get()?.value ?? 'null'))
    const names = [...cloud.bucket.objects.keys()].filter((name) => name.includes(`/${workstation}/`))
    const instances = sqlite.prepare<[], { sha256: string }>('select distinct sha256 from instances').all()
    for (const { sha256 } of instances) expect(names.filter((name) => name.endsWith(`${sha256}.dcm`))).toHaveLength(1)
    for (const id of journal.captions) expect(captions.kept.has(id)).toBe(true)
    expect(await edge.rooms.accounts.audit.verify()).toBe(true)
    for (const { studyUid } of edge.rooms.analysis.signed.signed()) expect(edge.rooms.analysis.verifyReport(studyUid)).toMatchObject({ isSigned: true, isIntact: true })
  } finally {
    await edge.stop()
  }
  expect(await checkAll({ dataDir, columns: blobColumns, isQuick: false, isRepair: false, from: null })).toMatchObject({ isSound: true })
}

describe('the workstation, killed at random moments of import, analysis, signing, upload and sending', () => {
  const folders = Math.ceil(lives / perFolder)
  it.each(Array.from({ length: folders }, (_, index) => seed + index))(`loses nothing that it acknowledged and sends nothing twice (seed %i, ${Math.min(lives, perFolder)} lives)`, async (own) => {
    const dataDir = join(root, `data-${own}`)
    const random = randomOf(own)
    const journal: Journal = { hashes: new Set(), signed: new Set(), captions: new Set(), acts: new Map() }
    const count = Math.min(perFolder, lives)
    for (let life = 1; life <= count; life++) {
      // Most die in the middle of their work, some as they begin, and some live long enough for an analysis.
      const lot = random()
      const afterMs = lot < 0.1 ? 0 : lot < 0.75 ? Math.round(random() ** 1.5 * 900) : 1200 + Math.round(random() * 2000)
      cloud.latencyMs = random() < 0.3 ? 20 : 0
      await live({ dataDir, workDir: join(root, `work-${own}`), phantoms: join(root, 'phantoms'), seed: own, life, environment: environment() }, afterMs, journal)
      if (existsSync(databaseFile(dataDir))) expectNothingLost(dataDir, journal)
    }
    cloud.latencyMs = 0
    await expectWholeAndOnce(dataDir, journal)
    process.stdout.write(`seed ${own}: ${count} lives; acknowledged: ${[...journal.acts].map(([act, n]) => `${n} ${act}`).join(', ')}; ${cloud.bucket.objects.size} objects, ${captions.kept.size} captions of ${captions.received.length} requests\n`)
    expect(journal.hashes.size).toBeGreaterThan(0)
    rmSync(dataDir, { recursive: true, force: true })
  }, 60_000 + 10_000 * Math.min(lives, perFolder))
})
