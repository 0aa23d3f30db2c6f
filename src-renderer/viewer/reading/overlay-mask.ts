import type { FrameDescription, OverlayPlane, SeriesDescription } from '../../../src-shared/studies.ts'
import { unpackBits } from '../../../src-shared/pack-bits.ts'

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

/** Paints the set pixels of a mask, in a colour as a 32-bit RGBA word, into the pixels of its image; what lies outside is cut off. */
export function paintMask({ left, top, columns, rows, mask }: OverlayMask, colour: number, image: Readonly<{ columns: number; rows: number }>, target: Uint32Array): void {
  for (let row = Math.max(0, -top); row < rows && row + top < image.rows; row += 1) {
    for (let column = Math.max(0, -left); column < columns && column + left < image.columns; column += 1) {
      if (mask[row * columns + column] === 1) target[(row + top) * image.columns + column + left] = colour
    }
  }
}
