import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import { createBlobWriter, type BlobWriter } from '../platform/blob-writer.ts'
import { systemClock } from '../platform/clock.ts'
import type { WorkerPool } from '../platform/workers.ts'
import { createImportStore } from './import-store.ts'
import { Outcomes } from './ingest/outcome.ts'
import { runFiles } from './ingest/run-files.ts'
import { createImportSession } from './ingest/session.ts'
import { createFileStorer } from './ingest/store-files.ts'
import { createStudyStore } from './store.ts'
import { createBus } from '../platform/bus.ts'

let room: StudiesRoom
beforeEach(async () => { room = await aStudiesRoom() })
afterEach(() => room.stop())

const aFile = (index: number) => aDicomFile(aSlice({ study: '1.7', series: '1.7.1', instance: `1.7.1.${index}`, number: index, rows: 64, columns: 64 }))
const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })

/** A real writer on a disk that is full after some files. */
function aFullingWriter(after: number): BlobWriter {
  const writer = createBlobWriter(room.dataDir)
  let begun = 0
  return { ...writer, begin() { if (++begun > after) throw noSpace(); return writer.begin() } }
}

function aSession() {
  const clock = systemClock()
  const imports = createImportStore(room.db, clock)
  const id = imports.create('Drive E', 'x', 'running', null)
  return createImportSession({ store: createStudyStore(room.db, clock), imports, events: createBus(() => undefined), clock }, id)
}

describe('a full disk', () => {
  it('stops the import with what is safe, and the rest can follow', async () => {
    const path = room.write(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`ct/${String(index).padStart(2, '0')}`, aFile(index)])))
    const files = Array.from({ length: 30 }, (_, index) => ({ path: `ct/${index}`, file: `${path}/${String(index).padStart(2, '0')}` }))
    const storer = createFileStorer(aFullingWriter(20))
    const pool: WorkerPool = { run: async ({ input }) => Outcomes.parse(storer((input as { paths: string[] }).paths, () => false)), close: async () => undefined }
    const session = aSession()
    session.expect(30)
    await expect(runFiles(session, files, { pool, dataDir: room.dataDir, tasksInFlight: 1, openZip: async () => undefined }, new AbortController().signal))
      .rejects.toMatchObject({ code: 'disk-full', message: 'Import stopped at file 21 of 30: the disk is full. 20 are safe. Free some space and import the same folder again.' })
    expect(room.db.sqlite.prepare('select count(*) n from instances').get()).toEqual({ n: 20 })
    expect((await room.studies.importPaths([path], { actor: somebody })).result).toMatchObject({ imported: 10, duplicates: 20 })
  })

  it('that refuses rows stops the import in the same words', async () => {
    const path = room.write(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`ct/${String(index).padStart(3, '0')}`, aFile(index)])))
    const { sqlite } = room.db
    const pages = Number(sqlite.pragma('page_count', { simple: true }))
    sqlite.pragma(`max_page_count = ${pages + 30}`)
    await expect(room.studies.importPaths([path], { actor: somebody })).rejects.toMatchObject({ code: 'disk-full', message: expect.stringMatching(/^Import stopped at file \d+ of 200: the disk is full\. \d+ are safe\./) })
    expect(room.events.filter((event) => event.type === 'import').at(-1)).toMatchObject({ progress: { state: 'failed', message: expect.stringContaining('the disk is full') } })
    expect(room.studies.imports.running()).toBe(0)
    sqlite.pragma('max_page_count = 1073741823')
    const { result } = await room.studies.importPaths([path], { actor: somebody })
    expect(result.imported + result.duplicates).toBe(200)
    expect(sqlite.prepare('select count(*) n from instances').get()).toEqual({ n: 200 })
  })

  it('one file that stops its thread is listed and does not take its neighbours along', async () => {
    const path = room.write({ 'ct/a': aFile(1), 'ct/b': aFile(2), 'ct/c': aFile(3) })
    const storer = createFileStorer(createBlobWriter(room.dataDir))
    const pool: WorkerPool = {
      run: async ({ input }) => {
        const { paths } = input as { paths: string[] }
        if (paths.some((file) => file.endsWith('/b'))) throw new Error('A worker stopped before its task was done.')
        return storer(paths, () => false)
      },
      close: async () => undefined
    }
    const session = aSession()
    await runFiles(session, ['a', 'b', 'c'].map((name) => ({ path: `ct/${name}`, file: `${path}/${name}` })), { pool, dataDir: room.dataDir, tasksInFlight: 1, openZip: async () => undefined }, new AbortController().signal)
    session.flush()
    expect(session.counts).toMatchObject({ done: 3, imported: 2, rejected: 1 })
  })
})

describe('files as a worker takes them in', () => {
  const storeAll = (names: readonly string[], isCancelled = () => false) => createFileStorer(createBlobWriter(room.dataDir))(names, isCancelled).map((outcome) => outcome.kind === 'rejected' ? outcome.code : outcome.kind)

  it('are stored, refused, or left for others, one by one', () => {
    const path = room.write({ 'ct/a': aFile(1), 'ct/b': Buffer.from('no'), 'ct/c': Buffer.from('PK\u0003\u0004 rest'), 'ct/d': aFile(1) })
    expect(storeAll([`${path}/a`, `${path}/b`, `${path}/c`, `${path}/d`, `${path}/gone`, path])).toEqual(['stored', 'not-dicom', 'zip', 'stored', 'unreadable', 'unreadable'])
    expect(storeAll([`${path}/a`])).toEqual(['stored'])
    expect(storeAll([`${path}/a`], () => true)).toEqual(['skipped'])
  })
})
