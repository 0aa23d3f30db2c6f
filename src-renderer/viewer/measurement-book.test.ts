import { describe, expect, test } from 'vitest'
import { AppError } from '../../src-shared/errors.ts'
import type { Annotation, AnnotationWrite } from '../../src-shared/annotations.ts'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import { History } from './history.ts'
import { MeasurementBook } from './measurement-book.ts'
import { newRowId } from './row-id.ts'
import type { Measurement, SaveState } from './types.ts'

const studyUid = StudyUid.parse('1.2')
const aMeasurement = (changes: Partial<Measurement> = {}): Measurement => ({
  id: newRowId(), tool: 'length', studyUid, seriesUid: SeriesUid.parse('1.2.3'), sopInstanceUid: SopInstanceUid.parse('1.2.3.1'), frameNumber: 1,
  pointsMm: [[0, 0, 100], [3, 4, 100]], label: '', values: [{ name: 'length', value: 5, unit: 'mm' }], text: '5 mm', basis: 'body', basisText: 'body', note: null, along: null, isInPatient: true,
  revision: 0, ...changes
})

/** The edge as the book sees it: rows with revisions, a deletion counted, and a door that can be shut or swallow the answer. */
function anEdge() {
  const rows = new Map<string, Annotation>()
  const deleted = new Map<string, Annotation>()
  const edge = {
    rows, isDown: false, losesAnswers: false, refuses: '', writes: 0,
    annotations: (of: StudyUid) => edge.isDown ? down() : Promise.resolve([...rows.values()].filter((row) => row.studyUid === of)),
    saveAnnotation(write: AnnotationWrite): Promise<Annotation> {
      edge.writes += 1
      if (edge.isDown) return down()
      if (edge.refuses === write.id) return Promise.reject(new AppError('invalid-request', 'This series belongs to another study.'))
      const gone = deleted.get(write.id)
      if (gone !== undefined && gone.revision !== write.revision) return Promise.reject(new AppError('not-found', 'This measurement was deleted.'))
      const row = rows.get(write.id) ?? gone
      if (write.revision !== (row?.revision ?? 0)) return Promise.reject(new AppError('stale-revision', 'It was changed meanwhile.'))
      const at = '2026-01-01T00:00:00Z'
      const saved: Annotation = { ...write, revision: write.revision + 1, createdBy: 'x', createdAt: at, updatedAt: at }
      deleted.delete(write.id)
      rows.set(write.id, saved)
      return edge.losesAnswers ? down() : Promise.resolve(saved)
    },
    deleteAnnotation(id: string, revision: number): Promise<void> {
      if (edge.isDown) return down()
      if (deleted.has(id)) return Promise.resolve()
      const row = rows.get(id)
      if (row === undefined) return Promise.reject(new AppError('not-found', 'This measurement is not there.'))
      if (row.revision !== revision) return Promise.reject(new AppError('stale-revision', 'It was changed meanwhile.'))
      rows.delete(id)
      deleted.set(id, { ...row, revision: revision + 1 })
      return Promise.resolve()
    }
  }
  return edge
}
const down = (): Promise<never> => Promise.reject(new TypeError('The workstation does not answer.'))

function aBook(edge = anEdge()) {
  const told: { save: SaveState; revealed: string[]; notices: string[] } = { save: { kind: 'saved' }, revealed: [], notices: [] }
  const history = new History()
  const hooks: { isUnsaved: () => boolean; sendNow: () => void } = { isUnsaved: () => false, sendNow: () => undefined }
  const book = new MeasurementBook({
    studyUid, transport: edge, history, debounceMs: 60_000, retryMs: 60_000, onChange: (_, save) => { told.save = save },
    reveal: ({ id }) => { told.revealed.push(id) }, onNotice: (sentence) => { told.notices.push(sentence) }, guard: (given) => { Object.assign(hooks, given); return () => { hooks.isUnsaved = () => false } }
  })
  return { edge, book, told, history, hooks }
}

