import type { SeriesDescription } from '../../src-shared/studies.ts'
import { isInsidePicture, offPlaneMm, planeOfFrame, toIndex } from './plane.ts'
import type { JumpTarget } from './types.ts'

export type JumpCheck = Readonly<{ ok: true; index: number }> | Readonly<{ ok: false; reason: string }>

/**
 * Which frame of a series a target means, and whether it truly lies there: same SOP Instance, same frame, the point within half a
 * slice of the frame's plane and on its picture. Anything else is refused with a sentence, because a wrong slice is worse than none.
 */
export function checkJump(series: SeriesDescription, target: JumpTarget): JumpCheck {
  if (series.seriesUid !== target.seriesUid) return refuse('The finding belongs to another series than the one that was opened.')
  const index = series.frames.findIndex((frame) => frame.sopInstanceUid === target.sopInstanceUid && frame.frameNumber === target.frameNumber)
  const frame = series.frames[index]
  if (frame === undefined) return refuse('The image of this finding is not in the series any more, so nothing is shown in its place.')
  if (target.centreMm === null) return { ok: true, index }
  const plane = planeOfFrame(series, frame)
  if (!plane.isInPatient) return refuse('The image of this finding has no position in the patient, so the spot can\'t be confirmed.')
  const away = Math.abs(offPlaneMm(plane, target.centreMm))
  if (away > plane.halfThicknessMm + 0.01) {
    return refuse(`The finding lies ${away.toFixed(1)} mm away from the image it names, more than half a slice (${plane.halfThicknessMm.toFixed(1)} mm), so it is not marked there.`)
  }
  if (!isInsidePicture(plane, toIndex(plane, target.centreMm))) return refuse('The finding lies outside the image it names, so it is not marked there.')
  return { ok: true, index }
}

function refuse(reason: string): JumpCheck {
  return { ok: false, reason }
}
