import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, encapsulated, type Attribute } from '../../../test/support/dicom-file.ts'
import { readManifest } from '../../../test/support/manifest.ts'
import { missingData, sharedData } from '../../../test/support/shared-data.ts'
import { SopInstanceUid } from '../../../src-shared/ids.ts'
import { AppError } from '../../../src-shared/errors.ts'
import { bufferAccess, inspect } from '../ingest/inspect.ts'
import { transferSyntax } from '../dicom/transfer-syntaxes.ts'
import type { StoredInstance } from '../store.ts'
import { prepareCodecs } from './codecs.ts'
import { decodeFrame, toValues } from './decode.ts'
import { fillSlice } from './fill-volume.ts'
import { frameSourceOf } from './frame-source.ts'

// After a failed decode the codecs are made anew.
beforeEach(prepareCodecs)

const folder = mkdtempSync(join(tmpdir(), 'vigil-decode-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

function instanceOf(bytes: Buffer): StoredInstance {
  const header = inspect(bufferAccess(bytes), bytes, 'x')
  return { sopInstanceUid: SopInstanceUid.parse(header.sopInstanceUid), sha256: '', bytes: bytes.length, header }
}
function decodedFile(bytes: Buffer, frameNumber = 1) {
  const path = join(folder, 'file')
  writeFileSync(path, bytes)
  const source = frameSourceOf(path, instanceOf(bytes), frameNumber)
  const decoded = decodeFrame(source)
  return { ...decoded, values: [...toValues(decoded, source.pixel)], pixel: source.pixel }
}

/** One of each long series is enough; everything else is taken whole. */
const isTaken = (path: string) => !/thin-jpeglossless|tilt-jpegls|8mm|no-uids|philips|pelvis|trailing|orientation/.test(path) || /0*1\.dcm$|I10$/.test(path)
const files = readManifest().flatMap((dataset) => dataset.files).filter((file) => file.pixel_sha256 !== undefined && isTaken(file.path) && missingData(file.path) === null)

describe.skipIf(missingData('transfer-syntaxes') !== null)('every picture of the test data decodes to the pixels that independent tools found', () => {
  it.each(files.map((file) => [file.path, file] as const))('%s', (path, known) => {
    const bytes = readFileSync(sharedData(path))
    const instance = instanceOf(bytes)
    const syntax = transferSyntax(instance.header.transferSyntaxUid)
    if (syntax === null || (syntax.codec === 'rle' && instance.header.pixel?.bitsAllocated === 1)) {
      expect(() => decodeFrame(frameSourceOf(sharedData(path), instance, 1))).toThrow(AppError)
      return
    }
    const cells = createHash('sha256')
    const values = createHash('sha256')
    let sum = 0
    let count = 0
    for (let frameNumber = 1; frameNumber <= instance.header.frameCount; frameNumber++) {
      const source = frameSourceOf(sharedData(path), instance, frameNumber)
      const decoded = decodeFrame(source)
      cells.update(decoded.cells)
      if (source.pixel.bitsAllocated > 16) continue
      const stored = Int32Array.from(toValues(decoded, { ...source.pixel, bitsAllocated: Math.max(8, source.pixel.bitsAllocated) }))
      values.update(new Uint8Array(stored.buffer))
      for (const value of stored) sum += value
      count += stored.length
    }
    // Another correct decoder of a lossy stream may differ by a level or two: there the mean must agree.
    if (known.lossy === true) { expect(Math.abs(sum / count - (known.stored_mean ?? 0))).toBeLessThan(1); return }
    const isSubsampled = instance.header.pixel?.photometricInterpretation === 'YBR_FULL_422' && !syntax.isEncapsulated
    if (!isSubsampled) expect(cells.digest('hex')).toBe(known.pixel_sha256)
    if (count > 0 && !isSubsampled) expect(values.digest('hex')).toBe(known.values_sha256)
  })
})

describe('native pixels', () => {
  const pixels = (...values: readonly number[]) => { const bytes = Buffer.alloc(32); for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2); return bytes }
  const file = (more: readonly Attribute[], options = {}) => aDicomFile(aSlice({ more }), options)

  it('lose bits outside of Bits Stored and keep their sign', () => {
    const twelve = (sign: number): Attribute[] => [[0x00280101, 'US', 12], [0x00280102, 'US', 11], [0x00280103, 'US', sign], [0x7fe00010, 'OW', pixels(0xf001, 0x0fff, 0x1800, 0x07ff)]]
    expect(decodedFile(file(twelve(0))).values.slice(0, 4)).toEqual([1, 4095, 2048, 2047])
    expect(decodedFile(file(twelve(1))).values.slice(0, 4)).toEqual([1, -1, -2048, 2047])
    const high: Attribute[] = [[0x00280101, 'US', 12], [0x00280102, 'US', 15], [0x00280103, 'US', 1], [0x7fe00010, 'OW', pixels(0x001f, 0xfff7, 0x8000)]]
    expect(decodedFile(file(high)).values.slice(0, 3)).toEqual([1, -1, -2048])
    expect(decodedFile(file([[0x00280103, 'US', 1], [0x7fe00010, 'OW', pixels(0xffff)]])).values[0]).toBe(-1)
  })

  it('of big-endian files are turned round', () => {
    const swapped = Buffer.from(pixels(1, 2, 300)).swap16()
    expect(decodedFile(file([[0x7fe00010, 'OW', swapped]], { transferSyntaxUid: '1.2.840.10008.1.2.2', isLittleEndian: false })).values.slice(0, 3)).toEqual([1, 2, 300])
  })

  it('in planes become interleaved, and half the chroma is spread', () => {
    const colour = (photometric: string, planar: number, data: readonly number[]): Attribute[] => [
      [0x00280002, 'US', 3], [0x00280004, 'CS', photometric], [0x00280006, 'US', planar], [0x00280010, 'US', 1], [0x00280011, 'US', 2],
      [0x00280100, 'US', 8], [0x00280101, 'US', 8], [0x00280102, 'US', 7], [0x7fe00010, 'OB', Uint8Array.from(data)]
    ]
    expect([...decodedFile(file(colour('RGB', 1, [1, 2, 3, 4, 5, 6]))).cells]).toEqual([1, 3, 5, 2, 4, 6])
    expect([...decodedFile(file(colour('RGB', 0, [1, 2, 3, 4, 5, 6]))).cells.subarray(0, 6)]).toEqual([1, 2, 3, 4, 5, 6])
    const half = decodedFile(file(colour('YBR_FULL_422', 0, [10, 20, 100, 200])))
    expect([...half.cells]).toEqual([10, 100, 200, 20, 100, 200])
    expect(half.photometricInterpretation).toBe('YBR_FULL')
  })

  it('of one bit are unpacked, also where a frame begins within a byte', () => {
    const bits: Attribute[] = [
      [0x00280008, 'IS', '2'], [0x00280010, 'US', 1], [0x00280011, 'US', 3], [0x00280100, 'US', 1], [0x00280101, 'US', 1], [0x00280102, 'US', 0], [0x7fe00010, 'OB', Uint8Array.of(0b101101, 0)]
    ]
    expect([...decodedFile(file(bits)).cells]).toEqual([1, 0, 1])
    expect([...decodedFile(file(bits), 2).cells]).toEqual([1, 0, 1])
  })

  it('know their frames', () => {
    expect(() => decodedFile(file([]), 2)).toThrow('This instance has 1 frame; there is no frame 2.')
    expect(() => decodedFile(file([]), 0)).toThrow(AppError)
  })
})

describe('damaged compressed pixels', () => {
  it.each(['4.50', '4.70', '4.80', '4.90', '4.201', '4.110', '5'])('1.2.840.10008.1.2.%s throws a sentence', (suffix) => {
    const head = aDicomFile(aSlice().filter(([tag]) => tag !== 0x7fe00010), { transferSyntaxUid: `1.2.840.10008.1.2.${suffix}` })
    const garbage = Uint8Array.from({ length: 64 }, (_, index) => index * 37 % 256)
    expect(() => decodedFile(Buffer.concat([head, encapsulated([garbage])]))).toThrow(/damaged/)
  })

  it('of absurd size are refused before memory is reserved', () => {
    const head = aDicomFile(aSlice({ more: [[0x00280010, 'US', 65_535], [0x00280011, 'US', 65_535]] }).filter(([tag]) => tag !== 0x7fe00010), { transferSyntaxUid: '1.2.840.10008.1.2.4.90' })
    expect(() => decodedFile(Buffer.concat([head, encapsulated([Uint8Array.of(0xff, 0x4f)])]))).toThrow('too large')
  })

  it('shows the image where the code stream contradicts the sign of the header', () => {
    if (missingData('malformed/real/J2K_pixelrep_mismatch.dcm') !== null) return
    const { values, pixelRepresentation } = decodedFile(readFileSync(sharedData('malformed/real/J2K_pixelrep_mismatch.dcm')))
    expect(pixelRepresentation).toBe(0)
    expect(values.every((value) => value >= 0)).toBe(true)
  })
})

describe('a slice of a volume', () => {
  const { pixel } = decodedFile(aDicomFile(aSlice()))
  const fill = (values: readonly number[], slope: number, intercept: number, padding: number | null = null) => {
    const cells = new Uint8Array(Uint16Array.from({ length: 16 }, (_, index) => values[index] ?? 0).buffer)
    const target = new Int16Array(values.length)
    fillSlice(target, { cells, pixelRepresentation: 0, photometricInterpretation: 'MONOCHROME2' }, { ...pixel, pixelPaddingValue: padding }, slope, intercept)
    return [...target]
  }
  it('holds Hounsfield units, rescaled once and rounded', () => {
    expect(fill([0, 1024, 2000], 1, -1024)).toEqual([-1024, 0, 976])
    expect(fill([1, 2, 3], 0.5, 0.2)).toEqual([1, 1, 2])
  })
  it('is cut to 16 bits, and padding is never denser than air', () => {
    expect(fill([65_535, 0], 1, -1024)).toEqual([32_767, -1024])
    expect(fill([0], 1, -40_000)).toEqual([-32_768])
    expect(fill([63, 5000], 1, -1024, 5000)).toEqual([-961, -1024])
    expect(fill([0], 1, -3024, 0)).toEqual([-3024])
  })
})