describe('saving measurements', () => {
  test('comes back exactly as it was drawn', async () => {
    const { edge, book, told } = aBook()
    const drawn = aMeasurement({ pointsMm: [[0.1234567890123, -2, 3], [4, 5, 6]], basis: 'detector', basisText: 'at the detector, magnification unknown', note: 'at the detector', text: '5 mm · at the detector' })
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

describe('what other windows do', () => {
  test('keeps what this clinician moved last although another window deleted it', async () => {
    const { edge, book, told } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    await book.flush()
    await edge.deleteAnnotation(drawn.id, 1)
    book.change({ ...drawn, label: 'mine' }, false)
    await book.flush()
    expect(told.save.kind).toBe('saved')
    expect(edge.rows.get(drawn.id)?.label).toBe('mine')
  })
  test('does not delete what another window changed meanwhile, shows it and says so', async () => {
    const { edge, book, told } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    await book.flush()
    await edge.saveAnnotation({ ...edge.rows.get(drawn.id) ?? expect.fail(), label: 'theirs' })
    book.remove(drawn.id)
    await book.flush()
    expect(book.find(drawn.id)?.label).toBe('theirs')
    expect(told.notices.join()).toMatch(/not deleted/)
    expect(told.save.kind).toBe('saved')
  })
  test('takes in the measurements of a prior study that is shown beside', async () => {
    const { edge, book } = aBook()
    const prior = StudyUid.parse('1.3')
    const { book: other } = aBook(edge)
    other.add(aMeasurement({ studyUid: prior, label: 'before' }))
    await other.flush()
    await book.refresh()
    expect(book.list()).toEqual([])
    await book.follow(prior)
    expect(book.list().map(({ label, studyUid: of }) => [label, of])).toEqual([['before', '1.3']])
    const [found] = book.list()
    if (found !== undefined) book.change({ ...found, label: 'seen' }, false)
    await book.flush()
    expect([...edge.rows.values()].map(({ label, studyUid: of }) => [label, of])).toEqual([['seen', '1.3']])
  })
})

describe('when things go wrong', () => {
  test('one that is refused does not hold up the others', async () => {
    const { edge, book, told } = aBook()
    const refused = aMeasurement()
    edge.refuses = refused.id
    book.add(refused)
    book.add(aMeasurement({ label: 'fine' }))
    await book.flush()
    expect([...edge.rows.values()].map(({ label }) => label)).toEqual(['fine'])
    expect(told.save).toEqual({ kind: 'failed', reason: 'This series belongs to another study.', waiting: 1 })
    expect(book.find(refused.id)).toBeDefined()
  })
  test('deletes also a measurement whose first save was heard but not answered', async () => {
    const { edge, book } = aBook()
    const drawn = aMeasurement()
    edge.losesAnswers = true
    book.add(drawn)
    await book.flush()
    expect(edge.rows.size).toBe(1)
    edge.losesAnswers = false
    book.remove(drawn.id)
    await book.flush()
    expect(edge.rows.size).toBe(0)
  })
  test('sends at once, without waiting for a timer', async () => {
    const { edge, book } = aBook()
    book.add(aMeasurement())
    await Promise.resolve()
    expect(edge.writes).toBe(1)
  })
  test('sends the end of a drag when the page goes, and warns only while something could not be saved', async () => {
    const { edge, book, hooks } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    await book.flush()
    book.change({ ...drawn, text: '6 mm', label: 'a' }, false)
    book.change({ ...drawn, text: '7 mm', label: 'b' }, true)
    expect(hooks.isUnsaved()).toBe(false)
    hooks.sendNow()
    expect(edge.rows.get(drawn.id)?.label).toBe('b')
    edge.isDown = true
    book.change({ ...drawn, label: 'c' }, false)
    await book.flush()
    expect(hooks.isUnsaved()).toBe(true)
    await book.close()
    expect(hooks.isUnsaved()).toBe(true)
    edge.isDown = false
    await book.flush()
    expect(hooks.isUnsaved()).toBe(false)
    expect(edge.rows.get(drawn.id)?.label).toBe('c')
  })
  test('a drag is few writes, also while one of them is on its way', async () => {
    const { edge, book } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    for (let step = 1; step < 50; step += 1) {
      book.change({ ...drawn, label: String(step) }, step > 1)
      await Promise.resolve()
    }
    book.endChange()
    await book.flush()
    expect(edge.rows.get(drawn.id)?.label).toBe('49')
    expect(edge.writes).toBeLessThanOrEqual(3)
  })
  test('an old answer does not bring back what was changed since', async () => {
    const { edge, book } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    await book.flush()
    const early = edge.annotations(studyUid)
    book.change({ ...drawn, label: 'new' }, false)
    await book.flush()
    edge.annotations = () => early
    await book.refresh()
    expect(book.find(drawn.id)?.label).toBe('new')
  })
})

describe('undo and redo', () => {
  test('take back and do again a drawing, a move as one step, and a deletion, each under the same identity', async () => {
    const { edge, book, history, told } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    book.change({ ...drawn, text: '6 mm' }, false)
    book.change({ ...drawn, text: '7 mm' }, true)
    book.endChange()
    book.remove(drawn.id)
    await book.flush()
    expect(edge.rows.size).toBe(0)
    expect(history.undo()?.label).toBe('Length deleted')
    await book.flush()
    expect([...edge.rows.keys()]).toEqual([drawn.id])
    expect(history.undo()?.label).toBe('Length moved')
    expect(book.find(drawn.id)?.text).toBe('5 mm')
    expect(history.undo()?.label).toBe('Length drawn')
    await book.flush()
    expect([book.list(), edge.rows.size]).toEqual([[], 0])
    expect(history.undo()).toBeNull()
    history.redo()
    history.redo()
    await book.flush()
    expect(book.list().map(({ id, text }) => [id, text])).toEqual([[drawn.id, '7 mm']])
    expect([...edge.rows.keys()]).toEqual([drawn.id])
    history.redo()
    await book.flush()
    expect(edge.rows.size).toBe(0)
    expect(history.redo()).toBeNull()
    expect(new Set(told.revealed)).toEqual(new Set([drawn.id]))
  })
  test('begin a new line of steps after something else was done', () => {
    const { book, history } = aBook()
    book.add(aMeasurement())
    history.undo()
    book.add(aMeasurement({ tool: 'angle' }))
    expect(history.next).toEqual({ undo: 'Angle drawn', redo: null })
    expect(history.redo()).toBeNull()
  })
  test('take back a label as a whole, and the words of a new text together with it', async () => {
    const { book, history, edge } = aBook()
    const drawn = aMeasurement()
    book.add(drawn)
    book.add(aMeasurement({ tool: 'text', label: '' }))
    const text = book.list()[1]?.id ?? ''
    for (const label of ['h', 'hi']) book.typeLabel(text, label)
    book.endLabel(text, '')
    for (const label of ['s', 'st', 'stone']) book.typeLabel(drawn.id, label)
    book.endLabel(drawn.id, '')
    await book.flush()
    expect([...edge.rows.values()].map(({ label }) => label)).toEqual(['stone', 'hi'])
    expect(history.undo()?.label).toBe('Length labelled')
    expect(book.find(drawn.id)?.label).toBe('')
    expect(history.undo()?.label).toBe('Text drawn')
    history.redo()
    expect(book.find(text)?.label).toBe('hi')
  })
})

describe('measurements kept by the first version', () => {
  const kept = (tool: Annotation['tool'], values: Annotation['values'], basis: string): Annotation => ({
    id: newRowId(), studyUid, seriesUid: SeriesUid.parse('1.2.3'), sopInstanceUid: null, frameNumber: null, tool, pointsMm: [[0, 0, 100], [3, 4, 100]], label: '', values,
    graphic: { version: 1, basis, isInPatient: true }, revision: 4, createdBy: 'x', createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z'
  })
  test('come back with the same values, words and place', async () => {
    const { edge, book } = aBook()
    const length = [{ name: 'length', value: 12.345, unit: 'mm' }]
    const ellipse = [{ name: 'mean', value: 40.04, unit: 'HU' }, { name: 'area', value: 9, unit: 'mm²' }, { name: 'pixels', value: 20, unit: '' }]
    for (const row of [kept('length', length, 'body'), kept('length', length, 'detector'), kept('ellipse', ellipse, 'ultrasound-region'), kept('angle', [{ name: 'angle', value: 90, unit: '°' }], 'pixels'), kept('probe', [{ name: 'value', value: -3, unit: 'HU' }], 'detector')]) edge.rows.set(row.id, row)
    await book.refresh()
    expect(book.list().map(({ text }) => text)).toEqual(['12.3 mm', '12.3 mm · at the detector', 'mean 40.0 HU · area 9 mm² · ultrasound region', '90°', '-3 HU'])
    expect(book.list().map(({ pointsMm, values, along, revision }) => [pointsMm, values, along, revision])).toEqual([...edge.rows.values()].map(({ pointsMm, values }) => [pointsMm, values, null, 4]))
  })
})
