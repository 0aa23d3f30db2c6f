import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, type Attribute } from '../../test/support/dicom-file.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import { createBlobWriter, type BlobWriter } from '../platform/blob-writer.ts'
import { systemClock } from '../platform/clock.ts'
import type { WorkerPool } from '../platform/workers.ts'
import { createImportStore } from './import-store.ts'
import { Outcomes } from './ingest/outcome.ts'
import { runFiles } from './ingest/run-files.ts'
import { createImportSession } from './ingest/session.ts'
import { createFileStorer, inspectFile, listFileTags } from './ingest/store-files.ts'
import { openDictionary } from './dicom/dictionary.ts'
import { resourcePath } from '../platform/resources.ts'
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
  const storeAllOn = (writer: BlobWriter, names: readonly string[]) => createFileStorer(writer)(names, () => false).map(({ kind }) => kind)
  const storeAll = (names: readonly string[], isCancelled = () => false) => createFileStorer(createBlobWriter(room.dataDir))(names, isCancelled).map((outcome) => outcome.kind === 'rejected' ? outcome.code : outcome.kind)

  it('are stored, refused, or left for others, one by one', () => {
    const path = room.write({ 'ct/a': aFile(1), 'ct/b': Buffer.from('no'), 'ct/c': Buffer.from('PK\u0003\u0004 rest'), 'ct/d': aFile(1) })
    expect(storeAll([`${path}/a`, `${path}/b`, `${path}/c`, `${path}/d`, `${path}/gone`, path])).toEqual(['stored', 'not-dicom', 'zip', 'stored', 'unreadable', 'unreadable'])
    expect(storeAll([`${path}/a`])).toEqual(['stored'])
    expect(storeAll([`${path}/a`], () => true)).toEqual(['skipped'])
  })

  it('larger than the buffer are read in pieces, and their headers by position', () => {
    const large = aDicomFile(aSlice({ instance: '1.7.1.9', rows: 2048, columns: 1100 }))
    const path = room.write({ 'big/a': large, 'big/b': large, 'big/cut': large.subarray(0, large.length - 100) })
    expect(storeAll([`${path}/a`, `${path}/b`, `${path}/cut`])).toEqual(['stored', 'stored', 'truncated'])
    expect(storeAll([`${path}/a`])).toEqual(['stored'])
    expect(inspectFile(`${path}/a`, 'x')).toMatchObject({ kind: 'header', header: { sopInstanceUid: '1.7.1.9' } })
    expect(inspectFile(`${path}/cut`, 'x')).toMatchObject({ kind: 'rejected', code: 'truncated' })
    expect(() => storeAllOn(aFullingWriter(0), [`${path}/a`])).not.toThrow()
    expect(storeAllOn(aFullingWriter(0), [`${path}/cut`, `${path}/a`])).toEqual(['disk-full', 'skipped'])
  })

  it('list their attributes by the dictionary that ships', () => {
    const dictionary = openDictionary(resourcePath('dicom-dictionary.json'))
    expect([dictionary(0x00100010), dictionary(0x7fe00010), dictionary(0x00091001)]).toEqual([{ keyword: 'PatientName', vr: 'PN' }, { keyword: 'PixelData', vr: 'OW' }, null])
    const more: Attribute[] = [[0x00280106, 'SS', -3], [0x00189004, 'UL', [70_000]], [0x00081140, 'UN', Uint8Array.of(1, 2, 3, 4, 5, 6)]]
    const path = room.write({ 'ct/implicit': aDicomFile(aSlice({ more }), { transferSyntaxUid: '1.2.840.10008.1.2', isExplicit: false }), 'ct/big': aDicomFile(aSlice({ more }), { transferSyntaxUid: '1.2.840.10008.1.2.2', isLittleEndian: false }), 'ct/none': Buffer.from('no') })
    const everything = { search: '', frameNumber: null, isCovered: false }
    const valueOf = (name: string, tag: string) => listFileTags(`${path}/${name}`, dictionary, everything).rows.find((row) => row.tag === tag)
    expect(valueOf('implicit', '(0010,0010)')).toMatchObject({ vr: 'PN', value: 'Doe^Jane' })
    expect(valueOf('big', '(0028,0106)')).toMatchObject({ vr: 'SS', value: '-3' })
    expect(valueOf('big', '(0018,9004)')).toMatchObject({ value: '70000' })
    expect(valueOf('big', '(0008,1140)')).toMatchObject({ kind: 'bytes', value: '6 bytes: 01 02 03 04 05 06' })
    expect(() => listFileTags(`${path}/none`, dictionary, everything)).toThrow('This is not a DICOM file.')
  })
})
