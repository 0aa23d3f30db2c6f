import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FindingStatus } from '../../../src-shared/analysis.ts'
import { aGrid, aVolume, voxelMm } from '../reformat/test-volume.ts'
import { cross, distance, dot, length, subtract, type Vector } from '../../../src-shared/vector.ts'
import { appearancesFor } from './appearances.ts'
import { blockNote, blockOf } from './block.ts'
import { cameraLetters, fittedTo, lookingFrom, moved, projected, rayThrough, sides, turned, zoomedIn } from './camera.ts'
import { ballOf, pick } from './pick.ts'
import { createQuality } from './quality.ts'
import { paintOf, stoneLegend } from './stones.ts'
import { viewWords } from './volume-input.ts'

const pane = { width: 600, height: 400 }
const everything = { mostVoxels: 1e9, mostAlongAxis: 2048 }
const turns = fc.array(fc.tuple(fc.double({ min: -90, max: 90, noNaN: true }), fc.double({ min: -90, max: 90, noNaN: true })), { maxLength: 30 })

describe('the eyes on a volume', () => {
  test('stand where their side says, with the patient\'s own letters', () => {
    const letters = sides.map((side) => [side, cameraLetters(lookingFrom(side, [0, 0, 0], 100)), viewWords(lookingFrom(side, [0, 0, 0], 100))])
    expect(letters).toEqual([
      ['anterior', { left: 'R', right: 'L', top: 'H', bottom: 'F' }, 'the front'],
      ['posterior', { left: 'L', right: 'R', top: 'H', bottom: 'F' }, 'the back'],
      ['left', { left: 'A', right: 'P', top: 'H', bottom: 'F' }, 'the left'],
      ['right', { left: 'P', right: 'A', top: 'H', bottom: 'F' }, 'the right'],
      ['head', { left: 'L', right: 'R', top: 'A', bottom: 'P' }, 'above'],
      ['feet', { left: 'R', right: 'L', top: 'A', bottom: 'P' }, 'below']
    ])
  })
  test('turn the near side of the patient with the hand', () => {
    const from = lookingFrom('anterior', [0, 0, 0], 100)
    const nose: Vector = [0, -20, 0]
    expect(projected(turned(from, 10, 0), pane, nose)[0]).toBeGreaterThan(pane.width / 2 + 5)
    expect(projected(turned(from, 0, 10), pane, nose)[1]).toBeGreaterThan(pane.height / 2 + 5)
    expect(cameraLetters(turned(from, 90, 0))).toEqual({ left: 'P', right: 'A', top: 'H', bottom: 'F' })
  })
  test('keep their right angles after any turns', () => {
    fc.assert(fc.property(turns, (path) => {
      const camera = path.reduce((at, [right, down]) => turned(at, right, down), lookingFrom('left', [1, 2, 3], 100))
      expect(distance(cross(camera.right, camera.up), camera.toward)).toBeLessThan(1e-9)
      expect(Math.abs(dot(camera.right, camera.up))).toBeLessThan(1e-9)
      expect(Math.abs(length(camera.toward) - 1)).toBeLessThan(1e-9)
    }))
  })
  test('see a point through the line of sight that leads through its place on the screen', () => {
    fc.assert(fc.property(turns, fc.tuple(fc.double({ min: -60, max: 60, noNaN: true }), fc.double({ min: -60, max: 60, noNaN: true }), fc.double({ min: -60, max: 60, noNaN: true })), (path, point) => {
      const camera = zoomedIn(path.reduce((at, [right, down]) => turned(at, right, down), lookingFrom('head', [5, 6, 7], 200)), 1.7)
      const ray = rayThrough(camera, pane, projected(camera, pane, point), 300)
      expect(length(cross(subtract(point, ray.originMm), ray.direction))).toBeLessThan(1e-9)
      expect(dot(subtract(point, ray.originMm), ray.direction)).toBeGreaterThan(0)
    }))
  })
  test('show millimetres at the scale of the pane, and move with the mouse', () => {
    const camera = lookingFrom('anterior', [0, 0, 0], 200)
    expect(projected(camera, pane, [10, 50, -20])).toEqual([320, 240])
    expect(projected(moved(camera, pane, 30, -12), pane, [10, 50, -20])).toEqual([350, 228])
    expect(projected(zoomedIn(camera, 2), pane, [10, 50, -20])).toEqual([340, 280])
  })
})

