import type { OverlayPlane } from '../../../src-shared/studies.ts'
import { packBits } from '../../../src-shared/pack-bits.ts'
import type { DataSet } from './data-set.ts'
import { asciiString, integer, text, uint16, valueBytes } from './values.ts'

const at = (group: number, element: number) => group * 0x10000 + element
/** Larger ones are noise or harm; real ones, packed, have a few kilobytes. */
const mostPackedBytes = 2 * 1024 * 1024

/**
 * The overlay planes of groups 6000 to 601E (PS3.3 C.9.2) whose bits stand in Overlay Data; those of old that hide in unused bits of the
 * pixels are not read. A plane without as many bits as it has pixels is left out.
 */
export function readOverlays(dataSet: DataSet, characterSets: readonly string[]): OverlayPlane[] {
  return Array.from({ length: 16 }, (_, index) => 0x6000 + index * 2).flatMap((group) => {
    const rows = uint16(dataSet, at(group, 0x10)) ?? 0
    const columns = uint16(dataSet, at(group, 0x11)) ?? 0
    const bytes = valueBytes(dataSet, at(group, 0x3000))
    const frames = Math.max(1, integer(dataSet, at(group, 0x15)) ?? 1)
    if (rows === 0 || columns === 0 || bytes === null || bytes.length * 8 < rows * columns * frames) return []
    const packed = packBits(bitsOf(dataSet, group, bytes).subarray(0, Math.ceil(rows * columns * frames / 8)))
    if (packed.length > mostPackedBytes) return []
    return [{
      group, rows, columns, origin: [signed(uint16(dataSet, at(group, 0x50), 0)), signed(uint16(dataSet, at(group, 0x50), 1))], frames,
      firstFrame: dataSet.elements.has(at(group, 0x15)) ? Math.max(1, uint16(dataSet, at(group, 0x51)) ?? 1) : null,
      kind: asciiString(dataSet, at(group, 0x40)) === 'R' ? 'roi' as const : 'graphics' as const,
      label: text(dataSet, at(group, 0x1500), characterSets) || text(dataSet, at(group, 0x22), characterSets), bits: Buffer.from(packed).toString('base64')
    } satisfies OverlayPlane]
  })
}

const signed = (value: number | null) => value === null ? 1 : value > 0x7fff ? value - 0x10000 : value

/** In big endian the bits of a word follow each other from its lowest; then its bytes must be turned (PS3.5 8.1.2). */
function bitsOf(dataSet: DataSet, group: number, bytes: Buffer): Buffer {
  const isTurned = !dataSet.encoding.isLittleEndian && dataSet.elements.get(at(group, 0x3000))?.vr !== 'OB'
  return isTurned ? Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16() : bytes
}

/** Whether a plane lies over a frame, counted from 1: one without frames of its own lies over all. */
export function liesOver({ firstFrame, frames }: OverlayPlane, frameNumber: number): boolean {
  return firstFrame === null || (frameNumber >= firstFrame && frameNumber < firstFrame + frames)
}
