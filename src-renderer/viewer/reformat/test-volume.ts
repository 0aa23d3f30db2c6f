import type { Plane } from '../plane.ts'
import { add, cross, scale, type Vector } from '../../../src-shared/vector.ts'
import type { VolumeGrid } from '../volume-planes.ts'
import type { Volume } from './volume.ts'

type GridOptions = Readonly<{ counts?: readonly [number, number, number]; stepsMm?: readonly [number, number, number]; originMm?: Vector; pose?: readonly [Vector, Vector] }>

/** For tests: a grid, axial and 1 mm unless told otherwise. */
export function aGrid({ counts = [6, 5, 4], stepsMm = [1, 1, 1], originMm = [0, 0, 0], pose = [[1, 0, 0], [0, 1, 0]] }: GridOptions = {}): VolumeGrid {
  const [right, down] = pose
  return {
    originMm, basis: 'body',
    axes: [
      { direction: right, stepMm: stepsMm[0], count: counts[0] }, { direction: down, stepMm: stepsMm[1], count: counts[1] },
      { direction: cross(right, down), stepMm: stepsMm[2], count: counts[2] }
    ]
  }
}

/** For tests: a volume whose voxels hold what a function says of their place. */
export function aVolume(grid: VolumeGrid, valueAt: (column: number, row: number, slice: number) => number, type: 'whole' | 'real' = 'whole'): Volume {
  const [columns, rows, count] = [grid.axes[0].count, grid.axes[1].count, grid.axes[2].count]
  let minimum = Infinity, maximum = -Infinity
  const slices = Array.from({ length: count }, (_, slice) => {
    const values = Array.from({ length: columns * rows }, (_unused, at) => valueAt(at % columns, Math.floor(at / columns), slice))
    for (const value of values) {
      minimum = Math.min(minimum, value)
      maximum = Math.max(maximum, value)
    }
    return type === 'whole' ? Int16Array.from(values) : Float32Array.from(values)
  })
  return { grid, slices, minimum, maximum }
}

/** For tests: centre of a voxel. */
export function voxelMm({ originMm, axes }: VolumeGrid, column: number, row: number, slice: number): Vector {
  return [column, row, slice].reduce<Vector>((point, at, axis) => add(point, scale(axes[axis]?.direction ?? [0, 0, 0], at * (axes[axis]?.stepMm ?? 0))), originMm)
}

/** For tests: unit vectors at right angles from three angles. */
export function turnedPose(a: number, b: number, c: number): readonly [Vector, Vector] {
  const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)]
  return [[ca * cb, sa * cb, -sb], [ca * sb * sc - sa * cc, sa * sb * sc + ca * cc, cb * sc]]
}

/** For tests: a plane from its first pixel and two directions. */
export function aPlane(originMm: Vector, [right, down]: readonly [Vector, Vector], columns: number, rows: number, stepMm = 1): Plane {
  return {
    originMm, alongColumns: right, alongRows: down, normal: cross(right, down), columnStepMm: stepMm, rowStepMm: stepMm, columns, rows,
    halfThicknessMm: stepMm / 2, basis: 'body', isInPatient: true
  }
}