test('a volume fits its pane to the edge, with a little room', () => {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((bits): Vector => [(bits & 1) * 30, ((bits >> 1) & 1) * 500, (bits >> 2) * 80])
  const places = corners.map((corner) => projected(fittedTo(lookingFrom('anterior', [15, 250, 40], 1), pane, corners), pane, corner))
  expect(Math.min(...places.map(([, y]) => y))).toBeCloseTo(200 - 200 / 1.06, 6)
  expect(Math.max(...places.map(([x]) => x))).toBeLessThan(pane.width)
  const wide = corners.map((corner) => projected(fittedTo(lookingFrom('left', [15, 250, 40], 1), pane, corners), pane, corner))
  expect(Math.max(...wide.map(([x]) => x))).toBeCloseTo(300 + 300 / 1.06, 6)
})

describe('picking', () => {
  const square = (z: number) => ({ positionsMm: Float32Array.from([-1, -1, z, 1, -1, z, 1, 1, z, -1, 1, z]), triangles: Uint32Array.from([0, 1, 2, 0, 2, 3]) })
  const meshes = [{ id: 'behind', mesh: square(5), ball: ballOf(square(5)) }, { id: 'before', mesh: square(2), ball: ballOf(square(2)) }]
  test('takes the first of what the line of sight meets', () => {
    expect(pick(meshes, { originMm: [0.3, 0.4, 0], direction: [0, 0, 1] })).toEqual({ id: 'before', pointMm: [0.3, 0.4, 2] })
    expect(pick(meshes, { originMm: [0.3, 0.4, 3], direction: [0, 0, 1] })?.id).toBe('behind')
    expect(pick(meshes, { originMm: [0.3, 0.4, 9], direction: [0, 0, -1] })?.id).toBe('behind')
  })
  test('knows a ball that holds all of a mesh', () => {
    const { centreMm, radiusMm } = ballOf(square(5))
    expect(centreMm).toEqual([0, 0, 5])
    expect(radiusMm).toBeCloseTo(Math.SQRT2, 9)
  })
  test('takes none beside them, behind the eyes, or along their edge', () => {
    expect(pick(meshes, { originMm: [1.3, 0.4, 0], direction: [0, 0, 1] })).toBeNull()
    expect(pick(meshes, { originMm: [0.3, 0.4, 6], direction: [0, 0, 1] })).toBeNull()
    expect(pick(meshes, { originMm: [-5, 0, 2], direction: [1, 0, 0] })).toBeNull()
  })
})

test('every status of a finding has its own colour and word, and the selected stone is lighter', () => {
  expect(stoneLegend.map(({ status }) => status).toSorted()).toEqual([...FindingStatus.options].toSorted())
  expect(new Set(stoneLegend.map(({ colour }) => colour)).size).toBe(4)
  expect(paintOf('accepted', false, false).colour.map((part) => Math.round(part * 255))).toEqual([0x7e, 0xe2, 0xb8])
  expect(paintOf('proposed', true, false).colour[2]).toBeGreaterThan(paintOf('proposed', false, false).colour[2])
  expect(paintOf('proposed', false, true).glow).toBeGreaterThan(paintOf('proposed', false, false).glow)
})

