import type { Candidate } from '../../src-shared/analysis.ts'
import type { RulerState } from '../../src-shared/system.ts'
import type { Volume } from '../../src-shared/volume.ts'
import { PhantomRecipe, renderVolume } from './phantom/index.ts'
import { runProtocol, type ProtocolResult } from './protocols/index.ts'
import { distanceMm, ellipseStatistics } from './volume/primitives.ts'
import { distance } from '../../src-shared/vector.ts'

type Check = RulerState['checks'][number]
type Measure = (volume: Volume) => ProtocolResult

const objects = [
  { kind: 'stone', place: 'kidney', diameterMm: 12, hu: 800, centreMm: [16, -12, 0.3] },
  { kind: 'stone', place: 'kidney', diameterMm: 10, shape: [0.8, 0.8], turnsDeg: [0, 0, 30], hu: 500, centreMm: [-16, -12, -0.4] }
] as const

/** Diameter and volume of the two bodies, by the formulas of solids and by nothing else. */
const truths = [
  { name: '12 mm ball', diameterMm: 12, volumeMm3: (Math.PI / 6) * 12 ** 3, hu: 800 },
  { name: '10 mm ellipsoid', diameterMm: 10, volumeMm3: (Math.PI / 6) * 10 * 8 * 8, hu: 500 }
] as const

/**
 * Measures small digital phantoms with the very code that measures patients. Where one check is off, no measurement of this program can be
 * trusted and measuring has to be locked. Takes well under a second; no files.
 */
export function checkRuler(measure: Measure = (volume) => runProtocol('urinary-stones', volume, noContext)): RulerState {
  const straight = renderVolume(recipe({ name: 'RULER' }))
  const sheared = renderVolume(recipe({ name: 'RULER TILT', tiltDeg: 14, extraGaps: [{ beforeSlice: 9, extraMm: 0.5 }], turnsDeg: [0, 0, 20] }))
  const checks = [
    ...stoneChecks('straight stack', straight, measure(straight).candidates), ...stoneChecks('tilted, uneven stack', sheared, measure(sheared).candidates),
    ...regionChecks(straight), ...distanceChecks(sheared)
  ]
  return { isTrue: checks.every(({ ok }) => ok), checks }
}

const noContext = { bodyPart: '', description: '', contrastAgent: '', kernel: '', warnings: [] }

function recipe(options: Partial<PhantomRecipe> & { name: string }): PhantomRecipe {
  return PhantomRecipe.parse({
    anatomy: 'water', rows: 96, columns: 96, slices: 18, pixelSpacingMm: [0.9, 0.9], sliceSpacingMm: 1.5, noiseHu: 0, blurMm: 0.4, objects, ...options
  })
}

function stoneChecks(stack: string, volume: ReturnType<typeof renderVolume>, candidates: readonly Candidate[]): Check[] {
  return truths.flatMap((truth, index) => {
    const at = volume.objects[index]?.centreMm ?? [0, 0, 0]
    const found = candidates.find((candidate) => distance(candidate.centreMm, at) < 3)
    const label = `${truth.name}, ${stack}`
    return [
      check(`Diameter of a ${label}`, truth.diameterMm, found?.diameterMm, 0.5, 'mm'),
      check(`Volume of a ${label}`, truth.volumeMm3, found?.volumeMm3, 0.05 * truth.volumeMm3, 'mm³'),
      check(`Density of a ${label}`, truth.hu, found?.meanHu, 1, 'HU'),
      check(`Place of a ${label}`, 0, found === undefined ? null : distance(found.centreMm, at), 0.3, 'mm')
    ]
  })
}

function regionChecks(volume: Volume): Check[] {
  const middle = volume.slices >> 1
  const water = ellipseStatistics(volume, middle, [47.5, 47.5], [8, 8])
  const fat = ellipseStatistics(volume, middle, [47.5, 47.5 + 24 / 0.9], [6, 6])
  const large = ellipseStatistics(volume, middle, [47.5, 47.5], [36, 24])
  return [
    check('Density of water', 0, water?.meanHu, 0.5, 'HU'), check('Density of fat', -100, fat?.meanHu, 0.5, 'HU'),
    check('Area of an ellipse', Math.PI * 36 * 24, large?.areaMm2, 0.01 * Math.PI * 36 * 24, 'mm²')
  ]
}

/** Along a row, down a column and through the tilted stack, where the way is longer than the slice distance. */
function distanceChecks(volume: Volume): Check[] {
  const stackMm = (17 * 1.5 + 0.5) / Math.cos((14 * Math.PI) / 180)
  return [
    check('Distance along a row', 45, distanceMm(volume.geometry, [10, 10, 3], [60, 10, 3]), 0.001, 'mm'),
    check('Distance down a column', 27, distanceMm(volume.geometry, [10, 10, 3], [10, 40, 3]), 0.001, 'mm'),
    check('Distance through a tilted stack', stackMm, distanceMm(volume.geometry, [10, 10, 0], [10, 10, 17]), 0.001, 'mm')
  ]
}

/** What could not be measured counts as off. */
function check(name: string, expected: number, measured: number | null | undefined, tolerance: number, unit: string): Check {
  const value = measured ?? Number.MAX_SAFE_INTEGER
  return { name, expected, measured: value, tolerance, unit, ok: Math.abs(value - expected) <= tolerance }
}
