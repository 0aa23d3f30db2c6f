import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { missingData, sharedData } from '../../../test/support/shared-data.ts'
import { isInsidePicture, offPlaneMm, toIndex, toPatient, type Plane } from '../plane.ts'
import { aFrame, aSeries } from '../test-series.ts'
import { cross, distance, type Vector } from '../../../src-shared/vector.ts'
import { nearestFrame } from './nearest-frame.ts'
import { framesAtPlace } from './phases.ts'
import { referenceLine } from './reference-lines.ts'

function aPlane(originMm: Vector, alongColumns: Vector, alongRows: Vector, columns: number, rows: number, columnStepMm = 1, rowStepMm = 1): Plane {
  return { originMm, alongColumns, alongRows, normal: cross(alongColumns, alongRows), columnStepMm, rowStepMm, columns, rows, halfThicknessMm: 1, basis: 'body', isInPatient: true }
}
const here = (plane: Plane) => ({ plane, frameKey: '1.9' })
const axial = aPlane([-50, -50, 20], [1, 0, 0], [0, 1, 0], 101, 101)
const sagittal = aPlane([10, -80, 100], [0, 1, 0], [0, 0, -1], 161, 201)

describe('reference lines', () => {
  test('run where two pictures cut each other, from edge to edge of the smaller', () => {
    const line = referenceLine(here(axial), here(sagittal))
    expect(line?.toSorted((a, b) => a[1] - b[1])).toEqual([[10, -50.5, 20], [10, 50.5, 20]])
  })
  test('lie in both planes and over both pictures, whichever way the planes are turned', () => {
    const angle = fc.double({ min: 0, max: Math.PI * 2, noNaN: true })
    const shift = fc.double({ min: -40, max: 40, noNaN: true })
    fc.assert(fc.property(angle, angle, shift, shift, fc.double({ min: 0.3, max: 3, noNaN: true }), (turn, tilt, x, z, stepMm) => {
      const across: Vector = [Math.cos(turn), Math.sin(turn), 0]
      const down: Vector = [-Math.sin(turn) * Math.cos(tilt), Math.cos(turn) * Math.cos(tilt), Math.sin(tilt)]
      const oblique = aPlane([x - 20 * across[0], -20 * across[1], z], across, down, 60, 50, stepMm, stepMm)
      const line = referenceLine(here(axial), here(oblique))
      if (line === null) return
      for (const point of line) {
        for (const plane of [axial, oblique]) {
          expect(Math.abs(offPlaneMm(plane, point))).toBeLessThan(1e-6)
          const [column, row] = toIndex(plane, point)
          expect(Math.max(-0.5 - column, column - plane.columns + 0.5, -0.5 - row, row - plane.rows + 0.5)).toBeLessThan(1e-6)
        }
      }
      const back = referenceLine(here(oblique), here(axial)) ?? []
      const ends = (points: readonly Vector[]) => points.map((point) => point.map((part) => part.toFixed(4)).join()).toSorted()
      expect(ends(back)).toEqual(ends(line))
      // Just beyond its ends the line leaves one of the pictures.
      const lengthMm = distance(line[0], line[1])
      for (const [from, to] of [[line[0], line[1]], [line[1], line[0]]] as const) {
        const out: Vector = [to[0] + (to[0] - from[0]) / lengthMm * 0.01, to[1] + (to[1] - from[1]) / lengthMm * 0.01, to[2] + (to[2] - from[2]) / lengthMm * 0.01]
        expect(lengthMm < 0.1 || !isInsidePicture(axial, toIndex(axial, out)) || !isInsidePicture(oblique, toIndex(oblique, out))).toBe(true)
      }
    }))
  })
  test('are none for parallel planes, planes that pass each other, and other frames of reference', () => {
    expect(referenceLine(here(axial), here({ ...axial, originMm: [-50, -50, 40] }))).toBeNull()
    expect(referenceLine(here(axial), here({ ...sagittal, originMm: [200, -80, 100] }))).toBeNull()
    expect(referenceLine(here(axial), { plane: sagittal, frameKey: '1.8' })).toBeNull()
    expect(referenceLine(here(axial), here({ ...sagittal, isInPatient: false }))).toBeNull()
  })
  test.skipIf(missingData('ct-head-phantom-philips') !== null)('stand on the localizer of a real exam at the heights of its slices', async () => {
    const { readFile } = await import('node:fs/promises')
    const facts = async (path: string) => {
      const { parseDicom } = await import('dicom-parser')
      const data = parseDicom(await readFile(sharedData('ct-head-phantom-philips', 'S21570', path)), { untilTag: 'x7fe00010' })
      const list = (tag: string) => (data.string(tag) ?? '').split('\\').map(Number)
      const [x = 0, y = 0, z = 0] = list('x00200032')
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = list('x00200037')
      const [between = 1, acrossMm = 1] = list('x00280030')
      return aPlane([x, y, z], [a, b, c], [d, e, f], data.uint16('x00280011') ?? 0, data.uint16('x00280010') ?? 0, acrossMm, between)
    }
    const localizer = await facts('S1000/I10')
    for (const name of ['S2010/I10', 'S2010/I280']) {
      const slice = await facts(name)
      const line = referenceLine(here(slice), here(localizer))
      expect(line?.every((point) => Math.abs(point[2] - slice.originMm[2]) < 1e-6)).toBe(true)
      // A horizontal line on the localizer, a field of view of the slice long, cut off by the localizer's edge.
      const [from, to] = (line ?? []).map((point) => toIndex(localizer, point))
      expect(Math.abs((from?.[1] ?? 0) - (to?.[1] ?? 9))).toBeLessThan(1e-6)
      expect(distance(line?.[0] ?? [0, 0, 0], line?.[1] ?? [0, 0, 0])).toBeCloseTo(512 * slice.rowStepMm, 3)
    }
  })
})