describe('the voxels that a graphics card gets', () => {
  const grid = aGrid({ counts: [8, 6, 4], stepsMm: [0.5, 0.5, 2], originMm: [3, 4, 5] })
  const volume = aVolume(grid, (column, row, slice) => column + 10 * row + 100 * slice)

  test('are the stored ones where they fit', () => {
    const block = blockOf(volume, everything)
    expect(block).toMatchObject({ counts: [8, 6, 4], originMm: [3, 4, 5], stepsMm: [0.5, 0.5, 2], merged: [1, 1, 1] })
    expect(block.values).toBeInstanceOf(Int16Array)
    expect(block.values[3 * 48 + 2 * 8 + 5]).toBe(325)
    expect(blockNote(block, volume)).toBeNull()
  })
  test('are means of neighbours where they do not, lying in the middle of them, and it is said', () => {
    const block = blockOf(volume, { mostVoxels: 48, mostAlongAxis: 2048 })
    expect(block).toMatchObject({ counts: [4, 3, 4], originMm: [3.25, 4.25, 5], stepsMm: [1, 1, 2], merged: [2, 2, 1] })
    // Columns 2 and 3, rows 4 and 5 of slice 1: mean 100 + 45 + 2.5, rounded.
    expect(block.values[1 * 12 + 2 * 4 + 1]).toBe(148)
    expect(blockNote(block, volume)).toBe('Drawn coarser, from 4 × 3 × 4 of 8 × 6 × 4 voxels.')
  })
  test('never are more along an axis than the card takes', () => {
    expect(blockOf(volume, { mostVoxels: 1e9, mostAlongAxis: 5 }).counts).toEqual([4, 3, 4])
  })
  test('keep fractions where the series has some', () => {
    const real = aVolume(grid, (column) => column / 4, 'real')
    expect(blockOf(real, everything).values).toBeInstanceOf(Float32Array)
    expect(blockOf(real, { mostVoxels: 48, mostAlongAxis: 99 }).values[1]).toBeCloseTo(0.625, 6)
  })
  test('lie where the mean of their places is, in a turned grid too', () => {
    const tilted = aGrid({ counts: [8, 8, 8], stepsMm: [1, 1, 1], pose: [[0.8, 0.6, 0], [-0.6, 0.8, 0]] })
    const block = blockOf(aVolume(tilted, () => 0), { mostVoxels: 64, mostAlongAxis: 99 })
    expect(block.merged).toEqual([2, 2, 2])
    expect(distance(block.originMm, voxelMm(tilted, 0.5, 0.5, 0.5))).toBeLessThan(1e-9)
  })
})

describe('how finely is drawn', () => {
  test('starts coarse, and is full on a machine that is quick', () => {
    const quality = createQuality()
    const first = quality.levelFor(1e6, 'moving')
    expect(first.share).toBeLessThan(0.2)
    quality.took(first, 1e6, 0.2)
    expect(quality.levelFor(1e6, 'moving')).toEqual({ share: 1, coarser: 1 })
  })
  test('keeps up with the hand on a slow one, and is finer once things rest', () => {
    const quality = createQuality()
    quality.took({ share: 1, coarser: 1 }, 1e6, 2000)
    const [moving, still, kept] = [quality.levelFor(1e6, 'moving').share, quality.levelFor(1e6, 'still').share, quality.levelFor(1e6, 'kept').share]
    expect(moving ** 2 * 2000).toBeLessThanOrEqual(50 * 1.6)
    expect(still).toBeGreaterThan(moving)
    expect(kept).toBe(1)
  })
})

describe('how values become light', () => {
  test('is told in Hounsfield units for CT, and over the values there are for all else', () => {
    expect(appearancesFor('CT', { minimum: -1024, maximum: 3000 }).map(({ name }) => name)).toEqual(['bone', 'soft-tissue', 'lung', 'vessels', 'mip', 'stones'])
    const [mip] = appearancesFor('PT', { minimum: 0, maximum: 20 })
    expect(mip?.colours.map(([value]) => value)).toEqual([0.4, 14])
  })
  test('has values in rising order and opacities between none and all', () => {
    for (const { colours, opacities } of [...appearancesFor('CT', { minimum: 0, maximum: 1 }), ...appearancesFor('MR', { minimum: 5, maximum: 900 })]) {
      for (const values of [colours.map(([value]) => value), opacities.map(([value]) => value)]) expect(values).toEqual(values.toSorted((a, b) => a - b))
      expect(opacities.every(([, share]) => share >= 0 && share <= 1)).toBe(true)
    }
  })
})
