import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice, aUid, type Attribute } from '../../test/support/dicom-file.ts'
import { readManifest, type ManifestSeries } from '../../test/support/manifest.ts'
import { missingData, sharedData } from '../../test/support/shared-data.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import { SeriesDescription } from '../../src-shared/studies.ts'
import { seriesWarningCodes } from '../../src-shared/studies.ts'

let room: StudiesRoom
beforeAll(async () => { room = await aStudiesRoom({ runJobs: true }) })
afterAll(() => room.stop())

const importFiles = async (files: Readonly<Record<string, Uint8Array>>) => (await room.studies.importPaths([room.write(files)], { actor: somebody })).result
/** Imports slices as one new series and returns its UID. */
async function aSeriesOf(slices: readonly Parameters<typeof aSlice>[0][]): Promise<string> {
  const series = aUid()
  await importFiles(Object.fromEntries(slices.map((slice, index) => [`${series}/${index}`, aDicomFile(aSlice({ series, study: `${series}.1`, number: index + 1, ...slice }))])))
  return series
}

const known = readManifest().flatMap(({ series }) => series).filter(({ path }) => missingData(path) === null && !/S4010|twelve-bit/.test(path))

describe.skipIf(missingData('manifest.json') !== null)('series of real scanners', () => {
  const seriesOf = async ({ path, slices }: ManifestSeries) => {
    const { studies } = (await room.studies.importPaths([sharedData(path)], { actor: somebody })).result
    const found = studies.flatMap(({ series }) => series).filter(({ instances, modality }) => instances === slices && modality !== 'RTSTRUCT').map(({ seriesUid }) => room.studies.describeSeries(seriesUid))
    return found
  }

  it.each(known.map((series) => [series.path, series] as const))('%s', async (_path, series) => {
    const candidates = await seriesOf(series)
    const described = candidates.find(({ frames }) => frames.every(({ alongNormalMm }, index) => Math.abs((alongNormalMm ?? 1e9) - (series.positions_along_normal_mm[index] ?? 0)) < 0.01) && frames.length === series.slices)
    if (described === undefined) throw new Error('no imported series lies at the positions of the manifest')
    expect(SeriesDescription.parse(described)).toEqual(described)
    expect(described.pixel).toMatchObject({ rows: series.rows, columns: series.columns })
    expect(described.pixelSpacingMm?.[0]).toBeCloseTo(series.pixel_spacing_mm_row_col?.[0] ?? 0, 4)
    expect(described.sliceSpacingMm).toBeCloseTo(series.spacing_along_normal_mm?.median ?? 0, 3)
    const tilt = series.angle_between_normal_and_stack_deg ?? 0
    expect(Math.abs(described.gantryTiltDeg - tilt)).toBeLessThan(0.05)
    const { min, max, median } = series.spacing_along_normal_mm ?? { min: 0, median: 1, max: 9 }
    const isEven = max - median <= 0.02 * median && median - min <= 0.02 * median
    const hasDuplicates = (series.duplicate_positions ?? 0) > 0
    expect(described.isVolume).toBe(isEven && !hasDuplicates && tilt < 0.1)
    expect(described.warnings.includes('gantry-tilt')).toBe(tilt > 0.1)
    expect(described.warnings.includes('duplicate-position')).toBe(hasDuplicates)
    if (hasDuplicates) {
      await expect(room.studies.loadVolume(described.seriesUid)).rejects.toMatchObject({ code: 'geometry-refused', message: `${series.duplicate_positions ?? 0} slices lie at the place of another. No volume is measured on it.` })
      return
    }
    const { voxels, rows, columns, slices, geometry } = await room.studies.loadVolume(described.seriesUid)
    expect([columns, rows, slices]).toEqual([series.columns, series.rows, series.slices])
    expect(voxels.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(geometry.isEven).toBe(isEven)
    if (series.modality === 'PT') return
    for (const { slice, row, column, value, patient_xyz_mm: place } of series.probes) {
      expect(voxels[(slice * rows + row) * columns + column]).toBe(value)
      const [origin, [between, across]] = [geometry.originsMm[slice] ?? [0, 0, 0], geometry.pixelSpacingMm]
      for (const axis of [0, 1, 2] as const) {
        expect(origin[axis] + geometry.rowDirection[axis] * column * across + geometry.columnDirection[axis] * row * between).toBeCloseTo(place[axis], 2)
      }
    }
    let sum = 0
    for (const voxel of voxels) sum += voxel
    expect(sum / voxels.length).toBeCloseTo(series.value_statistics.mean, 2)
  })
})

describe('the description of a series', () => {
  it('puts frames in geometric order and names only what differs', async () => {
    const uid = await aSeriesOf([{ positionMm: [0, 0, 4] }, { positionMm: [0, 0, 0] }, { positionMm: [0, 0, 2], more: [[0x00281052, 'DS', '-1000'], [0x00280103, 'US', 1]] }])
    const described = room.studies.describeSeries(uid)
    expect(described).toMatchObject({ isVolume: true, sliceSpacingMm: 2, spacingBasis: 'body', warnings: [], patient: { name: 'Doe^Jane', sex: 'F', birthDate: '1970-02-03' }, orientation: [1, 0, 0, 0, 1, 0] })
    expect(described.frames.map(({ instanceNumber }) => instanceNumber)).toEqual([2, 3, 1])
    expect(described.frames.map(({ alongNormalMm }) => alongNormalMm)).toEqual([0, 2, 4])
    expect(described.frames.map(({ rescaleIntercept }) => rescaleIntercept)).toEqual([-1024, -1000, -1024])
    expect(described.frames[1]?.pixel).toMatchObject({ pixelRepresentation: 1 })
    expect(described.frames[0]).not.toHaveProperty('pixel')
    expect(described.frames[0]).toMatchObject({ windowCenters: [40], windowWidths: [400], bytes: 32 })
    expect(room.studies.seriesOf(described.studyUid).map(({ seriesUid }) => seriesUid)).toEqual([uid])
  })

  it('says of PET why it shows no uptake values, in its unit', async () => {
    const uid = await aSeriesOf([{ modality: 'PT', more: [[0x00541001, 'CS', 'BQML'], [0x00280051, 'CS', 'DECY\\ATTN']] }])
    const described = room.studies.describeSeries(uid)
    expect(described).toMatchObject({ suv: { kind: 'none' }, frames: [{ rescaleType: 'Bq/ml' }] })
    expect(described.warningTexts).toContain("The patient's weight is missing, so no uptake values can be shown.")
  })

  it('refuses a volume on values that are no Hounsfield units', async () => {
    const uid = await aSeriesOf([{ positionMm: [0, 0, 0], more: [[0x00281053, 'DS', 'abc']] }, { positionMm: [0, 0, 1] }])
    expect(room.studies.describeSeries(uid)).toMatchObject({ isVolume: false, notVolumeReason: 'The rescale values can not be read, so Hounsfield units can not be computed.' })
    await expect(room.studies.loadVolume(uid)).rejects.toMatchObject({ code: 'geometry-refused' })
  })

  it.each<readonly [string, readonly Attribute[]]>([
    ['a slope that is no number', [[0x00281053, 'DS', 'abc']]], ['an intercept that is no number', [[0x00281052, 'DS', 'abc']]], ['neither slope nor intercept', [[0x00281052, 'DS', ''], [0x00281053, 'DS', '']]]
  ])('calls no value of a CT with %s a Hounsfield unit, and shows what is stored', async (_name, more) => {
    const uid = await aSeriesOf([{ positionMm: [0, 0, 0], more }, { positionMm: [0, 0, 1], more }])
    expect(room.studies.describeSeries(uid).frames).toMatchObject([0, 1].map(() => ({ rescaleSlope: 1, rescaleIntercept: 0, rescaleType: 'US' })))
    await expect(room.studies.loadVolume(uid)).rejects.toThrow(/no Hounsfield units/)
  })

  it.each<readonly [string, Parameters<typeof aSlice>[0][], string, RegExp]>([
    ['without positions', [{ positionMm: null }, { positionMm: null }], 'no-position', /no position/],
    ['of mixed sizes', [{ positionMm: [0, 0, 0] }, { positionMm: [0, 0, 1], rows: 8 }], 'mixed-size', /different size/],
    ['without pixel spacing', [{ positionMm: [0, 0, 0], more: [[0x00280030, 'DS', '']] }, { positionMm: [0, 0, 1], more: [[0x00280030, 'DS', '']] }], 'no-pixel-spacing', /pixel spacing is missing/]
  ])('measures no volume on a series %s', async (_name, slices, code, reason) => {
    const uid = await aSeriesOf(slices)
    const described = room.studies.describeSeries(uid)
    expect(described.warnings).toContain(code)
    expect(described).toMatchObject({ isVolume: false })
    await expect(room.studies.loadVolume(uid)).rejects.toThrow(reason)
  })

  it('hands an uneven and a tilted stack on with their facts', async () => {
    const uid = await aSeriesOf([0, 1, 2, 4].map((z) => ({ positionMm: [0, z * 0.25, z] as const })))
    expect(room.studies.describeSeries(uid).warnings).toEqual(['missing-slices', 'gantry-tilt'])
    const { geometry } = await room.studies.loadVolume(uid)
    expect(geometry).toMatchObject({ isEven: false, sliceGapsMm: [1, 1, 2], sliceSpacingMm: 1, sliceThicknessMm: 1 })
    expect(geometry.gantryTiltDeg).toBeCloseTo(14.036, 2)
  })

  it('loads the stack beside a localizer, and one slice alone', async () => {
    const axial = Array.from({ length: 12 }, (_, z) => ({ positionMm: [0, 0, z] as const, fill: z }))
    const uid = await aSeriesOf([{ positionMm: [0, 0, 0], orientation: [0, 1, 0, 0, 0, -1] }, ...axial])
    const { slices, voxels } = await room.studies.loadVolume(uid)
    expect(slices).toBe(12)
    expect([voxels[0], voxels.at(-1)]).toEqual([-1024, -1013])
    const single = await aSeriesOf([{}])
    expect((await room.studies.loadVolume(single)).geometry).toMatchObject({ sliceGapsMm: [], sliceSpacingMm: 1, isEven: true })
  })

  it('tells its progress and stops when asked', async () => {
    const uid = await aSeriesOf(Array.from({ length: 9 }, (_, z) => ({ positionMm: [0, 0, z] as const })))
    const told: number[] = []
    await room.studies.loadVolume(uid, { onProgress: (fraction) => { told.push(fraction) } })
    expect(told.at(-1)).toBe(1)
    expect(told).toHaveLength(9)
    await expect(room.studies.loadVolume(uid, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
  })

  it('says honestly what can not be drawn', async () => {
    const reasonOf = async (more: readonly Attribute[], options = {}) => {
      const series = aUid()
      await importFiles({ [`${series}/a`]: aDicomFile(aSlice({ series, study: `${series}.1`, more }), options) })
      return room.studies.detail(`${series}.1`).series[0]
    }
    expect(await reasonOf([[0x00280100, 'US', 32], [0x00280101, 'US', 32], [0x00280102, 'US', 31], [0x7fe00010, 'OW', Buffer.alloc(64)]])).toMatchObject({ isViewable: false, notViewableReason: 'Pixels of 32 bits are not drawn by this version.' })
    expect(await reasonOf([[0x00280004, 'CS', 'PALETTE COLOR']])).toMatchObject({ isViewable: false, notViewableReason: expect.stringContaining('colour table') })
    expect(await reasonOf([[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.66.4']])).toMatchObject({ isViewable: false, notViewableReason: expect.stringContaining('segmentation') })
    expect(await reasonOf([], { transferSyntaxUid: '1.2.3.4.5' })).toMatchObject({ isViewable: false, warnings: ['single-slice', 'unsupported-transfer-syntax'] })
    const series = aUid()
    await importFiles({ [`${series}/a`]: aDicomFile(aSlice({ series, study: `${series}.1`, modality: 'SR', more: [[0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.88.11']] }).filter(([tag]) => tag !== 0x7fe00010)) })
    expect(room.studies.detail(`${series}.1`).series[0]).toMatchObject({ isViewable: false, notViewableReason: 'This is a structured report; there is no image to show.', warnings: [] })
    expect(room.studies.describeSeries(series).frames).toEqual([])
    await expect(room.studies.thumbnailOf(series)).rejects.toMatchObject({ code: 'cannot-decode' })
  })

  it('only knows warnings of the contract', () => {
    expect(seriesWarningCodes).toContain('gantry-tilt')
  })
})

describe('pictures', () => {
  it('are windowed, cropped and scaled', async () => {
    const series = await aSeriesOf([{ rows: 8, columns: 16, fill: 1064 }])
    const instance = room.studies.describeSeries(series).frames[0]?.sopInstanceUid ?? ''
    const pixelOf = async (options: Parameters<typeof room.studies.renderFrame>[2]) => {
      const { data, info } = await sharp(await room.studies.renderFrame(instance, 1, options)).greyscale().raw().toBuffer({ resolveWithObject: true })
      return [info.width, info.height, data[0]]
    }
    // 1064 − 1024 = 40 HU: the middle of the window.
    expect(await pixelOf({ maxSizePx: 32, format: 'png' })).toEqual([32, 16, 128])
    expect(await pixelOf({ maxSizePx: 16, format: 'png', windowCenter: 0, windowWidth: 40 })).toEqual([16, 8, 255])
    expect(await pixelOf({ maxSizePx: 8, format: 'png', crop: { x: 12, y: 2, width: 100, height: 4 } })).toEqual([8, 8, 128])
    expect((await sharp(await room.studies.renderFrame(instance, 1, { maxSizePx: 20, format: 'webp' })).metadata()).format).toBe('webp')
    await expect(room.studies.renderFrame(instance, 2, { maxSizePx: 20, format: 'png' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(room.studies.renderFrame('1.2.99', 1, { maxSizePx: 20, format: 'png' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('get square pixels', async () => {
    const series = await aSeriesOf([{ rows: 8, columns: 8, more: [[0x00280030, 'DS', '1\\0.5']] }])
    const instance = room.studies.describeSeries(series).frames[0]?.sopInstanceUid ?? ''
    const { width, height } = await sharp(await room.studies.renderFrame(instance, 1, { maxSizePx: 40, format: 'png' })).metadata()
    expect([width, height]).toEqual([20, 40])
  })

  it('of the series strip are made in the background and told', async () => {
    const series = await aSeriesOf([{ rows: 64, columns: 64 }])
    await room.idle()
    expect(room.events).toContainEqual({ type: 'series-thumbnail', seriesUid: series })
    const path = await room.studies.thumbnailOf(series)
    expect(await sharp(path).metadata()).toMatchObject({ format: 'webp', width: 192, height: 192 })
    expect(await room.studies.thumbnailOf(series)).toBe(path)
    await expect(room.studies.thumbnailOf('1.2.99')).rejects.toMatchObject({ code: 'not-found' })
  })
})
