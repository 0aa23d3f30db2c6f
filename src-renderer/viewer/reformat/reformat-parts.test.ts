import { describe, expect, test } from 'vitest'
import { offPlaneMm, toPatient } from '../plane.ts'
import { distance, dot, subtract } from '../../../src-shared/vector.ts'
import { fuse } from './fuse.ts'
import { ObliquePlanes } from './oblique-planes.ts'
import { angleAbout, referenceLine, thicknessTo } from './reference-line.ts'
import { createReformatter } from './reformatter.ts'
import { resample, type GreyPicture } from './resample.ts'
import { aGrid, aPlane, aVolume } from './test-volume.ts'

const upright = [[1, 0, 0], [0, 1, 0]] as const

describe('the line of one plane on another', () => {
  const oblique = new ObliquePlanes(aGrid({ counts: [41, 41, 41] }))
  oblique.turn('axial', 0.4)
  const axial = oblique.plane('axial'), coronal = oblique.plane('coronal')

  test('lies in both planes, from edge to edge of the picture', () => {
    const shown = referenceLine(coronal, axial, oblique.centreMm, 0)
    if (shown === null) throw new Error('they cross')
    for (const point of [...shown.line, ...shown.turn]) {
      expect(Math.abs(offPlaneMm(coronal, point))).toBeLessThan(1e-9)
      expect(Math.abs(offPlaneMm(axial, point))).toBeLessThan(1e-9)
    }
    expect(distance(...shown.line)).toBeGreaterThan(40)
    expect(shown.turn).toHaveLength(2)
    expect(shown.faces).toEqual([])
  })

  test('has the faces of a slab half its thickness to either side, with a handle on each', () => {
    const shown = referenceLine(coronal, axial, oblique.centreMm, 10)
    expect(shown?.faces.map(([from]) => Math.round(offPlaneMm(coronal, from) * 1e6) / 1e6).toSorted((a, b) => a - b)).toEqual([-5, 5])
    for (const point of shown?.thicken ?? []) expect(thicknessTo(coronal, point)).toBeCloseTo(10, 9)
    expect(shown?.thicken).toHaveLength(4)
  })

  test('is none where the planes are parallel, or meet beside the picture', () => {
    const first = aPlane([0, 0, 0], upright, 10, 10)
    expect(referenceLine(aPlane([0, 0, 5], upright, 10, 10), first, [0, 0, 0], 0)).toBeNull()
    expect(referenceLine(aPlane([0, 30, 0], [[1, 0, 0], [0, 0, -1]], 10, 10), first, [0, 30, 0], 0)).toBeNull()
  })

  test('turned by its handle, takes the plane along', () => {
    const before = referenceLine(coronal, axial, oblique.centreMm, 0)?.turn[1]
    if (before === undefined) throw new Error('a handle')
    const goal = toPatient(axial, [3, 30])
    const other = new ObliquePlanes(aGrid({ counts: [41, 41, 41] }))
    other.turn('axial', 0.4)
    other.turn('axial', angleAbout(axial, oblique.centreMm, before, goal))
    expect(Math.abs(offPlaneMm(other.plane('coronal'), goal))).toBeLessThan(1e-9)
    const way = subtract(goal, oblique.centreMm)
    expect(dot(way, other.plane('coronal').alongColumns)).toBeGreaterThan(0)
  })
})

describe('pictures made while a plane moves', () => {
  const volume = aVolume(aGrid({ counts: [64, 64, 8] }), (column, row, slice) => column + row + slice)
  const plane = aPlane([0, 0, 1], upright, 64, 64)
  const slab = { mode: 'mip', thicknessMm: 4 } as const
  const set = (glimpseMs: number) => {
    const shown: { picture: GreyPicture, isGlimpse: boolean }[] = []
    const waiting: (() => void)[] = []
    const reformatter = createReformatter({
      volume, glimpseMs, now: () => 0, onPicture: (picture, isGlimpse) => shown.push({ picture, isGlimpse }),
      later: (step) => { waiting.push(step); return () => { waiting.splice(waiting.indexOf(step), 1) } }
    })
    const work = () => { for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) step() }
    return { shown, waiting, reformatter, work }
  }

  test('come whole at once where there is time', () => {
    const { shown, waiting, reformatter } = set(1000)
    reformatter.show(plane, slab)
    expect(shown.map(({ isGlimpse }) => isGlimpse)).toEqual([false])
    expect(waiting).toEqual([])
    expect(shown[0]?.picture).toEqual(resample(volume, plane, slab))
  })
  test('come as a glimpse where there is not, and whole after it', () => {
    const { shown, reformatter, work } = set(0.1)
    reformatter.show(plane, slab)
    expect(shown.map(({ isGlimpse }) => isGlimpse)).toEqual([true])
    work()
    expect(shown.map(({ isGlimpse }) => isGlimpse)).toEqual([true, false])
    expect(shown[1]?.picture).toEqual(resample(volume, plane, slab))
  })
  test('are given up for the next one, and when the pane goes', () => {
    const { shown, waiting, reformatter, work } = set(0.1)
    reformatter.show(plane, slab)
    reformatter.show(aPlane([0, 0, 2], upright, 64, 64), slab)
    work()
    expect(shown.filter(({ isGlimpse }) => !isGlimpse).map(({ picture }) => picture.plane.originMm[2])).toEqual([2])
    reformatter.show(plane, slab)
    reformatter.stop()
    expect(waiting).toEqual([])
  })
})

describe('PET over CT', () => {
  const pet = aVolume(aGrid({ counts: [10, 10, 10], stepsMm: [4, 4, 4], originMm: [-2, 3, 1] }), (column, row, slice) => column === 4 && row === 3 && slice === 5 ? 8.5 : 0.5, 'real')
  const ct = aPlane([4, 5, 21], upright, 20, 20)

  test('shows the uptake where it is in the patient, in its own unit', () => {
    const fused = fuse({ plane: ct, frameOfReferenceUid: '1.2' }, { volume: pet, frameOfReferenceUid: '1.2' })
    if (fused.kind !== 'fused') throw new Error(fused.reason)
    // Voxel 4, 3, 5 lies at 14, 15, 21 mm: column 10, row 10 of the CT.
    expect(fused.picture.values[10 * 20 + 10]).toBe(8.5)
    expect(fused.picture.values[10 * 20 + 12]).toBe(4.5)
    expect(fused.picture.plane).toBe(ct)
  })
  test('is refused in a sentence where the frames of reference differ or are unknown', () => {
    for (const [below, above] of [['1.2', '1.3'], [null, null], ['', '']] as const) {
      expect(fuse({ plane: ct, frameOfReferenceUid: below }, { volume: pet, frameOfReferenceUid: above })).toMatchObject({ kind: 'refused', reason: expect.stringContaining('frame of reference') })
    }
    expect(fuse({ plane: { ...ct, isInPatient: false }, frameOfReferenceUid: '1.2' }, { volume: pet, frameOfReferenceUid: '1.2' })).toMatchObject({ kind: 'refused' })
  })
})
