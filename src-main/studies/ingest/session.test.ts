import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import yazl from 'yazl'
import { aDicomFile, aSlice, aUid } from '../../../test/support/dicom-file.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../../test/support/studies-room.ts'

let room: StudiesRoom
beforeEach(async () => { room = await aStudiesRoom() })
afterEach(() => room.stop())

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes }
const slice = (instance = aUid()) => aDicomFile(aSlice({ study: '1.9', series: '1.9.1', instance }))
async function aZip(files: readonly Uint8Array[]): Promise<Uint8Array> {
  const zip = new yazl.ZipFile()
  for (const [index, bytes] of files.entries()) zip.addBuffer(Buffer.from(bytes), `IM${index}`)
  zip.end()
  return buffer(zip.outputStream)
}
const stored = () => room.db.sqlite.prepare('select count(*) from instances').pluck().get()
const refuse = () => { room.db.sqlite.exec("create trigger busy before insert on instances begin select raise(abort, 'busy'); end") }

describe('a batch that the database refuses', () => {
  it('is lost to no other upload that is acknowledged: a zip whose entries were in it fails, or is all there', async () => {
    const { id } = room.studies.openUpload('Dropped', null, somebody)
    room.db.sqlite.exec("create trigger busy before insert on instances when new.sop_instance_uid like '6.6.%' begin select raise(abort, 'busy'); end")
    const zip = await aZip(Array.from({ length: 30 }, () => slice()))
    const zipped = room.studies.receiveFile(id, 'all.zip', once(zip), null).then(() => true, () => false)
    const others = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => room.studies.receiveFile(id, `IM${index}`, once(slice(`6.6.${index}`)), null)))
    expect(others.every(({ status }) => status === 'rejected')).toBe(true)
    if (await zipped) expect(stored()).toBe(30)
    room.db.sqlite.exec('drop trigger busy')
    await room.studies.finishUpload(id)
    expect(stored()).toBe(42)
  })

  it('is committed with what comes next, once the database takes it again', async () => {
    const { id } = room.studies.openUpload('Dropped', null, somebody)
    refuse()
    await expect(room.studies.receiveFile(id, 'IM1', once(slice()), null)).rejects.toThrow('busy')
    room.db.sqlite.exec('drop trigger busy')
    await room.studies.receiveFile(id, 'IM2', once(slice()), null)
    expect(stored()).toBe(2)
    expect(await room.studies.finishUpload(id)).toMatchObject({ state: 'done', imported: 2, done: 2 })
  })
})

describe('an import whose end can not be written', () => {
  it('tells the windows how it ended all the same', async () => {
    const { id } = room.studies.openUpload('Dropped', null, somebody)
    await room.studies.receiveFile(id, 'IM1', once(slice()), null)
    room.db.sqlite.exec("create trigger busy before update on imports when new.state = 'done' begin select raise(abort, 'busy'); end")
    await room.studies.finishUpload(id)
    expect(room.events.findLast(({ type }) => type === 'import')).toMatchObject({ progress: { id, state: 'done', imported: 1 } })
    expect(room.logged.map(({ event }) => event)).toContain('import-not-settled')
  })
})
