import { describe, expect, it } from 'vitest'
import { readGeometry, type SlicePlace } from './geometry.ts'

type Facts = NonNullable<SlicePlace['stack']>
const at = (z: number, facts: Partial<Facts> | null = {}): SlicePlace => ({
  positionMm: [0, 0, z], orientation: [1, 0, 0, 0, 1, 0], pixelSpacingMm: [0.5, 0.5], rows: 4, columns: 4, frameOfReferenceUid: '1.2',
  ...(facts === null ? {} : { stack: { id: '1', time: '', type: '', others: '', ...facts } })
})
const labels = (slices: readonly SlicePlace[]) => readGeometry(slices, 1).layers.map(({ label, members }) => `${label}: ${members.join(' ')}`)

describe('stacks at the same places', () => {
  it('are the phases of a dynamic series, each in its own geometric order', () => {
    const slices = [at(2, { time: '1' }), at(2, { time: '2' }), at(1, { time: '1' }), at(1, { time: '2' }), at(0, { time: '1' }), at(0, { time: '2' })]
    const { order, layers, stack, warnings, notVolumeReason } = readGeometry(slices, 1)
    expect(order).toEqual([4, 2, 0, 5, 3, 1])
    expect(layers).toEqual([{ members: [4, 2, 0], label: 'time 1' }, { members: [5, 3, 1], label: 'time 2' }])
    expect(stack).toMatchObject({ duplicates: 0, isEven: true, sliceSpacingMm: 1 })
    expect(warnings.map(({ code }) => code)).toEqual(['several-stacks'])
    expect(notVolumeReason).toBe('The series holds 2 stacks of images at the same places (time 1; time 2); they are shown one after the other.')
  })
  it('are told apart by the fewest facts, and a number that differs from frame to frame tears no stack apart', () => {
    expect(labels([0, 1].flatMap((z) => [at(z, { type: 'M', others: `${z}a` }), at(z, { type: 'PHASE', others: `${z}b` })]))).toEqual(['M: 0 2', 'PHASE: 1 3'])
    expect(labels([0, 1].flatMap((z) => [at(z, { others: 'echo 1' }), at(z, { others: 'echo 2' })]))).toEqual(['echo 1: 0 2', 'echo 2: 1 3'])
    expect(labels([0, 1].flatMap((z) => ['M', 'PHASE'].flatMap((type) => ['1', '2'].map((time) => at(z, { type, time })))))).toEqual(['M, time 1: 0 4', 'M, time 2: 1 5', 'PHASE, time 1: 2 6', 'PHASE, time 2: 3 7'])
    expect(labels([at(0, { others: '1' }), at(1, { others: '2' }), at(2, { others: '3' })])).toEqual([])
  })
  it('stay one stack with duplicates where nothing tells them apart', () => {
    for (const slices of [[at(0, null), at(0, null), at(1, null)], [at(0, { time: '1' }), at(0, { time: '1' }), at(1, { time: '2' })], [at(0, { others: '1' }), at(0, { others: '2' })]]) {
      expect(readGeometry(slices, 1).warnings.map(({ code }) => code)).toEqual(['duplicate-position'])
      expect(readGeometry(slices, 1).layers).toEqual([])
    }
  })
  it('are no reason to mix in images of another orientation', () => {
    const scout: SlicePlace = { ...at(0), orientation: [0, 1, 0, 0, 0, -1] }
    const { order, layers } = readGeometry([scout, at(1, { time: '1' }), at(1, { time: '2' }), at(0, { time: '1' }), at(0, { time: '2' })], 1)
    expect(order).toEqual([3, 1, 4, 2, 0])
    expect(layers.length).toBe(3)
  })
})
