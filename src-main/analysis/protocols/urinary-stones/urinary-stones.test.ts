import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { Candidate } from '../../../../src-shared/analysis.ts'
import type { Volume } from '../../../../src-shared/volume.ts'
import { PhantomRecipe, renderVolume } from '../../phantom/index.ts'
import { geometryOf } from '../../volume/geometry.ts'
import { distance, rotate, scale, type Vector } from '../../../../src-shared/vector.ts'
import { protocolVersions, runProtocol, type ProtocolOptions, type ProtocolResult } from '../index.ts'

const noContext = { bodyPart: '', description: '', contrastAgent: '', kernel: '', warnings: [] }
const upper = { slices: 30, sliceSpacingMm: 3, centreMm: [0, 0, 50] }
const lower = { slices: 36, sliceSpacingMm: 3, centreMm: [0, 0, -135] }

function abdomen(changes: object): ReturnType<typeof renderVolume> {
  return renderVolume(PhantomRecipe.parse({ name: 'TEST', rows: 176, columns: 256, pixelSpacingMm: [1.35, 1.35], noiseHu: 6, blurMm: 0.5, ...changes }))
}

/** Two stones in water, small enough to be rendered often. */
function water(changes: object = {}): ReturnType<typeof renderVolume> {
  return renderVolume(PhantomRecipe.parse({
    name: 'TEST', anatomy: 'water', rows: 72, columns: 72, slices: 22, pixelSpacingMm: [1, 1], sliceSpacingMm: 1.5, noiseHu: 0, blurMm: 0.4,
    objects: [
      { kind: 'stone', place: 'collecting-system', diameterMm: 9, hu: 800, centreMm: [14, -9, 0.5] },
      { kind: 'stone', place: 'collecting-system', diameterMm: 5, hu: 600, centreMm: [-14, -9, -2.2] }
    ], ...changes
  }))
}

const run = (volume: Volume, context: object = {}, options: ProtocolOptions = {}): ProtocolResult => runProtocol('urinary-stones', volume, { ...noContext, ...context }, options)
const near = (result: ProtocolResult, centre: Vector | undefined): Candidate | undefined => result.candidates.find((candidate) => distance(candidate.centreMm, centre ?? [0, 0, 0]) < 4)

