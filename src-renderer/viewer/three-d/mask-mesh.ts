import { forEachVoxel, type FindingMask } from '../../../src-shared/masks.ts'
import { add, cross, dot, scale, subtract, type Vector } from '../../../src-shared/vector.ts'

/** A closed surface in patient mm: three numbers a point, three points a triangle, counter-clockwise seen from outside. */
export type Mesh = Readonly<{ positionsMm: Float32Array; triangles: Uint32Array }>

/** A box of voxels with a margin of one empty voxel all round, so that every surface closes. */
type Box = Readonly<{ size: readonly [number, number, number]; inside: Uint8Array }>
/** The surface before its place is known: each point lies on the way from an inside voxel to an outside one. */
type Skin = Readonly<{ inner: Uint32Array; outer: Uint32Array; triangles: Uint32Array }>

/** Six tetrahedra that fill a cell of eight voxels, the same in every cell, so that neighbours share their faces: each a path along the axes from corner 0 to 7. */
const tetrahedra = [[0, 1, 3, 7], [0, 1, 5, 7], [0, 2, 3, 7], [0, 2, 6, 7], [0, 4, 5, 7], [0, 4, 6, 7]] as const

/**
 * The surface of a mask. It parts every inside voxel from every outside one, so no voxel is lost and none is joined that did not touch
 * (corner to corner counts, along the cells' diagonals); between them it is placed on a smoothed copy of the mask, at the level at which
 * it holds as much as the voxels do, as near as these bounds allow. Cells are cut as tetrahedra, which leaves no hole and no edge with
 * more than two triangles.
 */
export function meshOfMask(mask: FindingMask): Mesh {
  const box = boxOf(mask)
  const skin = skinOf(box)
  const smooth = smoothed(box)
  const voxelMm3 = Math.abs(dot(mask.columnStepMm, cross(mask.rowStepMm, mask.sliceStepMm)))
  const wantedMm3 = box.inside.reduce((sum, isInside) => sum + isInside, 0) * voxelMm3
  // Between these levels every inside voxel stays inside and every outside one outside.
  let low = 0, high = 1
  for (const voxel of skin.outer) low = Math.max(low, smooth[voxel] ?? 0)
  for (const voxel of skin.inner) high = Math.min(high, smooth[voxel] ?? 1)
  // A point on a voxel itself would make triangles without area.
  const margin = (high - low) * 0.02
  low += margin
  high -= margin
  const positionsAt = placer(mask, box, skin, smooth)
  const { triangles } = skin
  for (let halving = 0; halving < 12; halving += 1) {
    const middle = (low + high) / 2
    if (Math.abs(volumeMm3({ positionsMm: positionsAt(middle), triangles })) > wantedMm3) low = middle
    else high = middle
  }
  return { positionsMm: positionsAt((low + high) / 2), triangles: outward(triangles, mask) }
}

/** What a closed surface holds, mm³; negative where its triangles face inwards. */
export function volumeMm3({ positionsMm, triangles }: Mesh): number {
  const at = (index: number) => positionsMm[index] ?? 0
  // From a point of the surface itself: far from the patient's origin the small differences would drown.
  const x = at(0), y = at(1), z = at(2)
  let sum = 0
  for (let corner = 0; corner < triangles.length; corner += 3) {
    const a = (triangles[corner] ?? 0) * 3, b = (triangles[corner + 1] ?? 0) * 3, c = (triangles[corner + 2] ?? 0) * 3
    const bx = at(b) - x, by = at(b + 1) - y, bz = at(b + 2) - z, cx = at(c) - x, cy = at(c + 1) - y, cz = at(c + 2) - z
    sum += (at(a) - x) * (by * cz - bz * cy) + (at(a + 1) - y) * (bz * cx - bx * cz) + (at(a + 2) - z) * (bx * cy - by * cx)
  }
  return sum / 6
}

/**
 * A unit vector out of the surface at each of its points: the mean of its triangles', the larger the weightier, evened out with its
 * neighbours', because the tetrahedra leave slivers that would shine as lines.
 */
