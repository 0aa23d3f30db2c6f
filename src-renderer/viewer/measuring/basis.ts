import type { FrameDescription, SeriesDescription, SpacingFacts } from '../../../src-shared/studies.ts'
import { toIndex, type Basis, type Plane } from '../plane.ts'
import type { PointMm } from '../../../src-shared/ids.ts'
import { basisNote } from '../view-transform.ts'

/** Where the millimetres of one measurement come from. `text` says it in full, `note` what must stand beside the number; null where that is the plain body. */
export type SpacingBasisOf = Readonly<{ basis: Basis; text: string; note: string | null; magnification: number | null }>

/** What the description says of the spacing of one frame; nothing on a plane cut through a volume. */
export function spacingFactsOf(series: SeriesDescription, index: number | null, isCut: boolean): SpacingFacts {
  const frame: FrameDescription | undefined = isCut || index === null ? undefined : series.frames[index]
  return frame?.spacingFacts ?? {}
}

/**
 * The basis of a measurement. On a detector things stand larger than they are: where the header gives the magnification, lengths are given both
 * as they stand there and as estimated in the body; where it doesn't, that is said (PS3.3 10.7.1). On ultrasound the millimetres hold within
 * the calibrated region alone (PS3.3 C.8.5.5); a measurement that leaves it has none.
 */
export function basisOf(plane: Plane, facts: SpacingFacts, pointsMm: readonly PointMm[]): SpacingBasisOf {
  switch (plane.basis) {
    case 'detector': {
      const { magnification } = facts
      if (magnification === undefined) return { basis: 'detector', text: 'at the detector, magnification unknown', note: basisNote('detector'), magnification: null }
      const origin = magnification.source === 'factor' ? 'estimated by the device' : 'from the distances of source, patient and detector'
      const text = `at the detector; in the body divided by the magnification ${magnification.factor.toFixed(2)}, ${origin}`
      return { basis: 'detector', text, note: basisNote('detector'), magnification: magnification.factor }
    }
    case 'ultrasound-region': {
      if (isInOneRegion(plane, facts, pointsMm)) return { basis: 'ultrasound-region', text: 'ultrasound region', note: basisNote('ultrasound-region'), magnification: null }
      return { basis: 'pixels', text: 'uncalibrated: outside the ultrasound region', note: 'uncalibrated: outside the ultrasound region', magnification: null }
    }
    case 'pixels': return { basis: 'pixels', text: 'uncalibrated', note: basisNote('pixels'), magnification: null }
    case 'body': return { basis: 'body', ...calibrated(facts), magnification: null }
  }
}

function calibrated({ calibration }: SpacingFacts): Readonly<{ text: string; note: string | null }> {
  switch (calibration) {
    case undefined: return { text: 'body', note: null }
    case 'fiducial': return { text: 'body, calibrated by an object of known size', note: 'calibrated by an object of known size' }
    case 'geometry': return { text: 'body, calibrated by geometry: holds near one depth', note: 'calibrated by geometry' }
    case 'unspecified': return { text: 'body, calibrated in a way that the file does not name', note: 'calibrated, it is not said how' }
  }
}

/** Without known bounds the whole picture is taken for the region. A pixel reaches half its width around its centre. */
function isInOneRegion(plane: Plane, { regionsPx }: SpacingFacts, pointsMm: readonly PointMm[]): boolean {
  if (regionsPx === undefined) return true
  return regionsPx.some(([left, top, right, bottom]) => pointsMm.every((point) => {
    const [column, row] = toIndex(plane, point)
    return column >= left - 0.5 && column <= right + 0.5 && row >= top - 0.5 && row <= bottom + 0.5
  }))
}
