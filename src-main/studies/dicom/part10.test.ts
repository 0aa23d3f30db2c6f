import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, encapsulated, writeDataSet, type Attribute } from '../../../test/support/dicom-file.ts'
import { bufferAccess, faultOf, inspect } from '../ingest/inspect.ts'
import { itemsOf } from './data-set.ts'
import { DicomFault, NeedMoreBytes, formatBytes } from './fault.ts'
import { openPart10 } from './part10.ts'
import { Tag, formatTag } from './tags.ts'
import { explicitBig, explicitLittle, implicitLittle } from './transfer-syntaxes.ts'
import { asciiString, decimals, float64, integer, parseDecimal, pixelValue, uint16 } from './values.ts'

const open = (bytes: Buffer) => openPart10({ bytes, totalBytes: bytes.length })
const headerOf = (bytes: Buffer) => inspect(bufferAccess(bytes), bytes, 'digest')
const faultOfFile = (bytes: Buffer) => {
  try { headerOf(bytes) } catch (error) { return faultOf(error) }
  throw new Error('nothing was refused')
}
const slice = (more: readonly Attribute[] = []) => aSlice({ instance: '1.9.1', more })
const withoutPixels = (more: readonly Attribute[] = []) => slice(more).filter(([tag]) => tag !== Tag.pixelData)

describe('opening a file', () => {
  it.each([
    ['explicit little endian', {}, explicitLittle],
    ['implicit little endian', { transferSyntaxUid: implicitLittle, isExplicit: false }, implicitLittle],
    ['explicit big endian', { transferSyntaxUid: explicitBig, isLittleEndian: false }, explicitBig],
    ['explicit although the file says implicit', { transferSyntaxUid: implicitLittle }, explicitLittle],
    ['without a transfer syntax', { transferSyntaxUid: '' }, explicitLittle],
    ['a bare explicit data set', { hasMeta: false }, explicitLittle],
    ['a bare implicit data set', { hasMeta: false, isExplicit: false }, implicitLittle],
    ['a bare big endian data set', { hasMeta: false, isLittleEndian: false }, explicitBig]
  ] as const)('%s', (_name, options, transferSyntaxUid) => {
    const header = headerOf(aDicomFile(slice(), options))
    expect(header).toMatchObject({ transferSyntaxUid, sopInstanceUid: '1.9.1', pixel: { rows: 4, columns: 4 }, frames: [{ positionMm: [0, 0, 1], rescaleIntercept: -1024 }] })
  })

  it('reads the first bytes and asks for as many more as the header needs', () => {
    const file = aDicomFile(slice())
    expect(() => openPart10({ bytes: file.subarray(0, 600), totalBytes: file.length })).toThrow(NeedMoreBytes)
    let reads = 0
    const access = { totalBytes: file.length, read: (offset: number, length: number) => { reads++; return file.subarray(offset, offset + length) } }
    expect(inspect(access, file.subarray(0, 140), 'x').sopInstanceUid).toBe('1.9.1')
    expect(reads).toBeLessThan(4)
  })

  it('tolerates a meta group without its length, DICM without preamble, and meta without either', () => {
    const file = aDicomFile(slice())
    expect(open(Buffer.concat([file.subarray(0, 132), file.subarray(144)])).transferSyntaxUid).toBe(explicitLittle)
    expect(open(file.subarray(128)).transferSyntaxUid).toBe(explicitLittle)
    expect(open(file.subarray(132)).transferSyntaxUid).toBe(explicitLittle)
  })

  it('inflates a deflated data set', () => {
    const body = deflateRawSync(writeDataSet(slice(), { isExplicit: true, isLittleEndian: true }))
    const meta = aDicomFile([], { transferSyntaxUid: '1.2.840.10008.1.2.1.99' })
    const header = headerOf(Buffer.concat([meta, body]))
    expect(header).toMatchObject({ transferSyntaxUid: '1.2.840.10008.1.2.1.99', layout: { kind: 'native', isDeflated: true } })
    expect(faultOfFile(Buffer.concat([meta, body.subarray(0, 60)])).code).toBe('truncated')
    expect(faultOfFile(Buffer.concat([meta, deflateRawSync(Buffer.alloc(40e6))]))).toMatchObject({ code: 'too-large' })
  })

  it('opens sequences of defined and undefined length, in UN as well', () => {
    const items: Attribute = [0x00081140, 'SQ', [[[0x00081155, 'UI', '1.5']], [[0x00081155, 'UI', '1.6']]]]
    const { dataSet } = open(aDicomFile(slice([items])))
    expect(itemsOf(dataSet, 0x00081140).map((item) => asciiString(item, 0x00081155))).toEqual(['1.5', '1.6'])
    const implicit = writeDataSet([[0x00081155, 'UI', '1.7']], { isExplicit: false, isLittleEndian: true })
    const unknown = Buffer.concat([
      Buffer.from([0x09, 0x00, 0x10, 0x10, 0x55, 0x4e, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff]), implicit,
      Buffer.from([0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0])
    ])
    const file = aDicomFile(slice())
    const cut = file.indexOf(Buffer.from([0x10, 0x00, 0x10, 0x00]))
    const opened = open(Buffer.concat([file.subarray(0, cut), unknown, file.subarray(cut)])).dataSet
    expect(itemsOf(opened, 0x00091010).map((item) => asciiString(item, 0x00081155))).toEqual(['1.7'])
    expect(asciiString(opened, Tag.patientId)).toBe('P-1')
    expect(itemsOf(opened, 0x00081140)).toEqual([])
  })
})

