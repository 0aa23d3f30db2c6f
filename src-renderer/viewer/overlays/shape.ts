import type { OverlayColour } from '../../../src-shared/overlays.ts'
import type { Vector } from '../../../src-shared/vector.ts'

/**
 * One thing to draw on a picture; points in patient mm, or in the picture's own space where it has no place in the patient. An area's rings are closed and
 * filled by the even-odd rule, so that a ring within another is a hole; `edges` are drawn in place of its rings where these only touch. A cover
 * hides the frame less its rings.
 */
export type OverlayShape = Readonly<{ key: string; colour: OverlayColour }> & (
  | Readonly<{ kind: 'area'; rings: readonly (readonly Vector[])[]; isFilled: boolean; edges?: readonly (readonly Vector[])[] }>
  | Readonly<{ kind: 'line'; lines: readonly (readonly Vector[])[] }>
  | Readonly<{ kind: 'dots'; at: readonly Vector[] }>
  | Readonly<{ kind: 'text'; at: Vector; lines: readonly string[]; isBeside: boolean }>
  | Readonly<{ kind: 'cover'; frame: readonly Vector[]; rings: readonly (readonly Vector[])[] }>
)
