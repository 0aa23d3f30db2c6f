import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import rendererConfig from '../../renderer.vite.config.ts'
import { parseConfig } from '../../src-main/platform/config.ts'
import { createLog, silentSink } from '../../src-main/platform/log.ts'
import { startServed } from '../../src-main/serve.ts'
import { inspect, bufferAccess } from '../../src-main/studies/ingest/inspect.ts'
import { somebody } from '../support/studies-room.ts'
import { launchBrowser } from '../support/browser.ts'
import type { FrameReading } from '../support/children/frames-harness.ts'
import { readManifest, type ManifestFile } from '../support/manifest.ts'
import { tester } from '../support/pages.ts'
import { missingData, sharedData } from '../support/shared-data.ts'

/**
 * Every file of the transfer-syntax set and two whole series, through the built decoder in a real browser under the real policy, against
 * the hashes that independent tools found. Files that share a UID can't be in one workstation, so they are spread over several.
 */
const sets = ['transfer-syntaxes', 'ct-head-phantom-thin-jpeglossless', 'ct-head-phantom-tilt-jpegls']
const missing = sets.map((set) => missingData(set)).find((reason) => reason !== null) ?? null
type Known = ManifestFile & Readonly<{ sopInstanceUid: string, photometric: string }>
type Read = Readonly<{ known: Known, frames: FrameReading[] }>

function knownFiles(): Known[] {
  return readManifest().flatMap(({ files }) => files).filter(({ path, values_sha256: hash }) => hash !== undefined && sets.includes(path.split('/')[0] ?? '')).flatMap((file) => {
    const bytes = readFileSync(sharedData(file.path))
    try {
      const { sopInstanceUid, pixel } = inspect(bufferAccess(bytes), bytes, file.path)
      return [{ ...file, sopInstanceUid, photometric: pixel?.photometricInterpretation ?? '' }]
    } catch {
      // What no import takes in can't be looked at either.
      return []
    }
  })
}

/** No two files of a batch share a UID. */
function batched(files: readonly Known[]): Known[][] {
  const batches: Known[][] = []
  for (const file of files) {
    const batch = batches.find((members) => !members.some(({ sopInstanceUid }) => sopInstanceUid === file.sopInstanceUid))
    if (batch === undefined) batches.push([file])
    else batch.push(file)
  }
  return batches
}

async function readBatch(browser: Browser, batch: readonly Known[], rendererDir: string): Promise<Read[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vigil-codecs-'))
  const files = join(dataDir, 'files')
  mkdirSync(files)
  for (const [index, { path }] of batch.entries()) cpSync(sharedData(path), join(files, String(index)))
  const served = await startServed(parseConfig({}, { dataDir: join(dataDir, 'data'), port: 0 }), { rendererDir, log: createLog(silentSink) })
  try {
    const { studies } = served.edge.rooms
    await studies.importPaths([files], { actor: somebody })
    const context = await browser.newContext({ baseURL: served.url })
    await context.request.post('/api/session/first-run', { data: tester, headers: { origin: served.url } })
    const page = await context.newPage()
    await page.goto('/')
    await page.waitForFunction(() => 'readFrames' in window)
    const readings: FrameReading[] = []
    for (const { studyUid } of studies.worklist({ search: '', sort: 'importedAt', order: 'desc', offset: 0, limit: 500 }).rows) {
      for (const { seriesUid, isViewable } of studies.detail(studyUid).series) if (isViewable) readings.push(...await page.evaluate((uid) => window.readFrames(uid), seriesUid))
    }
    await context.close()
    return batch.map((known) => ({ known, frames: readings.filter(({ sopInstanceUid }) => sopInstanceUid === known.sopInstanceUid).toSorted((a, b) => a.frameNumber - b.frameNumber) }))
  } finally {
    await served.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function hashOf(frames: readonly FrameReading[]): string | null {
  if (frames.length === 1) return frames[0]?.sha256 ?? null
  const hash = createHash('sha256')
  for (const { values } of frames) hash.update(new Uint8Array(Int32Array.from(values ?? []).buffer))
  return hash.digest('hex')
}

describe.skipIf(missing !== null)('what a window decodes', () => {
  let browser: Browser
  let rendererDir: string
  const read: Read[] = []

  beforeAll(async () => {
    rendererDir = mkdtempSync(join(tmpdir(), 'vigil-codecs-page-'))
    await build({
      ...rendererConfig, configFile: false, logLevel: 'warn',
      build: { ...rendererConfig.build, outDir: rendererDir, rolldownOptions: { input: { harness: resolve(import.meta.dirname, '../support/children/frames-harness.ts') }, output: { entryFileNames: '[name].js' } } }
    })
    writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><html lang="en"><title>Frames</title><script type="module" src="/harness.js"></script></html>')
    browser = await launchBrowser()
    for (const batch of batched(knownFiles())) read.push(...await readBatch(browser, batch, rendererDir))
  }, 600_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(rendererDir, { recursive: true, force: true })
  })

  const seen = () => read.filter(({ frames }) => frames.length > 0)
  /** Conversions of colour round; what lies in the file can be compared only where none is needed. */
  const isComparable = ({ known: { photometric }, frames }: Read) => frames.every(({ kind }) => kind === 'grey') || ['RGB', 'YBR_RCT'].includes(photometric)
  const isEightBit = ({ known }: Read) => (known.stored_max ?? 0) <= 255

  it('is every lossless value of every file, exactly', () => {
    const lossless = seen().filter((one) => one.known.lossy !== true && isComparable(one) && (one.frames[0]?.kind === 'grey' || isEightBit(one)))
    const wrong = lossless.filter(({ known, frames }) => frames.some(({ reason }) => reason !== null) || hashOf(frames) !== known.values_sha256)
    expect(wrong.map(({ known, frames }) => [known.path, frames.find(({ reason }) => reason !== null)?.reason ?? 'other values'])).toEqual([])
    expect(lossless.length).toBeGreaterThan(220)
    expect(new Set(lossless.map(({ known }) => known.transfer_syntax))).toEqual(new Set([
      '1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2.5', '1.2.840.10008.1.2.4.57', '1.2.840.10008.1.2.4.70',
      '1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.110', '1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.202'
    ]))
  })

  it('is close to the mean of each lossy file, where other decoders may differ by a level', () => {
    const lossy = seen().filter((one) => one.known.lossy === true && one.frames.every(({ kind, reason }) => kind === 'grey' && reason === null))
    for (const { known, frames } of lossy) expect(Math.abs((frames[0]?.mean ?? NaN) - (known.stored_mean ?? 0)), known.path).toBeLessThan(1)
    expect(new Set(lossy.map(({ known }) => known.transfer_syntax)).size).toBeGreaterThanOrEqual(5)
  })

  it('is rescaled once, value by value', () => {
    expect(seen().flatMap(({ known, frames }) => frames.flatMap(({ rescaleFault }) => rescaleFault === null ? [] : [`${known.path}: ${rescaleFault}`]))).toEqual([])
  })

  it('is a sentence where there is no picture', () => {
    for (const { reason } of seen().flatMap(({ frames }) => frames)) if (reason !== null) expect(reason).toMatch(/can't (?:be|decode)|could not|damaged/)
  })
})