describe('refusing a file', () => {
  const file = aDicomFile(slice())
  it.each([
    ['an empty one', Buffer.alloc(0), 'empty'],
    ['text', Buffer.from('Dear colleague, thank you for referring this patient.'.repeat(20)), 'not-dicom'],
    ['one that ends after DICM', file.subarray(0, 132), 'truncated'],
    ['one cut in its header', file.subarray(0, 500), 'truncated'],
    ['one cut in its pixels', file.subarray(0, file.length - 6), 'truncated'],
    ['an image without pixels', aDicomFile(withoutPixels()), 'no-pixel-data'],
    ['pixels too few for its rows', aDicomFile(slice([[Tag.rows, 'US', 400]])), 'wrong-length'],
    ['pixels too few for its frames', aDicomFile(slice([[Tag.numberOfFrames, 'IS', '9']])), 'wrong-length'],
    ['a number of frames that no object has', aDicomFile(slice([[Tag.numberOfFrames, 'IS', '99999999']])), 'malformed'],
    ['no rows', aDicomFile(slice([[Tag.rows, 'US', 0]])), 'malformed'],
    ['more bits stored than allocated', aDicomFile(slice([[Tag.bitsStored, 'US', 20]])), 'malformed'],
    ['bits that no standard knows', aDicomFile(slice([[Tag.bitsAllocated, 'US', 12]])), 'malformed'],
    ['a UID that is a path', aDicomFile(slice([[Tag.sopInstanceUid, 'UI', '../../etc/passwd']])), 'invalid-uid'],
    ['a UID of 70 digits', aDicomFile(slice([[Tag.seriesInstanceUid, 'UI', '1'.repeat(70)]])), 'invalid-uid'],
    ['a media directory', aDicomFile(slice([[Tag.sopClassUid, 'UI', '1.2.840.10008.1.3.10']])), 'dicomdir'],
    ['a worklist item', aDicomFile(slice([[Tag.sopClassUid, 'UI', '1.2.840.10008.5.1.4.31']])), 'unsupported-object'],
    ['compressed pixels that are none', aDicomFile(slice(), { transferSyntaxUid: '1.2.840.10008.1.2.4.90' }), 'malformed']
  ] as const)('%s', (_name, bytes, code) => {
    const fault = faultOfFile(bytes)
    expect(fault.code).toBe(code)
    expect(fault.message).toMatch(/\.$/)
  })

  it('an element that asks for gigabytes', () => {
    const bytes = Buffer.from(aDicomFile(slice([[0x00091001, 'OB', Uint8Array.of(1, 2)]])))
    const at = bytes.indexOf(Buffer.from([0x09, 0x00, 0x01, 0x10]))
    bytes.writeUInt32LE(0xfffffff0, at + 8)
    expect(faultOfFile(bytes)).toMatchObject({ code: 'header-too-large', message: expect.stringContaining('(0009,1001) claims 4.3 GB') })
  })

  it('sequences nested without end', () => {
    const nested = Buffer.concat(Array.from({ length: 3000 }, () => Buffer.from([0x08, 0x00, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff])))
    expect(faultOfFile(Buffer.concat([aDicomFile([[Tag.sopClassUid, 'UI', '1.2.840.10008.5.1.4.1.1.2']]), nested])).message).toMatch(/nested more than 64/)
  })

  it('a sequence that holds something else than items', () => {
    const bytes = Buffer.concat([aDicomFile([]), Buffer.from([0x08, 0x00, 0x40, 0x11, 0x53, 0x51, 0, 0, 0xff, 0xff, 0xff, 0xff]), Buffer.alloc(8, 7)])
    expect(faultOfFile(bytes).code).toBe('malformed')
  })
})

