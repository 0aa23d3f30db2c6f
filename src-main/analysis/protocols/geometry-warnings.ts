import type { AnalysisWarning } from '../../../src-shared/analysis.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import { isMissingGap } from '../volume/geometry.ts'

/** What is unusual about the stack and what was done about it. Refusals are thrown elsewhere; these are handled. */
export function geometryWarnings({ geometry, slices }: Volume): AnalysisWarning[] {
  const warnings: AnalysisWarning[] = []
  const missing = geometry.sliceGapsMm.filter((gap) => isMissingGap(geometry, gap)).length
  if (missing > 0) {
    const where = missing === 1 ? 'one place' : `${missing} places`
    warnings.push({ code: 'missing-slices', message: `Slices are missing at ${where}. What borders on a gap gets no size or volume, and what lies in it cannot be seen.` })
  } else if (!geometry.isEven) warnings.push({ code: 'uneven-spacing', message: 'The slices are unevenly spaced. All sizes were computed from the true slice positions.' })
  if (geometry.gantryTiltDeg > 0.5) {
    warnings.push({ code: 'gantry-tilt', message: `The gantry was tilted by ${geometry.gantryTiltDeg.toFixed(1)} degrees. All sizes were computed on the sheared stack.` })
  }
  const thickness = geometry.sliceThicknessMm ?? geometry.sliceSpacingMm
  const coarse = Math.max(thickness, geometry.sliceSpacingMm)
  if (coarse > 3.5) {
    warnings.push({ code: 'thick-slices', message: `The slices are ${coarse.toFixed(1)} mm thick. Small things can be missed and sizes across the slices are uncertain.` })
  }
  if (thickness < 0.7 * geometry.sliceSpacingMm) warnings.push({ code: 'gaps-between-slices', message: 'There are gaps between the slices; small things can lie in them.' })
  if (slices < 10) warnings.push({ code: 'few-slices', message: `The series has only ${slices} slices.` })
  return warnings
}