describe('the frame nearest to a point', () => {
  const series = aSeries({ frames: [3, 0, 1, 2].map((at) => aFrame(at)) })
  test('is the one whose plane lies nearest, in any order of frames', () => {
    expect(nearestFrame(series, [-9, -18, 106])).toEqual({ index: 2, distanceMm: 1, isInSlice: true })
    expect(nearestFrame(series, [-9, -18, 400])).toEqual({ index: 0, distanceMm: 285, isInSlice: false })
  })
  test('is one that has the point over its picture before one that is nearer', () => {
    const localizers = aSeries({ frames: [aFrame(0, { positionMm: [-10, -20, 100] }), aFrame(1, { positionMm: [50, 50, 101] })] })
    expect(nearestFrame(localizers, [-9, -18, 103])?.index).toBe(0)
    expect(nearestFrame(localizers, [51, 51, 100])).toMatchObject({ index: 1, isInSlice: true })
  })
  test('is of the phase that is shown, and none without a place in the patient', () => {
    const phases = { ...aSeries({ frames: [0, 1, 0, 1].map((at) => aFrame(at)) }), stacks: [{ label: '', firstIndex: 0, count: 2 }, { label: '', firstIndex: 2, count: 2 }] }
    expect(nearestFrame(phases, [-9, -18, 105], 2)?.index).toBe(3)
    expect(nearestFrame(aSeries({ frames: [aFrame(0, { positionMm: null })] }), [0, 0, 0])).toBeNull()
  })
  test('holds every point of its own picture', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 5, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true }), (at, column, row) => {
      const plane = { ...axial, originMm: [-10, -20, 100 + at * 5] as const, columnStepMm: 0.5, rowStepMm: 2 }
      expect(nearestFrame(aSeries(), toPatient(plane, [column, row]))).toMatchObject({ index: at, isInSlice: true })
    }))
  })
})

describe('the frames at one place', () => {
  test('are those of every phase, whatever order their slices are in', () => {
    const series = { ...aSeries({ frames: [0, 1, 2, 2, 1, 0].map((at) => aFrame(at)) }), stacks: [{ label: 'time 1', firstIndex: 0, count: 3 }, { label: 'time 2', firstIndex: 3, count: 3 }] }
    expect(framesAtPlace(series, 0)).toEqual([0, 5])
    expect(framesAtPlace(series, 4)).toEqual([1, 4])
    expect(framesAtPlace(aSeries(), 2)).toEqual([2])
  })
})
