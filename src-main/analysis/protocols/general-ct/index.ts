import type { AnalysisWarning, ProtocolMeasurement } from '../../../../src-shared/analysis.ts'
import type { Volume } from '../../../../src-shared/volume.ts'
import { requireMeasurable } from '../../volume/geometry.ts'
import { airNoiseHu, softTissueNoiseHu } from '../../volume/noise.ts'
import { geometryWarnings } from '../geometry-warnings.ts'
import type { ProtocolContext, ProtocolOptions, ProtocolResult } from '../types.ts'
import { findBody, type Body } from './body.ts'
import { binFromHu, measureTissues, tissueClasses, type Tissues } from './tissues.ts'

export const generalCtVersion = '1.0.0'

/** Size of the body, volumes of its tissues, histogram and image quality of any CT. Finds nothing; measures everything. */
export function generalCt(volume: Volume, context: ProtocolContext, { signal, onProgress }: ProtocolOptions = {}): ProtocolResult {
  requireMeasurable(volume)
  const body = findBody(volume, signal, (slice) => onProgress?.((0.6 * (slice + 1)) / volume.slices))
  const warnings = [...geometryWarnings(volume), ...valueWarnings(volume)]
  if (context.contrastAgent.trim() !== '') warnings.push({ code: 'contrast', message: 'Contrast was given; it counts as bone, calcium and contrast.' })
  if (body === null) {
    onProgress?.(1)
    return { candidates: [], masks: [], measurements: [], warnings: [...warnings, { code: 'no-body', message: 'Nothing denser than air was found in this series.' }] }
  }
  const tissues = measureTissues(volume, body)
  const soft = softTissueNoiseHu(volume)
  const air = airNoiseHu(volume)
  onProgress?.(1)
  return {
    candidates: [], masks: [],
    measurements: [...bodyMeasurements(tissues), ...noiseMeasurements(soft, air), ...histogram(tissues)],
    warnings: [...warnings, ...bodyWarnings(volume, body, soft)]
  }
}

function bodyMeasurements(tissues: Tissues): ProtocolMeasurement[] {
  const [across, deep, long] = tissues.extentMm
  const whole = tissues.volumesMl.reduce((sum, ml) => sum + ml, 0)
  return [
    { name: 'body-width', label: 'Body, left to right', value: round(across), unit: 'mm' },
    { name: 'body-depth', label: 'Body, front to back', value: round(deep), unit: 'mm' },
    { name: 'body-length', label: 'Body covered, feet to head', value: round(long), unit: 'mm' },
    { name: 'body-volume', label: 'Body volume covered', value: round(whole), unit: 'ml' },
    { name: 'body-mean-hu', label: 'Mean density of the body', value: round(tissues.meanHu), unit: 'HU' },
    ...tissueClasses.map(({ name, label }, index) => ({ name: `volume-${name}`, label, value: round(tissues.volumesMl[index] ?? 0), unit: 'ml' }))
  ]
}

function noiseMeasurements(soft: number | null, air: number | null): ProtocolMeasurement[] {
  return [
    ...(soft === null ? [] : [{ name: 'noise-soft-tissue', label: 'Noise in soft tissue', value: round(soft), unit: 'HU' }]),
    ...(air === null ? [] : [{ name: 'noise-air', label: 'Noise in air', value: round(air), unit: 'HU' }])
  ]
}

function histogram(tissues: Tissues): ProtocolMeasurement[] {
  const whole = tissues.volumesMl.reduce((sum, ml) => sum + ml, 0)
  return tissues.histogramMl.flatMap((ml, bin) => (ml === 0 ? [] : [{
    name: `histogram:${binFromHu(bin)}`, label: `Share from ${binFromHu(bin)} to ${binFromHu(bin + 1)} HU`, value: Math.round((ml / whole) * 1e4) / 100, unit: '%'
  }]))
}

function bodyWarnings({ geometry, slices }: Volume, body: Body, soft: number | null): AnalysisWarning[] {
  const warnings: AnalysisWarning[] = []
  const perSliceMm = body.edgeMm / slices
  if (perSliceMm > 5) {
    const edge = `${Math.round(perSliceMm)} mm a slice on average`
    warnings.push({ code: 'truncated', message: `The body reaches the edge of the image (${edge}), so body size and volumes are too small.` })
  }
  if (body.hasOtherAtEdge) warnings.push({ code: 'table-at-edge', message: 'The table or another object reaches the edge of the image. It was left out.' })
  if (soft !== null && soft > 25) warnings.push({ code: 'high-noise', message: `The noise in soft tissue is ${Math.round(soft)} HU.` })
  if (!geometry.isEven) warnings.push({ code: 'volumes-from-true-positions', message: 'Volumes were summed with the true distance of every slice.' })
  return warnings
}

/** Looks at every 97th voxel: padding, saturation, and whether air is where air should be. */
function valueWarnings({ voxels }: Volume): AnalysisWarning[] {
  let padding = 0
  let saturated = 0
  let seen = 0
  let air = 0
  for (let index = 0; index < voxels.length; index += 97) {
    const hu = voxels[index] ?? 0
    seen++
    if (hu < -1200) padding++
    if (hu >= 3071) saturated++
    if (hu >= -1200 && hu < -900) air++
  }
  const warnings: AnalysisWarning[] = []
  if (padding > 0.001 * seen) warnings.push({ code: 'padding-values', message: 'Some voxels hold a padding value below air. They count as outside the body.' })
  if (saturated > 5) warnings.push({ code: 'saturation', message: 'Some voxels are as dense as the scanner can say: metal is likely.' })
  if (air === 0) warnings.push({ code: 'no-air', message: 'No voxel has the density of air. Check that the series is calibrated in Hounsfield units.' })
  return warnings
}

const round = (value: number): number => Math.round(value * 10) / 10
