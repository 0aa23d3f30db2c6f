import { describe, expect, test } from 'vitest'
import { AppError } from '../../src-shared/errors.ts'
import type { Annotation, AnnotationWrite } from '../../src-shared/annotations.ts'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import { MeasurementBook } from './measurement-book.ts'
import { newRowId } from './row-id.ts'
import type { Measurement, SaveState } from './types.ts'

const studyUid = StudyUid.parse('1.2')
const aMeasurement = (changes: Partial<Measurement> = {}): Measurement => ({
  id: newRowId(), tool: 'length', seriesUid: SeriesUid.parse('1.2.3'), sopInstanceUid: SopInstanceUid.parse('1.2.3.1'), frameNumber: 1,
  pointsMm: [[0, 0, 100], [3, 4, 100]], label: '', values: [{ name: 'length', value: 5, unit: 'mm' }], text: '5 mm', basis: 'body', basisText: 'body', isInPatient: true,
  revision: 0, ...changes
})

/** The edge as the book sees it: rows with revisions, and a door that can be shut. */
function anEdge() {
  const rows = new Map<string, Annotation>()
  const edge = {
    rows, isDown: false, writes: 0,
    annotations: () => Promise.resolve([...rows.values()]),
    saveAnnotation(write: AnnotationWrite) {
      edge.writes += 1
      if (edge.isDown) return Promise.reject(new AppError('internal', 'The workstation does not answer.'))
      const revision = rows.get(write.id)?.revision ?? 0
      if (write.revision !== revision) return Promise.reject(new AppError('stale-revision', 'It was changed meanwhile.'))
      const at = '2026-01-01T00:00:00Z'
      const saved: Annotation = { ...write, revision: revision + 1, createdBy: 'x', createdAt: at, updatedAt: at }
      rows.set(write.id, saved)
      return Promise.resolve(saved)
    },
    deleteAnnotation(id: string, revision: number) {
      if (edge.isDown) return Promise.reject(new AppError('internal', 'The workstation does not answer.'))
      if (rows.get(id)?.revision !== revision) return Promise.reject(new AppError('stale-revision', 'It was changed meanwhile.'))
      rows.delete(id)
      return Promise.resolve()
    }
  }
  return edge
}

function aBook(edge = anEdge()) {
  const told: { save: SaveState } = { save: { kind: 'saved' } }
  const book = new MeasurementBook({ studyUid, transport: edge, debounceMs: 60_000, retryMs: 60_000, onChange: (_, save) => { told.save = save } })
  return { edge, book, told }
}

describe('saving measurements', () => {
  test('comes back exactly as it was drawn', async () => {
    const { edge, book, told } = aBook()
    const drawn = aMeasurement({ pointsMm: [[0.1234567890123, -2, 3], [4, 5, 6]], basis: 'detector', basisText: 'at the detector', text: '5 mm · at the detector' })
    book.add(drawn)
    expect(told.save).toEqual({ kind: 'saving', waiting: 1 })
    await book.flush()
    expect(told.save).toEqual({ kind: 'saved' })
    const later = aBook(edge).book
    await later.refresh()
    expect(later.list()).toEqual([{ ...drawn, revision: 1 }])
  })
  test('says so when a save fails, keeps the measurement and sends it again', async () => {
    const { edge, book, told } = aBook()
    edge.isDown = true
    book.add(aMeasurement())
    await book.flush()
    expect(told.save).toEqual({ kind: 'failed', reason: 'The workstation does not answer.', waiting: 1 })
    await book.refresh()
    expect(book.list()).toHaveLength(1)
    edge.isDown = false
    await book.flush()
    expect(told.save).toEqual({ kind: 'saved' })
    expect(edge.rows.size).toBe(1)
  })
  test('is one row, however often it is sent', async () => {
    const { edge, book } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    await book.flush()
    book.change({ ...drawn, label: 'a' }, false)
    await book.flush()
    await book.flush()
    expect([...edge.rows.values()].map(({ revision, label }) => [revision, label])).toEqual([[2, 'a']])
    expect(edge.writes).toBe(2)
  })
  test('writes what this clinician moved last over a change of another window', async () => {
    const { edge, book, told } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    await book.flush()
    const elsewhere = edge.rows.get(drawn.id)
    if (elsewhere !== undefined) await edge.saveAnnotation({ ...elsewhere, label: 'theirs' })
    book.change({ ...drawn, label: 'mine' }, false)
    await book.flush()
    expect(told.save.kind).toBe('saved')
    expect(edge.rows.get(drawn.id)?.label).toBe('mine')
  })
})

describe('undo', () => {
  test('takes back a drawing, a move as one step, and a deletion', async () => {
    const { edge, book } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    book.change({ ...drawn, text: '6 mm' }, false)
    book.change({ ...drawn, text: '7 mm' }, true)
    book.undo()
    expect(book.find(drawn.id)?.text).toBe('5 mm')
    await book.flush()
    book.remove(drawn.id)
    await book.flush()
    expect(edge.rows.size).toBe(0)
    const back = book.undo()
    expect(book.list().map(({ id, text }) => [id, text])).toEqual([[back, '5 mm']])
    expect(back).not.toBe(drawn.id)
    book.undo()
    await book.flush()
    expect(book.list()).toEqual([])
    expect(edge.rows.size).toBe(0)
    expect(book.undo()).toBeNull()
  })
})
