import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isInsidePicture, toIndex, toPatient } from '../plane.ts'
import { cross, distance, dot, length } from '../../../src-shared/vector.ts'
import { affineOf, edgeLetters, fitted, toScreen } from '../view-transform.ts'
import { cutPlane, familiesOf, planeNames } from '../volume-planes.ts'
import { ObliquePlanes, sameView } from './oblique-planes.ts'
import { resample } from './resample.ts'
import { aGrid, aVolume, turnedPose, voxelMm } from './test-volume.ts'
import { cornersOf } from './volume.ts'

const upright = { quarterTurns: 0, isMirroredAcross: false, isMirroredUpDown: false } as const
const pane = { width: 400, height: 300 }
const turns = fc.array(fc.tuple(fc.constantFrom(...planeNames), fc.double({ min: -2, max: 2, noNaN: true })), { maxLength: 12 })

describe('three planes at right angles', () => {
  test('lie on the stored voxels before they are turned', () => {
    const grid = aGrid({ counts: [7, 7, 7], stepsMm: [0.8, 0.8, 0.8], originMm: [5, 6, 7] })
    const volume = aVolume(grid, (column, row, slice) => column + 10 * row + 100 * slice)
    const oblique = new ObliquePlanes(grid)
    for (const name of planeNames) {
      const stored = cutPlane(grid, familiesOf(grid)[name], 3, volume.slices, volume)
      const shown = resample(volume, oblique.plane(name))
      expect(Array.from(shown.values)).toEqual(stored.kind === 'grey' ? Array.from(stored.values) : [])
      expect(shown.plane.originMm.map((mm) => mm.toFixed(9))).toEqual(stored.plane.originMm.map((mm) => mm.toFixed(9)))
    }
    expect(oblique.isTurned).toBe(false)
  })

  test('stay at right angles, through their point, and reach around the volume, after any turns', () => {
    fc.assert(fc.property(turns, fc.double({ min: -3, max: 3, noNaN: true }), (path, a) => {
      const grid = aGrid({ counts: [20, 16, 9], stepsMm: [0.7, 0.7, 2.5], pose: turnedPose(a, a / 2, a / 3) })
      const oblique = new ObliquePlanes(grid)
      for (const [name, angle] of path) oblique.turn(name, angle)
      oblique.moveTo([...voxelMm(grid, 4.4, 12.1, 6.3)])
      const [axial, sagittal, coronal] = planeNames.map((name) => oblique.pose(name).normal)
      if (axial === undefined || sagittal === undefined || coronal === undefined) throw new Error('three')
      for (const product of [dot(axial, sagittal), dot(sagittal, coronal), dot(coronal, axial)]) expect(Math.abs(product)).toBeLessThan(1e-9)
      for (const name of planeNames) {
        const plane = oblique.plane(name)
        expect(Math.abs(dot(plane.alongColumns, plane.alongRows))).toBeLessThan(1e-12)
        expect(distance(cross(plane.alongColumns, plane.alongRows), plane.normal)).toBeLessThan(1e-12)
        const centre = toIndex(plane, oblique.centreMm)
        expect(distance(toPatient(plane, centre), oblique.centreMm)).toBeLessThan(1e-9)
        for (const part of centre) expect(Math.abs(part - Math.round(part))).toBeLessThan(1e-6)
        for (const corner of cornersOf(grid)) expect(isInsidePicture(plane, toIndex(plane, corner))).toBe(true)
      }
    }))
  })

  test('leave the plane alone in which they are turned, and turn the others by the angle', () => {
    const oblique = new ObliquePlanes(aGrid())
    const before = oblique.pose('axial')
    oblique.turn('axial', Math.PI / 6)
    expect(oblique.pose('axial')).toBe(before)
    // Clockwise on the axial picture, whose right is the patient's left and whose down is the back.
    expect(oblique.pose('coronal').right.map((part) => Number(part.toFixed(6)))).toEqual([0.866025, 0.5, 0])
    expect(oblique.isTurned).toBe(true)
    oblique.reset()
    expect(oblique.pose('coronal').right).toEqual([1, 0, 0])
    expect(oblique.isTurned).toBe(false)
  })

  test('carry the letters of the directions they really have', () => {
    const oblique = new ObliquePlanes(aGrid({ counts: [20, 20, 20] }))
    const letters = () => edgeLetters(oblique.plane('coronal'), fitted(oblique.plane('coronal'), pane, upright))
    expect(letters()).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' })
    oblique.turn('axial', Math.PI / 6)
    expect(letters()).toEqual({ left: 'RA', right: 'LP', top: 'H', bottom: 'F' })
    oblique.turn('axial', Math.PI / 3)
    expect(letters()).toEqual({ left: 'A', right: 'P', top: 'H', bottom: 'F' })
  })

  test('step from plane to plane as the grid counts, and never out of the volume', () => {
    const grid = aGrid({ counts: [20, 20, 10], stepsMm: [1, 1, 3] })
    const oblique = new ObliquePlanes(grid)
    const from = oblique.centreMm
    oblique.step('axial', 2)
    expect(oblique.centreMm).toEqual([from[0], from[1], from[2] + 6])
    oblique.step('sagittal', 1)
    oblique.step('coronal', -1)
    expect(oblique.centreMm).toEqual([from[0] + 1, from[1] - 1, from[2] + 6])
    oblique.step('axial', 100)
    expect(oblique.centreMm[2]).toBe(27)
  })

  test('take pixels of the smallest voxel step, but never over 1024 a side', () => {
    expect(new ObliquePlanes(aGrid({ stepsMm: [0.6, 0.6, 5] })).plane('coronal').rowStepMm).toBe(0.6)
    const large = new ObliquePlanes(aGrid({ counts: [40, 40, 2000], stepsMm: [0.5, 0.5, 1] })).plane('sagittal')
    expect(Math.max(large.columns, large.rows)).toBeLessThanOrEqual(1024)
    expect(large.rows * large.rowStepMm).toBeGreaterThanOrEqual(1999)
    expect(large.columnStepMm).toBe(large.rowStepMm)
  })

  test('are as thick as their slab, and at least as a voxel is', () => {
    const oblique = new ObliquePlanes(aGrid({ stepsMm: [1, 1, 4] }))
    expect(oblique.plane('axial').halfThicknessMm).toBe(2)
    expect(oblique.plane('axial', { mode: 'mip', thicknessMm: 20 }).halfThicknessMm).toBe(10)
  })
})

test('a picture with another extent keeps every point in its place on the screen', () => {
  const oblique = new ObliquePlanes(aGrid({ counts: [30, 30, 30] }))
  const before = oblique.plane('sagittal')
  const view = { ...fitted(before, pane, upright), pxPerMm: 3.3 }
  oblique.moveTo([3, 4, 5])
  const after = oblique.plane('sagittal')
  const point = [9, 8, 7] as const
  const [a, b] = [toScreen(affineOf(before, view, pane), toIndex(before, point)), toScreen(affineOf(after, sameView(before, after, view), pane), toIndex(after, point))]
  expect(length([a[0] - b[0], a[1] - b[1], 0])).toBeLessThan(1e-9)
})
