import { rmSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, aUid, type Attribute } from '../../test/support/dicom-file.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'

const rooms: StudiesRoom[] = []
afterAll(async () => { for (const room of rooms) await room.stop() })
async function aRoom(dataDir?: string): Promise<StudiesRoom> {
  const room = await aStudiesRoom(dataDir === undefined ? {} : { dataDir })
  rooms.push(room)
  return room
}
const lut: Attribute[] = [[0x00283002, 'US', [2, 0, 16]], [0x00283004, 'LO', 'OD'], [0x00283006, 'OW', Uint8Array.of(1, 0, 2, 0)]]

describe('headers that an older version read', () => {
  it('are read again after the next start, and only those', async () => {
    const before = await aRoom()
    const [old, current] = [aUid(), aUid()]
    await before.studies.importPaths([before.write(Object.fromEntries([old, current].map((series) => [`in/${series}`, aDicomFile(aSlice({ series, study: `${series}.1`, more: [[0x00283000, 'SQ', [lut]]] }))])))], { actor: somebody })
    expect(before.studies.describeSeries(old).pixel.modalityLut?.type).toBe('OD')
    // As a version before this one stored it: without the tables, and without the number of its reader.
    const { changes } = before.db.sqlite.prepare("update instances set header = json_remove(header, '$.reader', '$.pixel.modalityLut') where series_uid = ?").run(old)
    expect(changes).toBe(1)
    await before.studies.stop()
    const after = await aRoom(before.dataDir)
    await expect.poll(() => after.logged.filter(({ event }) => event.startsWith('headers-')), { timeout: 20_000 }).toMatchObject([{ replaced: 1, left: 0 }])
    expect(after.studies.describeSeries(old).pixel.modalityLut).toMatchObject({ type: 'OD', descriptor: [2, 0, 16] })
    expect(after.events.filter(({ type }) => type === 'study-changed')).toEqual([{ type: 'study-changed', studyUid: `${old}.1` }])
    const again = await aRoom(before.dataDir)
    await again.studies.stop()
    expect(again.logged.filter(({ event }) => event.startsWith('headers-'))).toEqual([])
  })

  it('are read again also behind one whose file is gone', async () => {
    const before = await aRoom()
    const [gone, old] = [aUid(), aUid()]
    for (const series of [gone, old]) await before.studies.importPaths([before.write({ [`in/${series}`]: aDicomFile(aSlice({ series, study: `${series}.1`, instance: `${series}.2`, more: [[0x00283000, 'SQ', [lut]]] })) })], { actor: somebody })
    before.db.sqlite.prepare("update instances set header = json_remove(header, '$.reader', '$.pixel.modalityLut')").run()
    rmSync(before.studies.fileOf(`${gone}.2`))
    await before.studies.stop()
    const after = await aRoom(before.dataDir)
    await expect.poll(() => after.logged.filter(({ event }) => event === 'headers-reread'), { timeout: 20_000 }).toMatchObject([{ replaced: 1, left: 1 }])
    expect(after.studies.describeSeries(old).pixel.modalityLut).toMatchObject({ type: 'OD' })
  })
})
