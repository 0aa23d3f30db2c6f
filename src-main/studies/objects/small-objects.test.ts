import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { AppError } from '../../../src-shared/errors.ts'
import type { OverlayContent } from '../../../src-shared/overlays.ts'
import type { Attribute } from '../../../test/support/dicom-file.ts'
import { aDocument, aPresentation, aReport, aSegmentation, aStructureSet, code, image, item, named, reference } from '../../../test/support/object-files.ts'
import { colourOfLab } from './cielab.ts'
import { readObject, readPdfOf } from './read-object.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigil-objects-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

function pathOf(bytes: Uint8Array): string {
  const path = join(folder, 'object.dcm')
  writeFileSync(path, bytes)
  return path
}

function read<K extends OverlayContent['kind']>(bytes: Uint8Array, kind: K): Extract<OverlayContent, { kind: K }> {
  const { content } = readObject(pathOf(bytes))
  const isOf = (found: OverlayContent): found is Extract<OverlayContent, { kind: K }> => found.kind === kind
  if (!isOf(content)) throw new Error(`It is read as ${content.kind}.`)
  return content
}

const refusal = (bytes: Uint8Array): string => {
  try {
    readObject(pathOf(bytes))
    return 'it was read'
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

describe('a selection of key images', () => {
  it('gives its title, its note and its images in order, with their frames', () => {
    const content = read(aReport([
      item('CONTAINS', 'TEXT', [named('113012', 'DCM', 'Key Object Description'), [0x0040a160, 'UT', 'Größter Stein']]),
      item('CONTAINS', 'IMAGE', [[0x00081199, 'SQ', [reference('1.2.3.10')]]]), item('CONTAINS', 'IMAGE', [[0x00081199, 'SQ', [reference('1.2.3.9', [2, 5])]]])
    ], { sopClassUid: '1.2.840.10008.5.1.4.1.1.88.59', title: named('113000', 'DCM', 'Of Interest') }), 'selection')
    expect(content).toMatchObject({ title: 'Of Interest', note: 'Größter Stein', images: [{ sopInstanceUid: '1.2.3.10', frameNumbers: [] }, { sopInstanceUid: '1.2.3.9', frameNumbers: [2, 5] }] })
  })
})

describe('a report', () => {
  const number = (value: string) => item('CONTAINS', 'NUM', [named('410668003', 'SCT', 'Length'), [0x0040a300, 'SQ', [[[0x0040a30a, 'DS', value], [0x004008ea, 'SQ', [code('mm', 'UCUM', 'millimeter')]]]]]], [
    item('INFERRED FROM', 'SCOORD', [[0x00700022, 'FL', [1, 2, 3.5, 4]], [0x00700023, 'CS', 'POLYLINE']], [item('SELECTED FROM', 'IMAGE', [[0x00081199, 'SQ', [reference(image, [3])]]])])
  ])

  it('puts a number beside the drawing that it was inferred from', () => {
    const content = read(aReport([number('7.25')]), 'report')
    expect(content).toMatchObject({ isComplete: true, isVerified: true, rows: [{ name: 'Length', text: '7.25 mm', number: { value: 7.25, unit: 'mm' } }, { graphic: 0 }, { image: { sopInstanceUid: image } }] })
    expect(content.graphics).toEqual([{ shape: 'polyline', lines: ['Length 7.25 mm'], place: { in: 'image', image: { sopInstanceUid: image, frameNumbers: [3] }, points: [[1, 2], [3.5, 4]] } }])
  })

  it('gives no number where the file holds none, but what it says', () => {
    expect(read(aReport([number('seven')]), 'report').rows[0]).toMatchObject({ number: null, text: 'seven mm' })
  })

  it('draws nothing from a drawing with too few points or of no known kind', () => {
    const odd = (type: string, points: number[]) => item('CONTAINS', 'SCOORD', [[0x00700022, 'FL', points], [0x00700023, 'CS', type]], [item('SELECTED FROM', 'IMAGE', [[0x00081199, 'SQ', [reference(image)]]])])
    expect(read(aReport([odd('CIRCLE', [1, 2]), odd('SPIRAL', [1, 2, 3, 4]), odd('ELLIPSE', [1, 2, 3, 4, 5, 6])]), 'report').graphics).toEqual([])
  })

  it('is refused where its texts together would fill the memory', () => {
    const page = item('CONTAINS', 'TEXT', [[0x0040a160, 'UT', 'x'.repeat(9_000)]])
    expect(refusal(aReport(Array.from({ length: 1_000 }, () => page)))).toMatch(/^This object holds more than 8 million characters/)
  })

  it('is refused beyond 50,000 items', () => {
    const line = item('CONTAINS', 'TEXT', [[0x0040a160, 'UT', 'x']])
    expect(refusal(aReport(Array.from({ length: 50_001 }, () => line)))).toBe('This object holds more than 50000 content items. It is not read.')
  })
})

describe('a presentation state', () => {
  it('gives window, turn, mirroring, area and inversion', () => {
    const content = read(aPresentation([
      [0x00283110, 'SQ', [[[0x00281050, 'DS', '50'], [0x00281051, 'DS', '350'], [0x00281056, 'CS', 'SIGMOID'], [0x00081140, 'SQ', [reference(image, [1])]]]]],
      [0x00700041, 'CS', 'Y'], [0x00700042, 'US', 270], [0x20500020, 'CS', 'INVERSE'],
      [0x0070005a, 'SQ', [[[0x00700052, 'SL', [-9, 11]], [0x00700053, 'SL', [120, 60]], [0x00700100, 'CS', 'MAGNIFY'], [0x00700103, 'FL', 2.5]]]]
    ]), 'presentation')
    expect(content).toMatchObject({
      label: 'WINDOWED', description: 'As read', quarterTurns: 3, isMirrored: true, isInverted: true, images: [{ sopInstanceUid: image }],
      windows: [{ center: 50, width: 350, voiLutFunction: 'SIGMOID', images: [{ frameNumbers: [1] }] }], areas: [{ from: [-10, 10], to: [119, 59], mode: 'magnify', scale: 2.5, images: [] }], notes: []
    })
  })

  it('gives drawings and texts in the colours of their layers', () => {
    const content = read(aPresentation([
      [0x00700001, 'SQ', [[
        [0x00081140, 'SQ', [reference(image)]], [0x00700002, 'CS', 'MARKS'],
        [0x00700008, 'SQ', [[[0x00700003, 'CS', 'PIXEL'], [0x00700006, 'ST', 'here'], [0x00700010, 'FL', [5, 6]], [0x00700011, 'FL', [50, 16]]], [[0x00700004, 'CS', 'DISPLAY'], [0x00700006, 'ST', 'corner'], [0x00700014, 'FL', [0.25, 0.75]]]]],
        [0x00700009, 'SQ', [[[0x00700005, 'CS', 'PIXEL'], [0x00700020, 'US', 2], [0x00700021, 'US', 2], [0x00700022, 'FL', [10, 20, 30, 40]], [0x00700023, 'CS', 'POLYLINE'], [0x00700024, 'CS', 'N']]]]
      ]]],
      [0x00700060, 'SQ', [[[0x00700002, 'CS', 'MARKS'], [0x00700401, 'US', [65535, 32896, 32896]]]]]
    ]), 'presentation')
    expect(content.graphics).toEqual([{ images: [{ sopInstanceUid: image, frameNumbers: [] }], layer: 'MARKS', colour: [255, 255, 255], shape: 'polyline', isFilled: false, units: 'pixel', points: [[10, 20], [30, 40]] }])
    expect(content.texts).toMatchObject([
      { text: 'here', anchor: null, box: { from: { units: 'pixel', at: [5, 6] }, to: { units: 'pixel', at: [50, 16] } } },
      { text: 'corner', box: null, anchor: { units: 'display', at: [0.25, 0.75] } }
    ])
  })

  it('gives its shutters, and says what of it is not applied', () => {
    const shutter: Attribute[] = [[0x00181600, 'CS', 'RECTANGULAR\\CIRCULAR'], [0x00181602, 'IS', '11'], [0x00181604, 'IS', '90'], [0x00181606, 'IS', '6'], [0x00181608, 'IS', '55'], [0x00181610, 'IS', '30\\50'], [0x00181612, 'IS', '25']]
    const content = read(aPresentation([...shutter, [0x00283110, 'SQ', [[[0x00283010, 'SQ', [[[0x00283002, 'US', [2, 0, 16]]]]]]]], [0x00700042, 'US', 45]]), 'presentation')
    expect(content.shutters).toEqual([{ shape: 'rectangle', from: [10, 5], to: [89, 54] }, { shape: 'circle', centre: [49, 29], radius: 25 }])
    expect(content.notes).toEqual(['Its table of grey levels (VOI LUT) is not applied.', 'It is turned by other than quarter turns, which is not applied.'])
    expect(content.quarterTurns).toBe(0)
  })
})

describe('an encapsulated document', () => {
  const pdf = Buffer.from('%PDF-1.4 x')
  it('gives its PDF byte for byte, without the byte that makes its length even', () => {
    const odd = Buffer.from('%PDF-1.4 odd!')
    expect(Buffer.from(readPdfOf(pathOf(aDocument(odd))))).toEqual(odd)
    expect(Buffer.from(readPdfOf(pathOf(aDocument(pdf))))).toEqual(pdf)
    expect(read(aDocument(odd), 'document')).toEqual({ kind: 'document', title: 'Letter', mediaType: 'application/pdf', bytes: odd.length, isPdf: true })
  })

  it('gives nothing that only calls itself a PDF', () => {
    expect(read(aDocument(Buffer.from('<script>')), 'document').isPdf).toBe(false)
    expect(() => readPdfOf(pathOf(aDocument(Buffer.from('<script>'))))).toThrow('This document is not a PDF')
    expect(() => readPdfOf(pathOf(aStructureSet([])))).toThrow('This object is not a document.')
  })
})

describe('a structure set', () => {
  it('leaves out a contour with a number that is none, and says so', () => {
    const content = read(aStructureSet(['0\\0\\0\\1\\0\\0\\1\\1\\0', '0\\0\\0\\1\\x\\0\\1\\1\\0', '0\\0\\0\\1\\0']), 'contours')
    expect(content.structures.map(({ name, contours }) => [name, contours.length])).toEqual([['Röhre 1', 1], ['Röhre 2', 0], ['Röhre 3', 0]])
    expect(content.notes).toEqual(['2 contours have damaged points and are left out.'])
    // 300 is no byte, so the colour is none either.
    expect(content.structures[0]?.colour.every((part) => part <= 255)).toBe(true)
  })

  it('takes points and open lines for what they are', () => {
    const shape = (points: string, type: string) => read(aStructureSet([points], type), 'contours').structures[0]?.contours[0]?.shape
    expect([shape('1\\2\\3', 'POINT'), shape('1\\2\\3\\4\\5\\6', 'OPEN_PLANAR'), shape('1\\2\\3\\4\\5\\6', 'CLOSED_PLANAR'), shape('0\\0\\0\\1\\0\\0\\1\\1\\0', 'CLOSEDPLANAR_XOR')]).toEqual(['point', 'open', 'open', 'closed'])
  })

  it('is refused beyond two million points', () => {
    const half = Array.from({ length: 1_000_001 }, () => '1\\1\\1').join('\\')
    expect(refusal(aStructureSet([half, half]))).toBe('This object holds more than 2000000 contour points. It is not read.')
    expect(refusal(aStructureSet([half.repeat(2)]))).toBe('One contour of this structure set is larger than any real one. It is not read.')
  })
})

describe('a segmentation', () => {
  it('takes single bits from the lowest up, across the bytes of frames', () => {
    const { content, bulk } = readObject(pathOf(aSegmentation(Uint8Array.of(0b1000_0011, 0b0001_0000), { frames: 2 })))
    expect(content).toMatchObject({ kind: 'segmentation', segments: [{ label: 'Stone', pixels: 4, frames: 2, colour: [255, 255, 255] }], masks: [{ box: [0, 0, 4, 2], pixels: 3 }, { box: [0, 1, 1, 1], pixels: 1 }] })
    expect([...bulk]).toEqual([0, 2, 5, 1, 0, 1])
  })

  it('unpacks deflated and run-length coded bits, and refuses more or less than a frame', () => {
    const deflated = (bytes: Uint8Array) => aSegmentation([deflateRawSync(bytes)], { transferSyntaxUid: '1.2.840.10008.1.2.8.1' })
    const runs = (...bytes: number[]) => aSegmentation([Buffer.concat([Buffer.from(Uint32Array.of(1, 64, ...Array.from({ length: 14 }, () => 0)).buffer), Buffer.from(bytes)])], { transferSyntaxUid: '1.2.840.10008.1.2.5' })
    expect(read(deflated(Uint8Array.of(0b1000_0011)), 'segmentation').masks).toMatchObject([{ box: [0, 0, 4, 2], pixels: 3 }])
    expect(read(runs(0, 0b1000_0011), 'segmentation').masks).toMatchObject([{ box: [0, 0, 4, 2], pixels: 3 }])
    expect(refusal(deflated(new Uint8Array(1_000_000)))).toBe('A frame of this segmentation unpacks to more than its size. It is not read.')
    expect(refusal(deflated(new Uint8Array(0)))).toBe('A frame of this segmentation holds fewer pixels than its size. It is not read.')
    expect(refusal(aSegmentation([Uint8Array.of(1, 2, 3, 4)], { transferSyntaxUid: '1.2.840.10008.1.2.8.1' }))).toMatch(/does not unpack/)
    expect(refusal(runs(0x80, 0x80))).toBe('A frame of this segmentation holds fewer pixels than its size. It is not read.')
  })

  it('is refused where its pixels are not there', () => {
    expect(refusal(aSegmentation(Uint8Array.of(1), { frames: 9000 }))).toMatch(/too short/)
  })
})

describe('colours given as CIELab', () => {
  it('are what their sRGB is', () => {
    const lab = (l: number, a: number, b: number) => colourOfLab([l / 100 * 65535, (a + 128) / 255 * 65535, (b + 128) / 255 * 65535])
    // Corners of sRGB in CIELab of D50 (published to two places, so to within one level): red, green, blue.
    const corners: [number[], number[]][] = [[[54.29, 80.81, 69.89], [255, 0, 0]], [[87.82, -79.27, 80.99], [0, 255, 0]], [[29.57, 68.29, -112.03], [0, 0, 255]]]
    for (const [[l = 0, a = 0, b = 0], wanted] of corners) for (const [index, part] of lab(l, a, b).entries()) expect(Math.abs(part - (wanted[index] ?? 0))).toBeLessThanOrEqual(1)
    expect(lab(100, 0, 0)).toEqual([255, 255, 255])
    expect(lab(0, 0, 0)).toEqual([0, 0, 0])
  })
})
