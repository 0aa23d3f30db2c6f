import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readObject, readPdfOf } from '../../src-main/studies/objects/read-object.ts'
import { summarise } from '../../src-main/studies/objects/summarise.ts'
import { prepareCodecs } from '../../src-main/studies/pixels/codecs.ts'
import { AppError } from '../../src-shared/errors.ts'
import { OverlayContent } from '../../src-shared/overlays.ts'
import { placeStructures } from '../../src-renderer/viewer/overlays/contours.ts'
import { placeSegments } from '../../src-renderer/viewer/overlays/masks.ts'
import { aDocument, aPresentation, aReport, aSegmentation, aStructureSet, image, item, named, reference } from '../support/object-files.ts'
import { sharedData } from '../support/shared-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigil-fuzz-objects-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
beforeAll(prepareCodecs)

const real = [
  'sr-seg-rt/pydicom/rtstruct.dcm', 'sr-seg-rt/pydicom/test-SR.dcm', 'sr-seg-rt/highdicom/sr_document_with_multiple_groups.dcm', 'sr-seg-rt/highdicom/seg_image_ct_binary_overlap.dcm', 'sr-seg-rt/highdicom/seg_image_ct_true_fractional.dcm',
  'sr-seg-rt/pydicom/liver_rle.dcm', 'sr-seg-rt/pydicom/liver_deflate.dcm', 'sr-seg-rt/pydicom/liver_j2k.dcm', 'sr-seg-rt/dcmqi-tiny-24x38x3/seg/sparse-labelmap-ppv5.dcm'
].map((path) => sharedData(path)).filter((path) => existsSync(path)).map((path) => readFileSync(path))
const circle = item('CONTAINS', 'SCOORD', [named('111030', 'DCM', 'Image Region'), [0x00700022, 'FL', [1, 2, 3, 4]], [0x00700023, 'CS', 'CIRCLE']], [item('SELECTED FROM', 'IMAGE', [[0x00081199, 'SQ', [reference(image)]]])])
const seeds: readonly Buffer[] = [
  aReport([circle, circle]), aReport([item('CONTAINS', 'IMAGE', [[0x00081199, 'SQ', [reference(image, [1, 2])]]])], { sopClassUid: '1.2.840.10008.5.1.4.1.1.88.59' }),
  aPresentation([[0x00700042, 'US', 90], [0x0070005a, 'SQ', [[[0x00700052, 'SL', [1, 1]], [0x00700053, 'SL', [9, 9]]]]], [0x00700001, 'SQ', [[[0x00700009, 'SQ', [[[0x00700022, 'FL', [1, 2, 3, 4]], [0x00700023, 'CS', 'POLYLINE']]]]]]]]),
  aDocument(Buffer.from('%PDF-1.4')), aStructureSet(['0\\0\\0\\1\\0\\0\\1\\1\\0', '1\\2\\3']), aSegmentation(Uint8Array.of(0b1010, 0xff), { frames: 2 }), ...real
]

type Change = { at: number, kind: 'flip' | 'cut' | 'insert' | 'length', value: number }
const changes = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), kind: fc.constantFrom('flip' as const, 'flip' as const, 'insert' as const, 'length' as const, 'cut' as const), value: fc.integer({ min: 0, max: 0xffffffff }) }), { minLength: 1, maxLength: 5 })
const mutated = fc.tuple(fc.nat(seeds.length - 1), changes).map(([index, list]) => list.reduce(change, Buffer.from(seeds[index] ?? Buffer.alloc(0))))

/** The first bytes name the object; a change there makes it something else, so most go behind them. */
function change(bytes: Buffer, { at, kind, value }: Change): Buffer {
  if (bytes.length < 400) return bytes
  const place = Math.floor(300 + at * (Math.min(bytes.length, 12_000) - 304))
  if (kind === 'cut') return bytes.subarray(0, place)
  if (kind === 'insert') return Buffer.concat([bytes.subarray(0, place), Buffer.of(value & 0xff, value >>> 8 & 0xff), bytes.subarray(place)])
  if (kind === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << value % 8)
  else bytes.writeUInt32LE(value, place)
  return bytes
}

/** Its content and bulk, or the sentence why not; anything else is ours to mend. */
function read(bytes: Buffer): { content: OverlayContent, bulk: Uint8Array } | string {
  const path = join(folder, 'object')
  writeFileSync(path, bytes)
  try {
    const found = readObject(path)
    expect(summarise(found).label).not.toBe('')
    return found
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

describe('hostile and damaged objects', () => {
  it('give content that fits the contract and points inside its bulk, or a sentence', () => {
    fc.assert(fc.property(mutated, (bytes) => {
      const found = read(bytes)
      if (typeof found === 'string') {
        expect(found).toMatch(/[.…]$/)
        return
      }
      const { content, bulk } = found
      expect(OverlayContent.safeParse(content).error?.issues).toBe(undefined)
      if (content.kind === 'contours') for (const { from, count } of content.structures.flatMap(({ contours }) => contours)) expect((from + count) * 24).toBeLessThanOrEqual(bulk.length)
      if (content.kind === 'segmentation') for (const mask of content.masks) expect(mask.from + mask.bytes).toBeLessThanOrEqual(bulk.length)
    }), { numRuns: 1500, interruptAfterTimeLimit: 8000, markInterruptAsFailure: false })
  })

  it('are made ready to be drawn without a surprise', () => {
    fc.assert(fc.property(mutated, (bytes) => {
      const found = read(bytes)
      if (typeof found === 'string') return
      const bulk = Uint8Array.from(found.bulk).buffer
      if (found.content.kind === 'contours') placeStructures(found.content, bulk)
      if (found.content.kind === 'segmentation') for (const { masks } of placeSegments(found.content, bulk)) for (const mask of masks) expect(mask.outlines().length).toBeGreaterThan(0)
    }), { numRuns: 600, interruptAfterTimeLimit: 5000, markInterruptAsFailure: false })
  })

  it('give a PDF or a sentence', () => {
    fc.assert(fc.property(mutated, (bytes) => {
      const path = join(folder, 'document')
      writeFileSync(path, bytes)
      try { expect(readPdfOf(path).length).toBeGreaterThan(0) } catch (error) { if (!(error instanceof AppError)) throw error }
    }), { numRuns: 500, interruptAfterTimeLimit: 3000, markInterruptAsFailure: false })
  })

  it('nested as deep as our reader goes are read, and refused deeper', () => {
    const nested = (depth: number): ReturnType<typeof item> => item('CONTAINS', 'CONTAINER', [], depth === 0 ? [] : [nested(depth - 1)])
    expect(typeof read(aReport([nested(40)]))).toBe('object')
    expect(read(aReport([nested(80)]))).toMatch(/nested more than 64 deep/)
  })
})
