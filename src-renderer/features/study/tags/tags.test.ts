import { describe, expect, it } from 'vitest'
import type { TagRow } from '../../../../src-shared/tags.ts'
import { matchedParts, rowText, valueText, visible } from './tag-texts.ts'
import { movedBy, treeRows } from './tag-tree-model.ts'

const row = (path: string, depth: number, more: Partial<TagRow> = {}): TagRow =>
  ({ path, depth, kind: 'value', tag: `(${path})`, keyword: path, creator: '', vr: 'LO', value: `of ${path}`, isCut: false, isPrivate: false, isPatientData: false, isHit: false, ...more })

/** a; sequence s with one item that holds b and a sequence t of two items; z. */
const rows: readonly TagRow[] = [
  row('a', 0), row('s', 0, { kind: 'sequence' }), row('s.0', 1, { kind: 'item' }), row('b', 2), row('t', 2, { kind: 'sequence' }),
  row('t.0', 3, { kind: 'item' }), row('c', 4), row('t.1', 3, { kind: 'item' }), row('d', 4), row('z', 0)
]
const paths = (folds: readonly (readonly [string, boolean])[], isSearching = false, list = rows) => treeRows(list, new Map(folds), isSearching).map((line) => line.row.path).join(' ')

describe('the tree of attributes', () => {
  it('folds sequences, and opens a lone item with its sequence', () => {
    expect(paths([])).toBe('a s z')
    expect(paths([['s', true]])).toBe('a s s.0 b t z')
    expect(paths([['s', true], ['t', true]])).toBe('a s s.0 b t t.0 t.1 z')
    expect(paths([['s', true], ['t', true], ['t.1', true]])).toBe('a s s.0 b t t.0 t.1 d z')
    expect(paths([['s', true], ['s.0', false]])).toBe('a s s.0 z')
  })

  it('opens what holds a hit, and leaves what a hit holds folded', () => {
    expect(paths([], true, rows.map((one) => (one.path === 'd' ? { ...one, isHit: true } : one)))).toBe('a s s.0 b t t.0 t.1 d z')
    expect(paths([], true, rows.map((one) => (one.path === 's' ? { ...one, isHit: true } : one)))).toBe('a s z')
  })

  it('tells what can be opened and how deep it lies', () => {
    expect(treeRows(rows, new Map([['s', true]]), false).map(({ isOpen, level }) => [isOpen, level])).toEqual([[null, 1], [true, 1], [true, 2], [null, 3], [false, 3], [null, 1]])
  })

  it('stays quick for thousands of rows', () => {
    const many = Array.from({ length: 5000 }, (_, index) => row(String(index), index % 5))
    const started = performance.now()
    expect(treeRows(many, new Map(), false)).toHaveLength(1000)
    expect(performance.now() - started).toBeLessThan(200)
  })
})

describe('the keys of the tree', () => {
  const lines = treeRows(rows, new Map([['s', true], ['t', true]]), false)
  it.each([
    ['ArrowDown', 0, { select: 1 }], ['ArrowDown', 7, { select: 7 }], ['ArrowUp', 1, { select: 0 }], ['ArrowUp', -1, { select: 0 }], ['Home', 5, { select: 0 }], ['End', 0, { select: 7 }],
    ['PageDown', 0, { select: 7 }], ['PageUp', 6, { select: 0 }], ['ArrowRight', 1, { select: 2 }], ['ArrowRight', 5, { folds: [['t.0', true]] }], ['ArrowRight', 0, {}],
    ['ArrowLeft', 1, { folds: [['s', false]] }], ['ArrowLeft', 3, { select: 2 }], ['ArrowLeft', 0, { select: 0 }], ['*', 5, { folds: [['t.0', true], ['t.1', true]] }], ['*', 0, { folds: [['s', true]] }]
  ])('%s at line %i', (key, at, move) => { expect(movedBy(key, lines, at)).toEqual(move) })
  it('leaves other keys alone', () => { expect(movedBy('h', lines, 0)).toBeNull() })
})

describe('the texts of attributes', () => {
  it('show a hostile value as what it is', () => {
    expect(visible('a\u0000b\u001b[2Jc')).toBe('a\u2400b\u241b[2Jc')
    expect(visible('GPJ.\u202ecod\u2069')).toBe('GPJ.\ufffdcod\ufffd')
    expect(visible('first\r\nsecond\tthird')).toBe('first\r\nsecond\tthird')
    expect(visible('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>')
  })

  it('copy a row in one line, nesting and all', () => {
    expect(rowText(row('x', 2, { value: 'one\r\ntwo\tthree' }), false)).toBe('>>(x)\tLO\tx\tone two three')
    expect(rowText(row('x', 1, { kind: 'item', keyword: 'Item 1', vr: '', value: '' }), false)).toBe('>\t\tItem 1\t')
  })

  it('say covered for a covered value', () => {
    expect(valueText(row('x', 0, { isPatientData: true, value: '' }), true)).toBe('covered')
    expect(valueText(row('x', 0, { isPatientData: true }), false)).toBe('of x')
    expect(rowText(row('x', 0, { isPatientData: true, value: '' }), true)).toBe('(x)\tLO\tx\tcovered')
  })

  it('mark where the words lie, without regard to case', () => {
    expect(matchedParts('PatientName', ['name', 'tie'])).toEqual([{ text: 'Pa', isMatch: false }, { text: 'tie', isMatch: true }, { text: 'nt', isMatch: false }, { text: 'Name', isMatch: true }])
    expect(matchedParts('aaa', ['aa'])).toEqual([{ text: 'aa', isMatch: true }, { text: 'a', isMatch: false }])
    expect(matchedParts('x', [])).toEqual([{ text: 'x', isMatch: false }])
  })
})
