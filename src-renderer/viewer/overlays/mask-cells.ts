import type { SegmentMask } from '../../../src-shared/overlays.ts'

/** Cells of a mask's box, row by row: 1 inside, 0 outside. `runs`: the bulk that the mask points into. Damaged runs end with the box. */
export function cellsOf({ box, from, bytes }: SegmentMask, bulk: Uint8Array): Uint8Array {
  const cells = new Uint8Array(box[2] * box[3])
  let at = 0
  let isInside = false
  let length = 0
  let shift = 1
  for (const byte of bulk.subarray(from, from + bytes)) {
    length += (byte & 0x7f) * shift
    shift *= 128
    if (byte >= 0x80) continue
    if (isInside) cells.fill(1, at, Math.min(cells.length, at + length))
    at += length
    isInside = !isInside
    length = 0
    shift = 1
  }
  return cells
}

/** A corner of pixels: [column, row], where pixel (0, 0) reaches from corner (0, 0) to corner (1, 1) of the box. */
export type Corner = readonly [number, number]

/**
 * Outlines of a mask along the edges of its pixels, so that what is enclosed is exactly the pixels: no corner is cut and no hole filled. Rings are
 * closed, without points in the middle of straight runs.
 */
export function outlinesOf(cells: Uint8Array, columns: number, rows: number): Corner[][] {
  const isSet = (column: number, row: number) => column >= 0 && row >= 0 && column < columns && row < rows && cells[row * columns + column] === 1
  const width = columns + 1
  // Directed edges, the pixel on the right hand: from a corner, the corners that edges lead to.
  const edges = new Map<number, number[]>()
  const lead = (from: number, to: number) => {
    const known = edges.get(from)
    if (known === undefined) edges.set(from, [to])
    else known.push(to)
  }
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (!isSet(column, row)) continue
      const corner = row * width + column
      if (!isSet(column, row - 1)) lead(corner, corner + 1)
      if (!isSet(column + 1, row)) lead(corner + 1, corner + width + 1)
      if (!isSet(column, row + 1)) lead(corner + width + 1, corner + width)
      if (!isSet(column - 1, row)) lead(corner + width, corner)
    }
  }
  const rings: Corner[][] = []
  for (const start of edges.keys()) {
    while ((edges.get(start)?.length ?? 0) > 0) rings.push(simplified(walk(edges, start), width))
  }
  return rings
}

/** Follows edges until the corner it began at, taking them away. Every corner has as many edges in as out, so it ends there. */
function walk(edges: Map<number, number[]>, start: number): number[] {
  const ring: number[] = []
  let at = start
  do {
    ring.push(at)
    at = edges.get(at)?.pop() ?? start
  } while (at !== start)
  return ring
}

function simplified(ring: readonly number[], width: number): Corner[] {
  const isBend = (index: number) => {
    const before = ring[(index + ring.length - 1) % ring.length] ?? 0
    const here = ring[index] ?? 0
    return here - before !== (ring[(index + 1) % ring.length] ?? 0) - here
  }
  return ring.flatMap((corner, index): Corner[] => isBend(index) ? [[corner % width, Math.floor(corner / width)]] : [])
}
