import { forEachVoxel, type FindingMask } from '../../../src-shared/masks.ts'

/** The voxels of one slice of a mask: places of an image of `columns` columns, ascending. */
export type MaskFrame = Readonly<{ sopInstanceUid: string, frameNumber: number, places: readonly number[] }>

/** The slices of a mask that hold a voxel, in geometric order. */
export function framesOfMask(mask: FindingMask, columns: number): MaskFrame[] {
  const { from: [firstColumn, firstRow], frames } = mask
  const places: number[][] = frames.map(() => [])
  forEachVoxel(mask, (column, row, slice) => { places[slice]?.push((firstRow + row) * columns + firstColumn + column) })
  return frames.flatMap(({ sopInstanceUid, frameNumber }, slice) => {
    const own = places[slice] ?? []
    return own.length === 0 ? [] : [{ sopInstanceUid, frameNumber, places: own }]
  })
}

/** Bits of all frames one after the other without padding between them, the first pixel in the lowest bit (PS3.5 8.1.1 and D). */
export function packFrames(frames: readonly MaskFrame[], pixels: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((frames.length * pixels) / 8))
  frames.forEach(({ places }, frame) => {
    for (const place of places) {
      const bit = frame * pixels + place
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7))
    }
  })
  return bytes
}

/** Whether a voxel belongs to more than one of the masks, given by their frames. */
export function doOverlap(masks: readonly (readonly MaskFrame[])[]): boolean {
  const taken = new Set<string>()
  return masks.some((frames) => {
    const own = frames.flatMap(({ sopInstanceUid, frameNumber, places }) => places.map((place) => `${sopInstanceUid} ${frameNumber} ${place}`))
    if (own.some((voxel) => taken.has(voxel))) return true
    for (const voxel of own) taken.add(voxel)
    return false
  })
}