describe('what an import keeps of a header', () => {
  it('takes a missing UID from the file meta or makes the same one each time', () => {
    const bare = (instance: string) => aDicomFile(aSlice({ instance, study: '', series: '' }))
    const first = headerOf(bare('1.9.1'))
    expect(headerOf(bare('1.9.2'))).toMatchObject({ studyUid: first.studyUid, seriesUid: first.seriesUid, sopInstanceUid: '1.9.2' })
    expect(first.studyUid).toMatch(/^2\.25\.\d{30,39}$/)
    expect(first.seriesUid).not.toBe(first.studyUid)
    const nameless = headerOf(aDicomFile(aSlice({ instance: '' })))
    expect(nameless.sopInstanceUid).toMatch(/^2\.25\./)
    const other = headerOf(aDicomFile(aSlice({ instance: '1.9.3', study: '', series: '', name: 'Roe^Richard' })))
    expect(other.studyUid).not.toBe(first.studyUid)
  })

  it('keeps dates and times as written, and refuses what is none', () => {
    const study = (date: string, time: string) => headerOf(aDicomFile(slice([[Tag.studyDate, 'DA', date], [Tag.studyTime, 'TM', time]]))).study
    expect(study('20260102', '101112.500')).toMatchObject({ date: '2026-01-02', time: '10:11:12' })
    expect(study('2026.01.02', '1011')).toMatchObject({ date: '2026-01-02', time: '10:11:00' })
    expect(study('20261302', '2511')).toMatchObject({ date: null, time: null })
    expect(study('', '')).toMatchObject({ date: null, time: null })
  })

  it('never lets a slope that is no number pass for one', () => {
    const header = headerOf(aDicomFile(slice([[Tag.rescaleSlope, 'DS', 'abc']])))
    expect(header.frames[0]?.rescaleSlope).toBeNull()
    expect(header.notes).toContain('rescale-unreadable')
    expect(headerOf(aDicomFile(slice([[Tag.rescaleSlope, 'DS', '0']]))).frames[0]?.rescaleSlope).toBeNull()
  })

  it('tells detector spacing from spacing in the body', () => {
    const spacing = (modality: string, more: readonly Attribute[]) => {
      const header = headerOf(aDicomFile(aSlice({ instance: '1.9.1', modality, more })))
      return [header.spacingBasis, header.frames[0]?.pixelSpacingMm]
    }
    expect(spacing('CT', [])).toEqual(['body', [0.5, 0.5]])
    expect(spacing('DX', [])).toEqual(['detector', [0.5, 0.5]])
    expect(spacing('DX', [[Tag.imagerPixelSpacing, 'DS', '0.6\\0.6']])).toEqual(['body', [0.5, 0.5]])
    expect(spacing('DX', [[Tag.imagerPixelSpacing, 'DS', '0.5\\0.5']])).toEqual(['detector', [0.5, 0.5]])
    expect(spacing('XA', [[Tag.pixelSpacing, 'DS', ''], [Tag.imagerPixelSpacing, 'DS', '0.3\\0.3']])).toEqual(['detector', [0.3, 0.3]])
    expect(spacing('CT', [[Tag.pixelSpacing, 'DS', '0\\0']])).toEqual(['none', null])
    const region = (delta: number): readonly Attribute[] => [
      [Tag.regionSpatialFormat, 'US', 1], [Tag.physicalUnitsX, 'US', 3], [Tag.physicalUnitsY, 'US', 3], [Tag.physicalDeltaX, 'FD', delta], [Tag.physicalDeltaY, 'FD', -0.05]
    ]
    const ultrasound = (...deltas: readonly number[]): readonly Attribute[] => [[Tag.pixelSpacing, 'DS', ''], [Tag.ultrasoundRegions, 'SQ', deltas.map(region)]]
    expect(spacing('US', ultrasound(0.05))).toEqual(['ultrasound-region', [0.5, 0.5]])
    expect(spacing('US', ultrasound(0.05, 0.1))).toEqual(['none', null])
  })

  it('refuses an orientation that is no pair of unit vectors at right angles', () => {
    expect(headerOf(aDicomFile(slice([[Tag.imageOrientation, 'DS', '1\\0\\0\\1\\0\\0']]))).frames[0]?.orientation).toBeNull()
    expect(headerOf(aDicomFile(slice([[Tag.imageOrientation, 'DS', '2\\0\\0\\0\\1\\0']]))).frames[0]?.orientation).toBeNull()
  })

  it('makes directions that were rounded to two digits one long, so that no millimetre grows', () => {
    const { orientation } = headerOf(aDicomFile(slice([[Tag.imageOrientation, 'DS', '0.71\\0.71\\0\\0\\0\\-1']]))).frames[0] ?? {}
    expect(Math.hypot(...(orientation ?? []).slice(0, 3))).toBeCloseTo(1, 12)
    expect(orientation?.slice(3)).toEqual([0, 0, -1])
  })

  it('drops windows without a width', () => {
    const header = headerOf(aDicomFile(slice([[Tag.windowCenter, 'DS', '40\\600\\50'], [Tag.windowWidth, 'DS', '400\\0\\350']])))
    expect(header.frames[0]).toMatchObject({ windowCenters: [40, 50], windowWidths: [400, 350] })
  })

  it('reads positions of each frame from functional groups', () => {
    const frame = (z: number): readonly Attribute[] => [
      [Tag.planePositionSequence, 'SQ', [[[Tag.imagePosition, 'DS', `0\\0\\${z}`]]]],
      [Tag.pixelValueTransformationSequence, 'SQ', [[[Tag.rescaleSlope, 'DS', '2'], [Tag.rescaleIntercept, 'DS', String(-z)]]]]
    ]
    const shared: readonly Attribute[] = [
      [Tag.planeOrientationSequence, 'SQ', [[[Tag.imageOrientation, 'DS', '1\\0\\0\\0\\1\\0']]]],
      [Tag.pixelMeasuresSequence, 'SQ', [[[Tag.pixelSpacing, 'DS', '0.7\\0.8'], [Tag.sliceThickness, 'DS', '3']]]]
    ]
    const enhanced = slice([
      [Tag.numberOfFrames, 'IS', '2'], [Tag.pixelData, 'OW', Buffer.alloc(64)], [Tag.imagePosition, 'DS', ''], [Tag.pixelSpacing, 'DS', ''],
      [Tag.sharedFunctionalGroups, 'SQ', [shared]], [Tag.perFrameFunctionalGroups, 'SQ', [frame(5), frame(8)]]
    ])
    const { frames, frameCount } = headerOf(aDicomFile(enhanced))
    expect(frameCount).toBe(2)
    expect(frames).toMatchObject([
      { positionMm: [0, 0, 5], orientation: [1, 0, 0, 0, 1, 0], pixelSpacingMm: [0.7, 0.8], sliceThicknessMm: 3, rescaleSlope: 2, rescaleIntercept: -5 },
      { positionMm: [0, 0, 8], rescaleIntercept: -8 }
    ])
  })

  it('widens palettes to 16 bits', () => {
    const table = (value: number): Uint8Array => Uint8Array.from({ length: 4 }, (_, index) => index * value)
    const palette = slice([
      [Tag.photometricInterpretation, 'CS', 'PALETTE COLOR'],
      [Tag.redPaletteDescriptor, 'US', [4, 0, 8]], [Tag.greenPaletteDescriptor, 'US', [4, 0, 8]], [Tag.bluePaletteDescriptor, 'US', [4, 0, 8]],
      [Tag.redPalette, 'OW', table(10)], [Tag.greenPalette, 'OW', table(20)], [Tag.bluePalette, 'OW', table(30)]
    ])
    const found = headerOf(aDicomFile(palette)).pixel?.palette
    expect(found?.descriptor).toEqual([[4, 0, 8], [4, 0, 8], [4, 0, 8]])
    expect([...new Uint16Array(new Uint8Array(Buffer.from(found?.blue ?? '', 'base64')).buffer)]).toEqual([0, 30, 60, 90])
    expect(headerOf(aDicomFile(slice([[Tag.redPaletteDescriptor, 'US', [4, 0, 8]], [Tag.redPalette, 'OW', Uint8Array.of(1, 2)]]))).pixel?.palette).toBeNull()
  })
})

