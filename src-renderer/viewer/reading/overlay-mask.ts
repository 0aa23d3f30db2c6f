import type { FrameDescription, OverlayPlane, SeriesDescription } from '../../../src-shared/studies.ts'
import { unpackBits } from '../../../src-shared/pack-bits.ts'
import type { Picture } from '../picture.ts'
import type { Plane } from '../plane.ts'

/** One overlay plane over one frame: a byte a pixel, 1 where the plane is set; `left` and `top` are the image column and row, from 0, of its first. */
export type OverlayMask = Readonly<{ label: string; kind: OverlayPlane['kind']; left: number; top: number; columns: number; rows: number; mask: Uint8Array }>

/** The overlay planes of a frame (PS3.3 C.9.2), unpacked. */
export function overlayMasks(series: Pick<SeriesDescription, 'overlays'>, frame: Pick<FrameDescription, 'overlays' | 'frameNumber'>): OverlayMask[] {
  return (frame.overlays ?? []).flatMap((index) => {
    const plane = series.overlays?.[index]
    return plane === undefined ? [] : [maskOf(plane, frame.frameNumber)]
  })
}

function maskOf(plane: OverlayPlane, frameNumber: number): OverlayMask {
  const { rows, columns, frames, origin: [row, column], firstFrame, kind, label } = plane
  const packed = Uint8Array.from(atob(plane.bits), (character) => character.charCodeAt(0))
  const bits = unpackBits(packed, Math.ceil(rows * columns * frames / 8))
  // A plane over all frames shows its first frame on each of them.
  const from = rows * columns * (firstFrame === null ? 0 : frameNumber - firstFrame)
  const mask = Uint8Array.from({ length: rows * columns }, (_, index) => ((bits[(from + index) >> 3] ?? 0) >> ((from + index) & 7)) & 1)
  return { label, kind, left: column - 1, top: row - 1, columns, rows, mask }
}

/** Graphics stand as they are; a region lets the image through. */
const alphas = { graphics: 255, roi: 110 } as const

/** The overlay planes of a frame as one picture to lay over its own, clear where no bit is set; null where it has none. */
export function overlayPicture(series: Pick<SeriesDescription, 'overlays'>, frame: Pick<FrameDescription, 'overlays' | 'frameNumber'> | undefined, plane: Plane): Picture | null {
  const masks = frame === undefined ? [] : overlayMasks(series, frame)
  if (masks.length === 0) return null
  const rgba = new Uint8ClampedArray(plane.columns * plane.rows * 4)
  const words = new Uint32Array(rgba.buffer)
  for (const mask of masks) paintMask(mask, new Uint32Array(Uint8Array.of(0x4c, 0xc2, 0xff, alphas[mask.kind]).buffer)[0] ?? 0, plane, words)
  return { kind: 'colour', plane, rgba, isInverse: false, voiLutFunction: 'LINEAR' }
}

/** Paints the set pixels of a mask, in a colour as a 32-bit RGBA word, into the pixels of its image; what lies outside is cut off. */
export function paintMask({ left, top, columns, rows, mask }: OverlayMask, colour: number, image: Readonly<{ columns: number; rows: number }>, target: Uint32Array): void {
  for (let row = Math.max(0, -top); row < rows && row + top < image.rows; row += 1) {
    for (let column = Math.max(0, -left); column < columns && column + left < image.columns; column += 1) {
      if (mask[row * columns + column] === 1) target[(row + top) * image.columns + column + left] = colour
    }
  }
}
