import type { Basis, Plane, PointIndex } from './plane.ts'
import type { EdgeLetters, PointCss, ScaleBar } from './types.ts'
import { add, scale, type Vector } from '../../src-shared/vector.ts'

/**
 * How a picture lies in a pane. `centre` is the index shown in the middle; turns are clockwise quarters, and mirroring happens on
 * the screen, after the turn. `pxPerMm`: CSS pixels a millimetre (a pixel, where there are no millimetres).
 */
export type View = Readonly<{ centre: PointIndex; pxPerMm: number; quarterTurns: 0 | 1 | 2 | 3; isMirroredAcross: boolean; isMirroredUpDown: boolean }>
export type Size = Readonly<{ width: number; height: number }>

/** css = [a c e; b d f] · (column, row, 1), pixel centres at whole numbers: what a canvas' setTransform takes, after half a pixel. */
export type Affine = Readonly<{ a: number; b: number; c: number; d: number; e: number; f: number }>

/** Columns of the matrix from picture mm (right, down) to screen directions. */
function turn(view: View): Readonly<{ xx: number; xy: number; yx: number; yy: number }> {
  const cos = [1, 0, -1, 0][view.quarterTurns] ?? 1
  const sin = [0, 1, 0, -1][view.quarterTurns] ?? 0
  const across = view.isMirroredAcross ? -1 : 1
  const upDown = view.isMirroredUpDown ? -1 : 1
  return { xx: across * cos, xy: across * -sin, yx: upDown * sin, yy: upDown * cos }
}

export function affineOf(plane: Plane, view: View, pane: Size): Affine {
  const { xx, xy, yx, yy } = turn(view)
  const perColumn = view.pxPerMm * plane.columnStepMm
  const perRow = view.pxPerMm * plane.rowStepMm
  const a = xx * perColumn, c = xy * perRow, b = yx * perColumn, d = yy * perRow
  return { a, b, c, d, e: pane.width / 2 - a * view.centre[0] - c * view.centre[1], f: pane.height / 2 - b * view.centre[0] - d * view.centre[1] }
}

export function toScreen(affine: Affine, [column, row]: PointIndex): PointCss {
  return [affine.a * column + affine.c * row + affine.e, affine.b * column + affine.d * row + affine.f]
}

export function fromScreen(affine: Affine, [x, y]: PointCss): PointIndex {
  const determinant = affine.a * affine.d - affine.b * affine.c
  const dx = x - affine.e, dy = y - affine.f
  return [(affine.d * dx - affine.c * dy) / determinant, (affine.a * dy - affine.b * dx) / determinant]
}

/** The whole picture in the middle of the pane, as large as it goes, turned as it is. */
export function fitted(plane: Plane, pane: Size, turned: Pick<View, 'quarterTurns' | 'isMirroredAcross' | 'isMirroredUpDown'>): View {
  const widthMm = plane.columns * plane.columnStepMm, heightMm = plane.rows * plane.rowStepMm
  const [across, down] = turned.quarterTurns % 2 === 0 ? [widthMm, heightMm] : [heightMm, widthMm]
  return {
    centre: [(plane.columns - 1) / 2, (plane.rows - 1) / 2], pxPerMm: Math.min(pane.width / across, pane.height / down),
    quarterTurns: turned.quarterTurns, isMirroredAcross: turned.isMirroredAcross, isMirroredUpDown: turned.isMirroredUpDown
  }
}

/** Moves the picture by CSS pixels on the screen. */
export function panned(plane: Plane, view: View, pane: Size, dx: number, dy: number): View {
  const affine = affineOf(plane, view, pane)
  return { ...view, centre: fromScreen(affine, [pane.width / 2 - dx, pane.height / 2 - dy]) }
}

/** Zooms about a point of the pane, which stays where it is. */
export function zoomed(plane: Plane, view: View, pane: Size, factor: number, about: PointCss = [pane.width / 2, pane.height / 2]): View {
  const pxPerMm = Math.min(400, Math.max(0.02, view.pxPerMm * factor))
  const used = pxPerMm / view.pxPerMm
  const fixed = fromScreen(affineOf(plane, view, pane), about)
  return { ...view, pxPerMm, centre: [fixed[0] + (view.centre[0] - fixed[0]) / used, fixed[1] + (view.centre[1] - fixed[1]) / used] }
}

/** Patient letters of the four edges (PS3.3 C.7.6.1.1.1), or null where the picture has no place in the patient. */
export function edgeLetters(plane: Plane, view: View): EdgeLetters | null {
  if (!plane.isInPatient) return null
  const { xx, xy, yx, yy } = turn(view)
  // The turn's inverse is its transpose: which picture directions point right and down on the screen.
  const right = add(scale(plane.alongColumns, xx), scale(plane.alongRows, xy))
  const down = add(scale(plane.alongColumns, yx), scale(plane.alongRows, yy))
  return { right: directionLetters(right), left: directionLetters(scale(right, -1)), bottom: directionLetters(down), top: directionLetters(scale(down, -1)) }
}

/** Up to two letters, the stronger first; a part under 0.2 (about 11 degrees) goes unsaid. */
export function directionLetters(direction: Vector): string {
  const parts = [
    { letter: direction[0] > 0 ? 'L' : 'R', size: Math.abs(direction[0]) },
    { letter: direction[1] > 0 ? 'P' : 'A', size: Math.abs(direction[1]) },
    { letter: direction[2] > 0 ? 'H' : 'F', size: Math.abs(direction[2]) }
  ]
  return parts.filter((part) => part.size >= 0.2).toSorted((a, b) => b.size - a.size).slice(0, 2).map((part) => part.letter).join('')
}

const barLengthsMm = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500] as const

/** The longest round length that fits a fifth of the pane's height; null without millimetres. */
export function scaleBarOf(plane: Plane, view: View, pane: Size): ScaleBar | null {
  if (plane.basis === 'pixels') return null
  const room = Math.max(40, pane.height / 4)
  const lengthMm = barLengthsMm.findLast((candidate) => candidate * view.pxPerMm <= room) ?? barLengthsMm[0]
  const label = lengthMm >= 10 ? `${lengthMm / 10} cm` : `${lengthMm} mm`
  return { lengthPx: lengthMm * view.pxPerMm, label, basis: basisNote(plane.basis) }
}

/** What must stand beside a millimetre that is not simply the body's. */
export function basisNote(basis: Basis): string | null {
  switch (basis) {
    case 'body': return null
    case 'detector': return 'at the detector'
    case 'ultrasound-region': return 'ultrasound region'
    case 'pixels': return 'uncalibrated'
  }
}