describe('where the frames of compressed pixels lie', () => {
  const jpeg = (size: number) => Uint8Array.from([0xff, 0xd8, 0xff, ...Array.from({ length: size - 5 }, () => 1), 0xff, 0xd9])
  const compressed = (pixels: Buffer, frames = 1, transferSyntaxUid = '1.2.840.10008.1.2.4.70') =>
    Buffer.concat([aDicomFile(withoutPixels([[Tag.numberOfFrames, 'IS', String(frames)]]), { transferSyntaxUid }), pixels])
  const lengths = (bytes: Buffer) => {
    const { layout } = headerOf(bytes)
    return layout?.kind === 'encapsulated' ? layout.frames.map((spans) => spans.map(([, length]) => length)) : null
  }

  it('one frame takes all fragments', () => {
    expect(lengths(compressed(encapsulated([jpeg(10), Uint8Array.of(1, 2)])))).toEqual([[10, 2]])
  })
  it('as many fragments as frames are one each', () => {
    expect(lengths(compressed(encapsulated([jpeg(10), jpeg(12)]), 2))).toEqual([[10], [12]])
  })
  it('a basic offset table says where frames begin', () => {
    expect(lengths(compressed(encapsulated([jpeg(10), jpeg(12), jpeg(8)], { offsetTable: [0, 38] }), 2))).toEqual([[10, 12], [8]])
  })
  it('without a table a frame begins where an image does', () => {
    expect(lengths(compressed(encapsulated([jpeg(10), Uint8Array.of(1, 2), jpeg(8)]), 2))).toEqual([[10, 2], [8]])
    expect(lengths(compressed(encapsulated([jpeg(10), Uint8Array.of(1, 2), jpeg(8)], { offsetTable: [0, 3] }), 2))).toEqual([[10, 2], [8]])
  })
  it('an extended offset table counts from the first fragment', () => {
    const table = (...values: readonly bigint[]) => { const bytes = Buffer.alloc(values.length * 8); for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(value, index * 8); return bytes }
    const head = aDicomFile(withoutPixels([
      [Tag.numberOfFrames, 'IS', '2'], [Tag.extendedOffsetTable, 'OV', table(0n, 18n)], [Tag.extendedOffsetTableLengths, 'OV', table(10n, 12n)]
    ]), { transferSyntaxUid: '1.2.840.10008.1.2.4.70' })
    expect(lengths(Buffer.concat([head, encapsulated([jpeg(10), jpeg(12)])]))).toEqual([[10], [12]])
  })
  it('a missing delimiter is forgiven after the end of an image, and nowhere else', () => {
    expect(lengths(compressed(encapsulated([jpeg(10)], { hasDelimiter: false })))).toEqual([[10]])
    expect(faultOfFile(compressed(encapsulated([Uint8Array.of(1, 2)], { hasDelimiter: false }))).code).toBe('truncated')
  })
  it('a fragment longer than the file is a cut file', () => {
    const bytes = compressed(encapsulated([jpeg(100)]))
    expect(faultOfFile(bytes.subarray(0, bytes.length - 40)).code).toBe('truncated')
  })
  it('fragments that no frame can claim are refused', () => {
    expect(faultOfFile(compressed(encapsulated([jpeg(10), Uint8Array.of(1, 2), Uint8Array.of(3, 4)]), 2)).code).toBe('wrong-length')
    expect(faultOfFile(compressed(encapsulated([jpeg(10)]), 2)).code).toBe('wrong-length')
    expect(faultOfFile(compressed(encapsulated([]))).code).toBe('no-pixel-data')
    expect(faultOfFile(compressed(encapsulated([jpeg(8), jpeg(8), jpeg(8)]), 2, '1.2.840.10008.1.2.5')).code).toBe('wrong-length')
  })
  it('pixels without items are damaged', () => {
    expect(faultOfFile(Buffer.concat([compressed(encapsulated([])).subarray(0, -16), Buffer.alloc(16, 9)])).code).toBe('malformed')
  })
})

