import { chmodSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, aUid } from '../../test/support/dicom-file.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import { AppError } from '../../src-shared/errors.ts'
import { ImportResult } from '../../src-shared/studies.ts'
import { createImportStore } from './import-store.ts'
import { systemClock } from '../platform/clock.ts'

let room: StudiesRoom
beforeEach(async () => { room = await aStudiesRoom() })
afterEach(() => room.stop())

const run = async (path: string) => (await room.studies.importPaths([path], { actor: somebody })).result
const series = (count: number, options: Parameters<typeof aSlice>[0] = {}) => {
  const uid = aUid()
  return Object.fromEntries(Array.from({ length: count }, (_, index) =>
    [`ct/IM${index}`, aDicomFile(aSlice({ series: uid, study: `${uid}.1`, number: count - index, positionMm: [0, 0, index * 2], ...options }))]))
}
const rowsOf = (table: string) => room.db.sqlite.prepare<[], { n: number }>(`select count(*) n from ${table}`).get()?.n

describe('importing a folder', () => {
  it('brings each file in under its hash, on the disk before its row', async () => {
    const files = series(12)
    const result = await run(room.write(files))
    expect(result).toMatchObject({ imported: 12, duplicates: 0, rejected: [] })
    expect(ImportResult.parse(result)).toEqual(result)
    expect(result.studies[0]?.series[0]).toMatchObject({ modality: 'CT', description: 'Axial', instances: 12, rows: 4, columns: 4, pixelSpacingMm: [0.5, 0.5], sliceSpacingMm: 2, gantryTiltDeg: 0, warnings: [] })
    for (const bytes of Object.values(files)) {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      expect(readFileSync(join(room.dataDir, 'blobs', sha256.slice(0, 2), sha256)).equals(bytes)).toBe(true)
    }
    expect(room.audited).toMatchObject([{ actor: somebody.id, action: 'import', detail: { imported: 12, duplicates: 0, rejected: 0, state: 'done' } }])
  })

  it('changes nothing the second time', async () => {
    const path = room.write(series(5))
    const first = await run(path)
    const before = room.db.sqlite.prepare('select * from instances order by sop_instance_uid').all()
    const again = await run(path)
    expect(again).toMatchObject({ imported: 0, duplicates: 5, rejected: [] })
    expect(again.studies).toEqual(first.studies)
    expect(room.db.sqlite.prepare('select * from instances order by sop_instance_uid').all()).toEqual(before)
    expect(rowsOf('studies')).toBe(1)
  })

  it('takes the same bytes under two names once', async () => {
    const bytes = aDicomFile(aSlice())
    expect(await run(room.write({ 'ct/a': bytes, 'ct/b': bytes }))).toMatchObject({ imported: 1, duplicates: 1 })
  })

  it('keeps other bytes under a known UID aside and never overwrites', async () => {
    const instance = aUid()
    await run(room.write({ 'ct/a': aDicomFile(aSlice({ instance })) }))
    const before = readFileSync(room.studies.fileOf(instance))
    const result = await run(room.write({ 'other/b': aDicomFile(aSlice({ instance, fill: 7 })) }))
    expect(result).toMatchObject({ imported: 0, duplicates: 0, rejected: [{ path: 'other/b', code: 'same-uid-other-bytes' }] })
    expect(readFileSync(room.studies.fileOf(instance)).equals(before)).toBe(true)
    expect(rowsOf('instance_conflicts')).toBe(1)
    await run(join(room.folder, 'other'))
    expect(rowsOf('instance_conflicts')).toBe(1)
  })

  it('refuses an instance that claims another series, and a series that claims another study', async () => {
    const instance = aUid()
    await run(room.write({ 'ct/a': aDicomFile(aSlice({ instance, series: '1.5.1', study: '1.5' })) }))
    const result = await run(room.write({ 'x/a': aDicomFile(aSlice({ instance, series: '1.5.2', study: '1.5' })), 'x/b': aDicomFile(aSlice({ series: '1.5.1', study: '1.6' })) }))
    expect(result.rejected.map(({ path, code }) => [path, code]).toSorted()).toEqual([['x/a', 'uid-in-other-series'], ['x/b', 'uid-in-other-series']])
    expect(rowsOf('studies')).toBe(1)
  })

  it('lists what is not DICOM with its reason and goes on', async () => {
    const good = aDicomFile(aSlice())
    const path = room.write({ 'mix/good': good, 'mix/sub/letter.txt': Buffer.from('Dear colleague'.repeat(90)), 'mix/empty': Buffer.alloc(0), 'mix/.DS_Store': Buffer.from('x'), 'mix/cut': good.subarray(0, good.length - 9) })
    const result = await run(path)
    expect(result.imported).toBe(1)
    expect(result.rejected.map(({ path: name, code }) => [name, code]).toSorted()).toEqual([['mix/cut', 'truncated'], ['mix/empty', 'empty'], ['mix/sub/letter.txt', 'not-dicom']])
  })

  it('ends in a loop of links, and follows a link once', async () => {
    const path = room.write(series(2))
    symlinkSync(path, join(path, 'again'))
    symlinkSync(join(path, 'nowhere'), join(path, 'dangling'))
    const result = await run(path)
    expect(result).toMatchObject({ imported: 2, rejected: [{ path: 'ct/dangling', code: 'unreadable', reason: 'It does not exist, or it is a link to nothing.' }] })
  })

  it.skipIf(process.getuid?.() === 0)('lists what it may not read', async () => {
    const path = room.write(series(1))
    mkdirSync(join(path, 'closed'))
    chmodSync(join(path, 'closed'), 0)
    writeFileSync(join(path, 'secret'), 'x')
    chmodSync(join(path, 'secret'), 0)
    expect((await run(path)).rejected.map(({ code }) => code)).toEqual(['unreadable', 'unreadable'])
  })

  it.skipIf(process.platform === 'win32')('passes by what is neither a file nor a folder', async () => {
    const path = room.write(series(1))
    execFileSync('mkfifo', [join(path, 'pipe')])
    expect(await run(path)).toMatchObject({ imported: 1, rejected: [{ path: 'ct/pipe', code: 'unreadable', reason: 'This is neither a file nor a folder.' }] })
  })

  it('says that a path does not exist', async () => {
    expect((await run(join(room.folder, 'nothing'))).rejected).toMatchObject([{ code: 'unreadable' }])
  })

  it('takes files larger than its buffer in pieces', async () => {
    const instance = aUid()
    const large = aDicomFile(aSlice({ instance, rows: 2048, columns: 1100 }))
    expect(large.length).toBeGreaterThan(4 * 1024 * 1024)
    expect(await run(room.write({ 'big/a': large }))).toMatchObject({ imported: 1 })
    expect(readFileSync(room.studies.fileOf(instance)).equals(large)).toBe(true)
    expect(await run(room.write({ 'big/a': large }))).toMatchObject({ imported: 0, duplicates: 1 })
    expect((await run(room.write({ 'cut/a': large.subarray(0, large.length - 1000) }))).rejected).toMatchObject([{ code: 'truncated' }])
    expect(readdirSync(join(room.dataDir, 'incoming'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toEqual([])
  })

  it('keeps persons apart who share an id, and those who have none', async () => {
    await run(room.write({
      'p/a': aDicomFile(aSlice({ study: '1.1', series: '1.1.1', patientId: '7', name: 'Doe^Jane' })), 'p/b': aDicomFile(aSlice({ study: '1.2', series: '1.2.1', patientId: '7', name: 'Roe^John' })),
      'p/c': aDicomFile(aSlice({ study: '1.3', series: '1.3.1', patientId: '7', name: 'DOE^JANE^' })), 'p/d': aDicomFile(aSlice({ study: '1.4', series: '1.4.1', patientId: '' })),
      'p/e': aDicomFile(aSlice({ study: '1.5', series: '1.5.1', patientId: '' }))
    }))
    expect(rowsOf('patients')).toBe(4)
    const rows = room.db.sqlite.prepare<[], { patientRow: string }>('select patient_row "patientRow" from studies order by study_uid').all().map(({ patientRow }) => patientRow)
    expect(rows[0]).toBe(rows[2])
    expect(new Set(rows).size).toBe(4)
  })

  it('says how it goes, and that studies changed', async () => {
    const told: number[] = []
    await room.studies.importPaths([room.write(series(60))], { actor: somebody, onProgress: ({ done }) => { told.push(done) } })
    expect(told.at(-1)).toBe(60)
    const last = room.events.filter((event) => event.type === 'import').at(-1)
    expect(last).toMatchObject({ progress: { state: 'done', done: 60, total: 60, imported: 60, rejected: 0 } })
    expect(room.events.some(({ type }) => type === 'study-changed')).toBe(true)
  })

  it('can be looked up later with everything it refused', async () => {
    const { importId } = await room.studies.importPaths([room.write({ 'ct/a': Buffer.from('no') })], { actor: somebody, label: 'Drive E' })
    expect(room.studies.imports.summary(importId)).toMatchObject({ progress: { label: 'Drive E', state: 'done', done: 1, rejected: 1 }, rejections: [{ path: 'ct/a', code: 'not-dicom' }] })
    expect(room.studies.imports.recent(5).map(({ id }) => id)).toEqual([importId])
    expect(() => room.studies.imports.summary('01900000-0000-7000-8000-000000000000')).toThrow(AppError)
  })

  it('writes no patient data to the log', async () => {
    await run(room.write({ ...series(2), 'ct/bad': Buffer.from('x') }))
    expect(JSON.stringify(room.logged)).not.toMatch(/Doe|P-1|1\.2\.826/)
  })
})

describe('a disc', () => {
  const directory = aDicomFile([[0x00080016, 'UI', '1.2.840.10008.1.3.10'], [0x00041130, 'CS', 'DISC']])
  const aDisc = (name: string) => {
    const uid = aUid()
    const images = Object.fromEntries([0, 1, 2].map((index) => [`${name}/DICOM/ST000000/SE000000/IM00000${index}`, aDicomFile(aSlice({ series: uid, study: `${uid}.1`, number: index, positionMm: [0, 0, index] }))]))
    return room.write({ [`${name}/DICOMDIR`]: directory, ...images, [`${name}/AUTORUN.INF`]: Buffer.from('[autorun]\r\nopen=VIEWER.EXE\r\n'), [`${name}/VIEWER/VIEWER.EXE`]: Buffer.from('MZ program') })
  }

  it('is taken in as it lies, its viewer left where it is', async () => {
    const result = await run(aDisc('disc'))
    expect(result).toMatchObject({ imported: 3, studies: [{ series: [{ instances: 3 }] }] })
    expect(result.rejected.map(({ code }) => code).toSorted()).toEqual(['dicomdir', 'not-dicom', 'not-dicom'])
  })

  it('may be named by its DICOMDIR', async () => {
    expect(await run(join(aDisc('disc'), 'DICOMDIR'))).toMatchObject({ imported: 3 })
  })

  it('may be followed by another with the same file names', async () => {
    expect(await run(aDisc('first'))).toMatchObject({ imported: 3 })
    expect(await run(aDisc('second'))).toMatchObject({ imported: 3, duplicates: 0 })
  })
})

describe('stopping an import', () => {
  it('keeps complete instances and can be run again', async () => {
    const path = room.write(series(200))
    const controller = new AbortController()
    const stopped = room.studies.importPaths([path], { actor: somebody, signal: controller.signal, onProgress: ({ done }) => { if (done > 0) controller.abort() } })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    const [progress] = room.studies.imports.recent(1)
    expect(progress).toMatchObject({ state: 'cancelled', message: expect.stringMatching(/^Cancelled\. \d+ files? (is|are) safe/) })
    expect(rowsOf('instances')).toBe(progress?.imported)
    expect(progress?.imported).toBeLessThan(200)
    const again = await run(path)
    expect(again.imported + again.duplicates).toBe(200)
    expect(rowsOf('instances')).toBe(200)
  })

  it('is refused before it starts when it is too late', async () => {
    const path = room.write(series(2))
    await expect(room.studies.importPaths([path], { actor: somebody, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
    expect(rowsOf('instances')).toBe(0)
  })

  it('stops one that runs in the background', async () => {
    const { id } = room.studies.startImport([room.write(series(300))], somebody)
    expect(room.studies.imports.running()).toBe(1)
    expect(await room.studies.imports.cancel(id)).toMatchObject({ id, state: 'cancelled' })
    expect(room.studies.imports.running()).toBe(0)
    expect((await room.studies.imports.cancel(id)).state).toBe('cancelled')
  })

  it('marks what a dead process left as interrupted', async () => {
    const store = createImportStore(room.db, systemClock())
    const id = store.create('Drive E', 'x', 'running', 300)
    store.count(id, { done: 214, total: 300, bytesDone: 1, imported: 213, duplicates: 0, rejected: 1 })
    room.db.sqlite.prepare('update imports set pid = 99999999').run()
    await room.studies.start()
    expect(room.studies.imports.progress(id)).toMatchObject({ state: 'interrupted', message: 'The import was cut off. 213 files are safe; import the same folder again to bring in the rest.' })
  })
})