export function normalsOf({ positionsMm, triangles }: Mesh): Float32Array {
  const at = (index: number) => positionsMm[index] ?? 0
  const faces = new Float32Array(positionsMm.length)
  for (let corner = 0; corner < triangles.length; corner += 3) {
    const points = [triangles[corner] ?? 0, triangles[corner + 1] ?? 0, triangles[corner + 2] ?? 0] as const
    const [a, b, c] = [points[0] * 3, points[1] * 3, points[2] * 3]
    const face = cross([at(b) - at(a), at(b + 1) - at(a + 1), at(b + 2) - at(a + 2)], [at(c) - at(a), at(c + 1) - at(a + 1), at(c + 2) - at(a + 2)])
    for (const point of points) for (const axis of [0, 1, 2] as const) faces[point * 3 + axis] = (faces[point * 3 + axis] ?? 0) + face[axis]
  }
  let normals = unitVectors(faces)
  for (let pass = 0; pass < 4; pass += 1) {
    const sums = Float32Array.from(normals)
    triangles.forEach((point, corner) => {
      const next = triangles[corner % 3 === 2 ? corner - 2 : corner + 1] ?? point
      for (const axis of [0, 1, 2]) sums[point * 3 + axis] = (sums[point * 3 + axis] ?? 0) + (normals[next * 3 + axis] ?? 0)
    })
    normals = unitVectors(sums)
  }
  return normals
}

function unitVectors(vectors: Float32Array): Float32Array {
  return vectors.map((part, at) => {
    const first = at - at % 3
    return part / (Math.hypot(vectors[first] ?? 0, vectors[first + 1] ?? 0, vectors[first + 2] ?? 0) || 1)
  })
}

function boxOf(mask: FindingMask): Box {
  const [columns, rows, slices] = mask.size
  const size = [columns + 2, rows + 2, slices + 2] as const
  const inside = new Uint8Array(size[0] * size[1] * size[2])
  forEachVoxel(mask, (column, row, slice) => { inside[(column + 1) + size[0] * ((row + 1) + size[1] * (slice + 1))] = 1 })
  return { size, inside }
}

/** Half the mask, half its mean over neighbours weighted 1-2-1 along each axis: inside voxels stay above a half, outside ones below. */
function smoothed({ size, inside }: Box): Float32Array {
  let blurred = Float32Array.from(inside)
  const strides = [1, size[0], size[0] * size[1]] as const
  for (const stride of strides) {
    const next = new Float32Array(blurred.length)
    for (let at = 0; at < blurred.length; at += 1) next[at] = ((blurred[at - stride] ?? 0) + 2 * (blurred[at] ?? 0) + (blurred[at + stride] ?? 0)) / 4
    blurred = next
  }
  return blurred.map((value, at) => (value + (inside[at] ?? 0)) / 2)
}

function skinOf({ size, inside }: Box): Skin {
  const [width, height, depth] = size
  const inner: number[] = [], outer: number[] = [], triangles: number[] = []
  const known = new Map<number, number>()
  const vertex = (from: number, to: number) => {
    const key = from * inside.length + to
    const old = known.get(key)
    if (old !== undefined) return old
    inner.push(from)
    outer.push(to)
    known.set(key, inner.length - 1)
    return inner.length - 1
  }
  const offsets = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => (corner & 1) + ((corner >> 1) & 1) * width + ((corner >> 2) & 1) * width * height)
  const cuts = cellCuts()
  for (let slice = 0; slice < depth - 1; slice += 1) {
    for (let row = 0; row < height - 1; row += 1) {
      for (let column = 0; column < width - 1; column += 1) {
        const first = column + width * (row + height * slice)
        const filled = offsets.reduce((bits, offset, corner) => bits | ((inside[first + offset] ?? 0) << corner), 0)
        for (const [from, to] of cuts(filled)) triangles.push(vertex(first + (offsets[from] ?? 0), first + (offsets[to] ?? 0)))
      }
    }
  }
  return { inner: Uint32Array.from(inner), outer: Uint32Array.from(outer), triangles: Uint32Array.from(triangles) }
}

