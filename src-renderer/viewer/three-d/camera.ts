import type { EdgeLetters, PointCss } from '../types.ts'
import { add, cross, dot, length, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import { directionLetters, type Size } from '../view-transform.ts'

/**
 * Eyes on a volume, without perspective, so that a millimetre is as long in front as behind. Unit vectors in patient space: to the right and
 * up on the screen, and toward the viewer (right × up). `mmHigh`: what the height of the pane shows.
 */
export type Camera = Readonly<{ focalMm: Vector; right: Vector; up: Vector; toward: Vector; mmHigh: number }>
export type Ray = Readonly<{ originMm: Vector; direction: Vector }>

/** Where the viewer stands: `anterior` looks the patient in the face. */
export const sides = ['anterior', 'posterior', 'left', 'right', 'head', 'feet'] as const
export type Side = typeof sides[number]

/** Patient directions (LPS) of right and up on the screen. */
const poses: Readonly<Record<Side, readonly [right: Vector, up: Vector]>> = {
  anterior: [[1, 0, 0], [0, 0, 1]],
  posterior: [[-1, 0, 0], [0, 0, 1]],
  left: [[0, 1, 0], [0, 0, 1]],
  right: [[0, -1, 0], [0, 0, 1]],
  head: [[-1, 0, 0], [0, -1, 0]],
  feet: [[1, 0, 0], [0, -1, 0]]
}

export function lookingFrom(side: Side, centreMm: Vector, mmHigh: number): Camera {
  const [right, up] = poses[side]
  return { focalMm: centreMm, right, up, toward: cross(right, up), mmHigh }
}

/** At the scale at which points just fit into the pane about its middle, with a little room around them. */
export function fittedTo(camera: Camera, pane: Size, pointsMm: readonly Vector[]): Camera {
  const reach = (direction: Vector) => Math.max(...pointsMm.map((point) => Math.abs(dot(subtract(point, camera.focalMm), direction))))
  return { ...camera, mmHigh: Math.max(reach(camera.up), reach(camera.right) * pane.height / pane.width) * 2 * 1.06 }
}

/** Turned as if the thing were taken hold of and pulled, in degrees to the right and down. */
export function turned(camera: Camera, rightDeg: number, downDeg: number): Camera {
  const across = rotate(rightDeg), upright = rotate(downDeg)
  // Pulling to the right brings what was on the left to the front: the eyes go left about the upward axis.
  const right = add(scale(camera.right, across.cos), scale(camera.toward, across.sin))
  const ahead = subtract(scale(camera.toward, across.cos), scale(camera.right, across.sin))
  const up = subtract(scale(camera.up, upright.cos), scale(ahead, upright.sin))
  return squared({ ...camera, right, up })
}

export function zoomedIn(camera: Camera, factor: number): Camera {
  return { ...camera, mmHigh: Math.min(20_000, Math.max(2, camera.mmHigh / factor)) }
}

/** Moved so that what is shown goes along with the mouse. */
export function moved(camera: Camera, pane: Size, dxPx: number, dyPx: number): Camera {
  const mmPerPx = camera.mmHigh / pane.height
  return { ...camera, focalMm: add(camera.focalMm, add(scale(camera.right, -dxPx * mmPerPx), scale(camera.up, dyPx * mmPerPx))) }
}

export function projected(camera: Camera, pane: Size, pointMm: Vector): PointCss {
  const pxPerMm = pane.height / camera.mmHigh
  const way = subtract(pointMm, camera.focalMm)
  return [pane.width / 2 + dot(way, camera.right) * pxPerMm, pane.height / 2 - dot(way, camera.up) * pxPerMm]
}

/** The line of sight through a point of the pane, from `beforeMm` in front of the focal plane into the screen. */
export function rayThrough(camera: Camera, pane: Size, [x, y]: PointCss, beforeMm: number): Ray {
  const mmPerPx = camera.mmHigh / pane.height
  const onPlane = add(camera.focalMm, add(scale(camera.right, (x - pane.width / 2) * mmPerPx), scale(camera.up, (pane.height / 2 - y) * mmPerPx)))
  return { originMm: add(onPlane, scale(camera.toward, beforeMm)), direction: scale(camera.toward, -1) }
}

export function cameraLetters({ right, up }: Camera): EdgeLetters {
  return { right: directionLetters(right), left: directionLetters(scale(right, -1)), top: directionLetters(up), bottom: directionLetters(scale(up, -1)) }
}

const rotate = (degrees: number) => ({ cos: Math.cos(degrees * Math.PI / 180), sin: Math.sin(degrees * Math.PI / 180) })

/** Right angles again: rounding would add up over a thousand small turns. */
function squared(camera: Camera): Camera {
  const up = scale(camera.up, 1 / length(camera.up))
  const straight = subtract(camera.right, scale(up, dot(camera.right, up)))
  const right = scale(straight, 1 / length(straight))
  return { ...camera, right, up, toward: cross(right, up) }
}
