import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { AppError } from '../../src-shared/errors.ts'
import { SopInstanceUid } from '../../src-shared/ids.ts'
import { decodeText } from '../../src-main/studies/dicom/character-set.ts'
import { DicomFault } from '../../src-main/studies/dicom/fault.ts'
import { InstanceHeader } from '../../src-main/studies/dicom/instance-header.ts'
import { listTags } from '../../src-main/studies/dicom/list-tags.ts'
import { describeSeries } from '../../src-main/studies/describe.ts'
import { bufferAccess, faultOf, inspect, openGrowing } from '../../src-main/studies/ingest/inspect.ts'
import { prepareCodecs } from '../../src-main/studies/pixels/codecs.ts'
import { decodeFrame, toValues } from '../../src-main/studies/pixels/decode.ts'
import { frameSourceOf } from '../../src-main/studies/pixels/frame-source.ts'
import { aDicomFile, aSlice, encapsulated } from '../support/dicom-file.ts'
import { sharedData } from '../support/shared-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigil-fuzz-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const real = ['transfer-syntaxes/small-mono/MR_small_RLE.dcm', 'transfer-syntaxes/small-mono/MR_small_jp2klossless.dcm', 'transfer-syntaxes/small-mono/MR_small_jpeg_ls_lossless.dcm', 'enhanced-multiframe/emri_small_big_endian.dcm']
  .map((path) => sharedData(path)).filter((path) => existsSync(path)).map((path) => readFileSync(path))
const slice = aSlice({ instance: '1.9.9.1', series: '1.9.9', study: '1.9' })
const seeds: readonly Buffer[] = [
  aDicomFile(slice), aDicomFile(slice, { transferSyntaxUid: '1.2.840.10008.1.2', isExplicit: false }), aDicomFile(slice, { transferSyntaxUid: '1.2.840.10008.1.2.2', isLittleEndian: false }), aDicomFile(slice, { hasMeta: false }),
  aDicomFile(aSlice({ more: [[0x00081140, 'SQ', [[[0x00081155, 'UI', '1.5']], [[0x00081155, 'UI', '1.6']]]]] })),
  Buffer.concat([aDicomFile(slice.filter(([tag]) => tag !== 0x7fe00010), { transferSyntaxUid: '1.2.840.10008.1.2.5' }), encapsulated([Uint8Array.from({ length: 80 }, (_, index) => index)])]), ...real
]

type Change = { at: number, kind: 'flip' | 'cut' | 'insert' | 'length', value: number }
const changes = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), kind: fc.constantFrom('flip' as const, 'cut' as const, 'insert' as const, 'length' as const), value: fc.integer({ min: 0, max: 0xffffffff }) }), { minLength: 1, maxLength: 6 })
const mutated = fc.tuple(fc.nat(seeds.length - 1), changes).map(([index, list]) => list.reduce(change, Buffer.from(seeds[index] ?? Buffer.alloc(0))))

/** Most of a file is pixels; half of all changes go to its first two kilobytes, where the header is. */
function change(bytes: Buffer, { at, kind, value }: Change): Buffer {
  const span = at < 0.5 ? Math.min(2048, bytes.length) : bytes.length
  const place = Math.min(Math.max(0, bytes.length - 1), Math.floor((at < 0.5 ? at * 2 : at) * span))
  if (bytes.length < 8) return bytes
  if (kind === 'cut') return bytes.subarray(0, place)
  if (kind === 'insert') return Buffer.concat([bytes.subarray(0, place), Buffer.of(value & 0xff, value >>> 8 & 0xff), bytes.subarray(place)])
  if (kind === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << value % 8)
  else if (place + 4 <= bytes.length) bytes.writeUInt32LE(value, place)
  return bytes
}

/** A header or a fault with a sentence; anything else is ours to mend. */
function read(bytes: Buffer): InstanceHeader | DicomFault {
  try {
    return inspect(bufferAccess(bytes), bytes, 'x')
  } catch (error) {
    return faultOf(error)
  }
}

describe('hostile and damaged files', () => {
  it('give a header that fits its schema, or a sentence', () => {
    fc.assert(fc.property(mutated, (bytes) => {
      const found = read(bytes)
      if (found instanceof DicomFault) expect(found.message).toMatch(/\.$/)
      else expect(InstanceHeader.safeParse(found).success).toBe(true)
    }), { numRuns: 3000, interruptAfterTimeLimit: 6000, markInterruptAsFailure: false })
  })

  it('read from a first part give what the whole gives', () => {
    fc.assert(fc.property(mutated, fc.nat(3000), (bytes, cut) => {
      const whole = read(bytes)
      let parts: InstanceHeader | DicomFault
      try { parts = inspect(bufferAccess(bytes), bytes.subarray(0, Math.min(bytes.length, cut)), 'x') } catch (error) { parts = faultOf(error) }
      if (whole instanceof DicomFault) expect(parts).toMatchObject({ code: whole.code, message: whole.message })
      else expect(parts).toEqual(whole)
    }), { numRuns: 800, interruptAfterTimeLimit: 3000, markInterruptAsFailure: false })
  })

  it('are described and decoded without a surprise', async () => {
    await fc.assert(fc.asyncProperty(mutated, async (bytes) => {
      const header = read(bytes)
      if (header instanceof DicomFault) return
      const instance = { sopInstanceUid: SopInstanceUid.parse(header.sopInstanceUid), sha256: '', bytes: bytes.length, header }
      expect(() => describeSeries([instance])).not.toThrow()
      if (header.pixel === null) return
      const path = join(folder, 'file')
      writeFileSync(path, bytes)
      await prepareCodecs()
      try {
        const source = frameSourceOf(path, instance, header.frameCount)
        if (source.pixel.bitsAllocated <= 16) toValues(decodeFrame(source), { ...source.pixel, bitsAllocated: Math.max(8, source.pixel.bitsAllocated) })
      } catch (error) {
        if (!(error instanceof AppError)) throw error
      }
    }), { numRuns: 400, interruptAfterTimeLimit: 6000, markInterruptAsFailure: false })
  })

  it('list their attributes or say why not', () => {
    fc.assert(fc.property(mutated, (bytes) => {
      try {
        const { dataSet } = openGrowing(bufferAccess(bytes), bytes)
        expect(listTags([dataSet], () => null, { search: '', frameNumber: null, isCovered: false }).rows.length).toBeLessThanOrEqual(5000)
      } catch (error) {
        faultOf(error)
      }
    }), { numRuns: 800, interruptAfterTimeLimit: 3000, markInterruptAsFailure: false })
  })

  it('hold texts that always decode', () => {
    const terms = fc.array(fc.constantFrom('', 'ISO_IR 100', 'ISO 2022 IR 87', 'ISO 2022 IR 149', 'ISO_IR 192', 'GB18030', 'nonsense'), { maxLength: 3 })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), terms, fc.boolean(), (bytes, sets, isName) => {
      expect(typeof decodeText(bytes, sets, isName)).toBe('string')
    }), { numRuns: 2000, interruptAfterTimeLimit: 2000, markInterruptAsFailure: false })
  })
})