/** From a corner inside to a corner outside; three of them make a triangle. Corners of a cell: bit 0 along columns, 1 along rows, 2 along slices. */
type Crossing = readonly [from: number, to: number]

/** The crossings, three a triangle, of a cell whose inside corners are the bits of a number; each of the 256 is worked out once. */
function cellCuts(): (filled: number) => readonly Crossing[] {
  const known = new Map<number, readonly Crossing[]>([[0, []], [255, []]])
  return (filled) => {
    const old = known.get(filled)
    if (old !== undefined) return old
    const found = tetrahedra.flatMap((corners) => {
      const within = corners.filter((corner) => (filled >> corner) & 1), without = corners.filter((corner) => !((filled >> corner) & 1))
      return trianglesBetween(within, without).flat()
    })
    known.set(filled, found)
    return found
  }
}

/** The one or two triangles that part the inside corners of a tetrahedron from the outside ones, facing out as counted in voxels. */
function trianglesBetween(within: readonly number[], without: readonly number[]): readonly (readonly Crossing[])[] {
  const [a, b] = within
  const [c, d] = without
  if (a === undefined || c === undefined) return []
  const found: (readonly Crossing[])[] = within.length === 2 && b !== undefined && d !== undefined
    ? [[[a, c], [a, d], [b, d]], [[a, c], [b, d], [b, c]]]
    : [within.flatMap((from) => without.map((to): Crossing => [from, to]))]
  const out = subtract(middleOf(without), middleOf(within))
  return found.map((triangle) => {
    const [p, q, r] = triangle.map(middleOf)
    if (p === undefined || q === undefined || r === undefined) return triangle
    return dot(cross(subtract(q, p), subtract(r, p)), out) < 0 ? triangle.toReversed() : triangle
  })
}

function middleOf(corners: readonly number[]): Vector {
  return scale(corners.reduce<Vector>((sum, corner) => add(sum, [corner & 1, (corner >> 1) & 1, corner >> 2]), [0, 0, 0]), 1 / corners.length)
}

/** Answers the points of the surface, in mm, for a level of the smoothed mask. */
function placer({ originMm, columnStepMm, rowStepMm, sliceStepMm }: FindingMask, { size: [width, height] }: Box, { inner, outer }: Skin, smooth: Float32Array): (level: number) => Float32Array {
  const starts = new Float64Array(inner.length * 3), ways = new Float64Array(inner.length * 3)
  const place = (voxel: number) => {
    const column = voxel % width - 1, row = Math.floor(voxel / width) % height - 1, slice = Math.floor(voxel / (width * height)) - 1
    return add(add(add(originMm, scale(columnStepMm, column)), scale(rowStepMm, row)), scale(sliceStepMm, slice))
  }
  for (let at = 0; at < inner.length; at += 1) {
    const start = place(inner[at] ?? 0)
    starts.set(start, at * 3)
    ways.set(subtract(place(outer[at] ?? 0), start), at * 3)
  }
  return (level) => {
    const positionsMm = new Float32Array(inner.length * 3)
    for (let at = 0; at < positionsMm.length; at += 1) {
      const point = Math.floor(at / 3)
      const high = smooth[inner[point] ?? 0] ?? 1, low = smooth[outer[point] ?? 0] ?? 0
      positionsMm[at] = (starts[at] ?? 0) + (ways[at] ?? 0) * (high - level) / (high - low)
    }
    return positionsMm
  }
}

/** A grid that is a mirror image of the patient turns triangles that face out in voxels inwards. */
function outward(triangles: Uint32Array, { columnStepMm, rowStepMm, sliceStepMm }: FindingMask): Uint32Array {
  if (dot(columnStepMm, cross(rowStepMm, sliceStepMm)) > 0) return triangles
  return triangles.map((_, at) => triangles[at % 3 === 0 ? at : at % 3 === 1 ? at + 1 : at - 1] ?? 0)
}