describe('stones and mimics of the upper abdomen', () => {
  const volume = abdomen({ ...upper, objects: [
    { kind: 'stone', place: 'kidney', side: 'left', along: 0.75, diameterMm: 10, shape: [0.8, 0.8], hu: 900 },
    { kind: 'stone', place: 'kidney', side: 'right', along: 0.2, diameterMm: 5, hu: 700 },
    { kind: 'stone', place: 'upper-ureter', side: 'right', along: 0.2, diameterMm: 6, hu: 800 },
    { kind: 'vessel-calcification', place: 'aorta', side: 'left', along: 0.5, diameterMm: 16, shape: [0.2, 0.2], turnsDeg: [0, 90, 0], hu: 700 },
    { kind: 'metal', place: 'gallbladder-fossa', side: 'right', diameterMm: 10, shape: [0.5, 0.5], hu: 3071 },
    { kind: 'bowel-content', place: 'bowel', side: 'left', along: 0.9, diameterMm: 9, shape: [0.8, 0.7], hu: 340 }
  ] })
  const result = run(volume)

  it('are all found, named and placed on the patient’s side', () => {
    const seen = volume.objects.map(({ centreMm }) => near(result, centreMm)).map((candidate) => [candidate?.kind, candidate?.laterality, candidate?.location])
    expect(seen).toEqual([
      ['stone', 'left', 'kidney'], ['stone', 'right', 'kidney'], ['stone', 'right', 'upper-ureter'],
      ['vessel-calcification', 'left', 'outside-urinary-tract'], ['metal', 'right', 'outside-urinary-tract'], ['bowel-content', 'left', 'outside-urinary-tract']
    ])
    expect(result.candidates).toHaveLength(6)
  })

  it('are measured in diameter, volume, density and place', () => {
    for (const truth of volume.objects.slice(0, 3)) {
      const candidate = near(result, truth.centreMm)
      expect(Math.abs((candidate?.diameterMm ?? 0) - truth.diameterMm)).toBeLessThan(0.7)
      expect(Math.abs((candidate?.volumeMm3 ?? 0) / truth.volumeMm3 - 1)).toBeLessThan(0.12)
      expect(distance(candidate?.centreMm ?? [0, 0, 0], truth.centreMm)).toBeLessThan(0.4)
      expect(Math.abs((candidate?.meanHu ?? 0) - truth.hu)).toBeLessThan(0.08 * truth.hu)
      const [a, b] = candidate?.diameterEndsMm ?? [[0, 0, 0], [0, 0, 0]]
      expect(distance(a, b)).toBeCloseTo(candidate?.diameterMm ?? 0, 1)
      expect(candidate?.diameterErrorMm).toBeGreaterThan(0.5)
    }
  })

  it('come as contract says, stones first, with their slice and a reason', () => {
    expect(result.candidates.map((candidate) => Candidate.parse(candidate))).toEqual(result.candidates)
    expect(result.candidates.map(({ kind }) => kind === 'stone')).toEqual([true, true, true, false, false, false])
    const stone = near(result, volume.objects[0]?.centreMm)
    expect(Math.abs((volume.geometry.originsMm[stone?.sliceIndex ?? 0]?.[2] ?? 0) - (volume.objects[0]?.centreMm[2] ?? 0))).toBeLessThanOrEqual(1.5)
    expect(stone?.reason).toMatch(/^Dense island \(\d+ HU\) in the kidney, apart from bone and vessels\./)
    expect(protocolVersions['urinary-stones']).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('are counted, and the missing pelvis is said', () => {
    expect(result.measurements.find(({ name }) => name === 'stone-count')?.value).toBe(3)
    expect(result.measurements.find(({ name }) => name === 'noise')?.value).toBeCloseTo(6, 0)
    expect(result.warnings.map(({ code }) => code)).toEqual(['no-pelvis'])
  })
})

describe('stones and mimics of the pelvis', () => {
  const volume = abdomen({ ...lower, objects: [
    { kind: 'stone', place: 'distal-ureter', side: 'left', along: 0.4, diameterMm: 7, hu: 800 },
    { kind: 'stone', place: 'bladder', side: 'right', along: 0.95, diameterMm: 12, shape: [0.8, 0.9], hu: 560 },
    { kind: 'phlebolith', place: 'pelvic-vein', side: 'right', along: 0.4, diameterMm: 7, hu: 500, hasLucentCentre: true },
    { kind: 'phlebolith', place: 'pelvic-vein', side: 'left', along: 0.6, diameterMm: 5, hu: 400 },
    { kind: 'stone', place: 'near-sacrum', side: 'right', diameterMm: 6, hu: 950, turnsDeg: [0, 0, 0] }
  ] })
  const result = run(volume)

  it('are told apart, also a stone beside the sacrum', () => {
    const seen = volume.objects.map(({ centreMm }) => near(result, centreMm)).map((candidate) => [candidate?.kind, candidate?.laterality, candidate?.location])
    expect(seen).toEqual([
      ['stone', 'left', 'pelvis'], ['stone', 'right', 'bladder'], ['phlebolith', 'right', 'pelvis'], ['phlebolith', 'left', 'pelvis'], ['stone', 'right', 'pelvis']
    ])
    expect(near(result, volume.objects[0]?.centreMm)?.reason).toContain('a phlebolith cannot be excluded')
  })

  it('leave no bone in the list', () => {
    expect(result.candidates).toHaveLength(5)
    expect(result.warnings).toEqual([])
  })
})

describe('contrast', () => {
  it('is listed as contrast and warned of, when it fills the collecting system', () => {
    const volume = abdomen({ ...upper, contrast: 'excretory', objects: [{ kind: 'stone', place: 'upper-ureter', side: 'left', along: 0.5, diameterMm: 6, hu: 800 }] })
    const result = run(volume)
    expect(result.warnings.map(({ code }) => code)).toContain('contrast')
    expect(result.candidates.filter(({ kind }) => kind === 'contrast').length).toBeGreaterThan(0)
    expect(result.candidates.filter(({ kind }) => kind === 'stone')).toEqual([])
  })

  it('named in the header turns every stone into a question', () => {
    const result = run(abdomen({ ...upper, objects: [{ kind: 'stone', place: 'kidney', diameterMm: 8, hu: 800 }] }), { contrastAgent: 'Iodine' })
    expect(result.candidates.map(({ kind, confidence }) => [kind, confidence])).toEqual([['contrast', 0.5]])
    expect(result.candidates[0]?.reason).toContain('a stone cannot be told from it')
  })
})

describe('a staghorn stone', () => {
  it('is measured as a stone although it is as large as a bone', () => {
    const volume = abdomen({ ...upper, objects: [{ kind: 'stone', place: 'collecting-system', centreMm: [57, 24, 50], diameterMm: 44, shape: [0.35, 0.3], turnsDeg: [0, 90, 0], hu: 850 }] })
    const stone = run(volume).candidates.find(({ kind }) => kind === 'stone')
    expect(stone?.diameterMm).toBeGreaterThan(42.5)
    expect(stone?.diameterMm).toBeLessThan(46)
    expect(stone?.reason).toContain('staghorn')
    expect(Math.abs((stone?.volumeMm3 ?? 0) / (volume.objects[0]?.volumeMm3 ?? 1) - 1)).toBeLessThan(0.05)
  })
})

describe('millimetres do not depend on how the slices lie', () => {
  const expected = [[9, (Math.PI / 6) * 729], [5, (Math.PI / 6) * 125]] as const
  const check = (volume: ReturnType<typeof renderVolume>, tolerance = 0.06): void => {
    const result = run(volume)
    expected.forEach(([diameterMm, volumeMm3], index) => {
      const candidate = near(result, volume.objects[index]?.centreMm)
      expect(Math.abs((candidate?.diameterMm ?? 0) - diameterMm)).toBeLessThan(0.5)
      expect(Math.abs((candidate?.volumeMm3 ?? 0) / volumeMm3 - 1)).toBeLessThan(tolerance)
      expect(distance(candidate?.centreMm ?? [0, 0, 0], volume.objects[index]?.centreMm ?? [9, 9, 9])).toBeLessThan(0.25)
    })
  }

  it('for any oblique orientation and tilt', () => {
    const turn = fc.integer({ min: -35, max: 35 })
    fc.assert(fc.property(turn, turn, turn, fc.integer({ min: -20, max: 20 }), (x, y, z, tiltDeg) => check(water({ turnsDeg: [x, y, z], tiltDeg, slices: 30 }), 0.1)), { numRuns: 8 })
  })

  it('for uneven slice distances', () => check(water({ extraGaps: [6, 11, 15].map((beforeSlice) => ({ beforeSlice, extraMm: 0.7 })) }), 0.08))
  it('for overlapping slices', () => check(water({ sliceThicknessMm: 3 }), 0.08))
  it('for coronal slices', () => check(water({ turnsDeg: [90, 0, 0], slices: 44 })))

  it('when rows and columns are turned by half a circle', () => {
    const volume = water()
    const { geometry, columns, rows, slices } = volume
    const corner = (origin: Vector): Vector => [origin[0] + (columns - 1), origin[1] + (rows - 1), origin[2]]
    const turned: Volume = {
      columns, rows, slices, voxels: new Int16Array(volume.voxels.length),
      geometry: geometryOf({ ...geometry, originsMm: geometry.originsMm.map(corner), rowDirection: scale(geometry.rowDirection, -1), columnDirection: scale(geometry.columnDirection, -1) })
    }
    const plane = rows * columns
    for (let index = 0; index < volume.voxels.length; index++) turned.voxels[Math.floor(index / plane) * plane + plane - 1 - (index % plane)] = volume.voxels[index] ?? 0
    const [a, b] = [run(volume), run(turned)]
    expect(b.candidates.map(({ kind, laterality, location }) => [kind, laterality, location])).toEqual(a.candidates.map(({ kind, laterality, location }) => [kind, laterality, location]))
    a.candidates.forEach((candidate, index) => {
      expect(b.candidates[index]?.diameterMm).toBeCloseTo(candidate.diameterMm ?? 0, 1)
      expect((b.candidates[index]?.volumeMm3 ?? 0) / (candidate.volumeMm3 ?? 1)).toBeCloseTo(1, 2)
    })
  })

  it('and a moved patient gives moved places only', () => {
    const shift: Vector = rotate([40, -25, 300], [0, 0, 0])
    const volume = water()
    const moved: Volume = { ...volume, geometry: geometryOf({ ...volume.geometry, originsMm: volume.geometry.originsMm.map((origin) => [origin[0] + shift[0], origin[1] + shift[1], origin[2] + shift[2]]) }) }
    const [a, b] = [run(volume), run(moved)]
    expect(b.candidates.map(({ diameterMm, volumeMm3, meanHu, sliceIndex }) => [diameterMm, volumeMm3, meanHu, sliceIndex])).toEqual(a.candidates.map(({ diameterMm, volumeMm3, meanHu, sliceIndex }) => [diameterMm, volumeMm3, meanHu, sliceIndex]))
  })
})

describe('geometry that cannot be trusted', () => {
  it('gives no size beside a missing slice, and says so', () => {
    const result = run(water({ missingSlices: [11] }))
    const beside = result.candidates.filter(({ reason }) => reason.includes('slices are missing beside it'))
    expect(beside.map(({ diameterMm, volumeMm3, diameterEndsMm, diameterErrorMm }) => [diameterMm, volumeMm3, diameterEndsMm, diameterErrorMm])).toContainEqual([null, null, null, null])
    expect(result.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['missing-slices', 'size-not-given']))
  })

  it('gives no size where the volume cuts a stone', () => {
    const result = run(water({ slices: 10, centreMm: [0, 0, 7] }))
    expect(result.candidates.find(({ laterality, reason }) => laterality === 'left' && reason.includes('cut off by the edge'))).toMatchObject({ diameterMm: null, volumeMm3: null })
  })

  it('says when slices are uneven, tilted, thick or apart', () => {
    expect(run(water({ tiltDeg: 12 })).warnings.map(({ code }) => code)).toContain('gantry-tilt')
    expect(run(water({ extraGaps: [{ beforeSlice: 4, extraMm: 0.5 }] })).warnings.map(({ code }) => code)).toContain('uneven-spacing')
    expect(run(water({ slices: 8, sliceSpacingMm: 5, sliceThicknessMm: 3 })).warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['thick-slices', 'gaps-between-slices', 'few-slices']))
  })

  it('refuses slices so far apart that stones vanish between them', () => {
    expect(() => run(water({ slices: 6, sliceSpacingMm: 8 }))).toThrow('The slices are 8.0 mm apart.')
  })

  it('refuses two slices at one place', () => {
    const volume = water()
    const originsMm = volume.geometry.originsMm.map((origin, slice) => (slice === 5 ? volume.geometry.originsMm[4] ?? origin : origin))
    expect(() => run({ ...volume, geometry: geometryOf({ ...volume.geometry, originsMm }) })).toThrow('same place')
  })
})

describe('noise and running', () => {
  it('finds nothing in noise alone and warns of it', () => {
    const result = run(water({ noiseHu: 40, objects: [] }))
    expect(result.candidates).toEqual([])
    expect(result.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(['high-noise', 'no-spine']))
  })

  it('reports progress up to 1 and stops when asked', () => {
    const seen: number[] = []
    run(water(), {}, { onProgress: (fraction) => seen.push(fraction) })
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(() => run(water(), {}, { signal: AbortSignal.abort() })).toThrow('cancelled')
  })

  it('gives the same answer twice', () => {
    const volume = water({ noiseHu: 12 })
    expect(run(volume)).toEqual(run(volume))
  })
})
