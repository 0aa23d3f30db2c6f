import type { Plane } from '../plane.ts'
import { resample, type GreyPicture } from './resample.ts'
import type { Volume } from './volume.ts'

export type Fused = Readonly<{ kind: 'fused'; picture: GreyPicture }> | Readonly<{ kind: 'refused'; reason: string }>

/**
 * A second volume (PET) sampled pixel by pixel where a picture (CT) lies, in its own unit: NaN where it does not reach.
 * Refused unless both are known to share one frame of reference (PS3.3 C.7.4.1): laid over each other otherwise, a hot spot would shine in the wrong place.
 */
export function fuse(below: Readonly<{ plane: Plane; frameOfReferenceUid: string | null }>, above: Readonly<{ volume: Volume; frameOfReferenceUid: string | null }>): Fused {
  if (!below.plane.isInPatient) return { kind: 'refused', reason: 'This image has no position in the patient, so nothing can be laid over it.' }
  const isShared = below.frameOfReferenceUid !== null && below.frameOfReferenceUid !== '' && below.frameOfReferenceUid === above.frameOfReferenceUid
  if (!isShared) return { kind: 'refused', reason: 'The two series do not share a frame of reference, so they can\'t be laid over each other. Show them side by side.' }
  return { kind: 'fused', picture: resample(above.volume, below.plane) }
}