describe('values', () => {
  const { dataSet } = open(aDicomFile(slice([
    [0x00280106, 'SS', -5], [0x00189087, 'FD', 1.25], [0x00200011, 'IS', ' 12 '], [0x00280030, 'DS', '1e-1\\x\\2.'], [0x00189089, 'FD', Number.NaN]
  ])))
  it('are numbers only where they are written as numbers', () => {
    expect(decimals(dataSet, 0x00280030)).toEqual([0.1, null, 2])
    expect(['1', '-.5', '1.', '+2e3', '1,5', '0x10', 'Infinity', ''].map(parseDecimal)).toEqual([1, -0.5, 1, 2000, null, null, null, null])
    expect(integer(dataSet, 0x00200011)).toBe(12)
  })
  it('follow their sign and width', () => {
    expect(pixelValue(dataSet, 0x00280106, true)).toBe(-5)
    expect(pixelValue(dataSet, 0x00280106, false)).toBe(65_531)
    expect(float64(dataSet, 0x00189087)).toBe(1.25)
    expect(float64(dataSet, 0x00189089)).toBeNull()
    expect([uint16(dataSet, Tag.rows), uint16(dataSet, Tag.rows, 1), uint16(dataSet, 0x00091001)]).toEqual([4, null, null])
  })
  it('and sizes are said in words', () => {
    expect([12, 1500, 2.5e6, 4.3e9].map(formatBytes)).toEqual(['12 bytes', '1.5 KB', '2.5 MB', '4.3 GB'])
    expect(formatTag(0x7fe00010)).toBe('(7FE0,0010)')
    expect(faultOf(new RangeError('x'))).toBeInstanceOf(DicomFault)
    expect(() => faultOf(new TypeError('ours'))).toThrow('ours')
  })
})
