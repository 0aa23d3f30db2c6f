import { afterEach, describe, expect, it } from 'vitest'
import { anAnalysisRoom, drHansen, instanceUid, seriesUid, studyUid, type RoomOptions, type TestRoom } from '../../../test/support/analysis-room.ts'
import { AnnotationWrite } from '../../../src-shared/annotations.ts'
import { newRowId } from '../../platform/row-id.ts'

const open: TestRoom[] = []
afterEach(async () => { for (const made of open.splice(0)) await made.close() })
const aRoom = (options: RoomOptions = {}) => {
  const made = anAnalysisRoom(options)
  open.push(made)
  return made
}
const aLength = (change: object = {}) => AnnotationWrite.parse({
  id: newRowId(), studyUid, seriesUid, sopInstanceUid: instanceUid(2), frameNumber: 1, tool: 'length', pointsMm: [[0, 0, 4], [10, 0, 4]], label: '',
  values: [{ name: 'length', value: 10, unit: 'mm' }], graphic: { handles: [1, 2] }, revision: 0, ...change
})

describe('a measurement drawn in the viewer', () => {
  it('comes back as it was drawn', async () => {
    const { room, published } = aRoom()
    const written = await room.annotations.write(aLength(), drHansen)
    expect(written).toMatchObject({ revision: 1, createdBy: 'Dr Hansen', values: [{ name: 'length', value: 10, unit: 'mm' }], graphic: { handles: [1, 2] } })
    expect(room.annotations.list(studyUid)).toEqual([written])
    expect(published.at(-1)).toEqual({ type: 'annotations-changed', studyUid, annotationId: written.id })
  })

  it('is refused while the ruler is off, and what was drawn before can still be deleted', async () => {
    const state = { isTrue: true }
    const { room } = aRoom({ ruler: () => ({ isTrue: state.isTrue, checks: [] }) })
    const { id } = await room.annotations.write(aLength(), drHansen)
    state.isTrue = false
    await expect(room.annotations.write(aLength(), drHansen)).rejects.toMatchObject({ code: 'measuring-locked' })
    room.annotations.remove(id, 1, drHansen)
    expect(room.annotations.list(studyUid)).toEqual([])
  })

  it('sent twice after a lost answer is one row and no conflict', async () => {
    const { room, audited } = aRoom()
    const length = aLength()
    const first = await room.annotations.write(length, drHansen)
    expect(await room.annotations.write(length, drHansen)).toEqual(first)
    const moved = { ...length, revision: 1, label: 'stone' }
    const second = await room.annotations.write(moved, drHansen)
    expect(second.revision).toBe(2)
    expect(await room.annotations.write(moved, drHansen)).toEqual(second)
    expect(audited.map(({ action }) => action)).toEqual(['annotation.create', 'annotation.replace'])
  })

  it('is not overwritten by a window that saw an older one', async () => {
    const { room } = aRoom()
    const length = aLength()
    await room.annotations.write(length, drHansen)
    await room.annotations.write({ ...length, revision: 1, label: 'a' }, drHansen)
    await expect(room.annotations.write({ ...length, revision: 1, label: 'b' }, drHansen)).rejects.toMatchObject({ code: 'stale-revision' })
    expect(room.annotations.list(studyUid)[0]?.label).toBe('a')
  })

  it('once deleted stays deleted, and its row stays', async () => {
    const { room, db } = aRoom()
    const length = aLength()
    await room.annotations.write(length, drHansen)
    expect(() => { room.annotations.remove(length.id, 0, drHansen) }).toThrow(/changed elsewhere/)
    room.annotations.remove(length.id, 1, drHansen)
    room.annotations.remove(length.id, 1, drHansen)
    expect(room.annotations.list(studyUid)).toEqual([])
    expect(db.sqlite.prepare('select deleted_by from annotations').all()).toEqual([{ deleted_by: 'Dr Hansen' }])
    await expect(room.annotations.write(length, drHansen)).rejects.toThrow(/was deleted/)
  })

  it('brought back by who deleted it keeps its identity, and is no second row when the answer is lost', async () => {
    const { room, audited, db } = aRoom()
    const length = aLength({ label: 'stone' })
    const { createdAt } = await room.annotations.write(length, drHansen)
    room.annotations.remove(length.id, 1, drHansen)
    const back = await room.annotations.write({ ...length, revision: 2 }, drHansen)
    expect(back).toMatchObject({ id: length.id, revision: 3, label: 'stone', createdAt })
    expect(await room.annotations.write({ ...length, revision: 2 }, drHansen)).toEqual(back)
    expect(room.annotations.list(studyUid)).toEqual([back])
    expect(db.sqlite.prepare('select deleted_by from annotations').all()).toEqual([{ deleted_by: null }])
    expect(audited.map(({ action }) => action)).toEqual(['annotation.create', 'annotation.delete', 'annotation.restore'])
    room.annotations.remove(length.id, 3, drHansen)
    expect(room.annotations.list(studyUid)).toEqual([])
  })

  it('is not brought back by a window that has not heard of the deletion', async () => {
    const { room } = aRoom()
    const length = aLength()
    await room.annotations.write(length, drHansen)
    room.annotations.remove(length.id, 1, drHansen)
    await expect(room.annotations.write({ ...length, revision: 1, label: 'moved meanwhile' }, drHansen)).rejects.toThrow(/was deleted/)
    expect(room.annotations.list(studyUid)).toEqual([])
  })

  it('drawn by hand with a thousand points is kept whole', async () => {
    const { room } = aRoom()
    const pointsMm = Array.from({ length: 1000 }, (_, at) => [Math.cos(at) * 30, Math.sin(at) * 30, 4])
    const written = await room.annotations.write(aLength({ tool: 'freehand', pointsMm }), drHansen)
    expect(room.annotations.list(studyUid)[0]?.pointsMm).toEqual(pointsMm)
    expect(written.tool).toBe('freehand')
  })

  it('of another study, or of none, is refused', async () => {
    const { room } = aRoom()
    await expect(room.annotations.write(aLength({ studyUid: '1.2.3' }), drHansen)).rejects.toThrow(/another study/)
    await expect(room.annotations.write(aLength({ seriesUid: '1.2.3' }), drHansen)).rejects.toMatchObject({ code: 'not-found' })
    await expect(room.annotations.write(aLength({ revision: 3 }), drHansen)).rejects.toMatchObject({ code: 'not-found' })
    expect(() => { room.annotations.remove(newRowId(), 0, drHansen) }).toThrow(/not there/)
  })
})
