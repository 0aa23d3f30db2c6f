import { describe, expect, it } from 'vitest'
import type { ReadProgress, Statement } from '../../../../src-shared/reading.ts'
import { coverageText, inOrderOfNeed, progressText, readableText } from './reader-texts.ts'

describe('what a model writes', () => {
  it('is shown without the form around it, also while it is half', () => {
    expect(readableText('{"statements":[{"text":"One \\"thing\\".","slices":["S1"],"section":"findings"},{"text":"An')).toEqual(['One "thing".', 'An'])
    expect(readableText('{"verdict":"stone","reason":"Sharp\\nand dense \\')).toEqual(['Sharp and dense '])
    expect(readableText('{"statements":[')).toEqual([])
  })
})

describe('how far it is', () => {
  const at = (patch: Partial<ReadProgress>) => progressText({ phase: 'reading', position: 0, imagesDone: 3, imagesTotal: 24, secondsLeft: null, ...patch })
  it.each([
    [{}, 'Reading: 3 of 24 images taken in'], [{ secondsLeft: 125 }, 'Reading: 3 of 24 images taken in · about 2 min 5 s left'], [{ phase: 'waiting', position: 2 }, 'Waiting: 2 requests go first.'],
    [{ phase: 'preparing', imagesDone: 24 }, 'Preparing image 24 of 24'], [{ phase: 'loading' }, 'Loading the model.'], [{ phase: 'reading', imagesTotal: 0 }, 'Reading']
  ] as const)('is told in a sentence', (patch, expected) => { expect(at(patch)).toBe(expected) })
  it('says how much of a study was read, and why not all', () => {
    expect(coverageText({ given: [], available: 85, note: 'the memory has room for no more' })).toBe('0 of 85 images, because the memory has room for no more')
    expect(coverageText({ given: [], available: 0, note: '' })).toBe('')
  })
})

it('what holds up a signature comes first, what is decided last', () => {
  const one = (id: string, patch: Partial<Statement>) => ({ id, isFlagged: false, status: 'proposed', ...patch }) as Statement
  expect(inOrderOfNeed([one('decided', { status: 'accepted', isFlagged: true }), one('plain', {}), one('flagged', { isFlagged: true })]).map(({ id }) => id)).toEqual(['flagged', 'plain', 'decided'])
})
