import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import dicomParser from 'dicom-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PhantomTruth } from '../../../src-shared/analysis.ts'
import { decimal } from './dicom-writer.ts'
import { PhantomRecipe, renderVolume, writePhantom } from './index.ts'
import { placeObjects } from './objects.ts'
import { createRandom, normalTable } from './random.ts'
import { sampleRecipe } from './sample.ts'
import { capsule, disc, ellipsoid, halfExtentMm } from './shapes.ts'
import { stackOf } from './stack.ts'

const small = { name: 'TEST', anatomy: 'water', rows: 48, columns: 40, slices: 7, pixelSpacingMm: [0.9, 1.1], sliceSpacingMm: 2.5, noiseHu: 0, blurMm: 0 } as const
const ball = { kind: 'stone', place: 'kidney', diameterMm: 9, hu: 700, centreMm: [3, -4, 0.4] } as const

const aRecipe = (changes: object = {}): PhantomRecipe => PhantomRecipe.parse({ ...small, objects: [ball], ...changes })

describe('rendering a phantom', () => {
  it.each([
    ['straight', {}], ['tilted', { tiltDeg: 12 }], ['oblique', { turnsDeg: [25, -10, 40] }], ['blurred', { blurMm: 0.6 }],
    ['with overlapping slices', { sliceThicknessMm: 5 }]
  ])('keeps the volume of a ball in a %s stack', (_name, changes) => {
    const volume = renderVolume(aRecipe({ ...changes, objects: [{ ...ball, place: 'collecting-system' }] }))
    const sum = volume.voxels.reduce((total, hu) => total + (hu > 0 ? hu : 0), 0)
    const voxelMm3 = 0.9 * 1.1 * volume.geometry.sliceSpacingMm
    expect((sum * voxelMm3) / 700 / ((Math.PI / 6) * 9 ** 3)).toBeCloseTo(1, 1.5)
  })

  it('gives its inside the density of the recipe and air around the body', () => {
    const volume = renderVolume(aRecipe())
    const at = (column: number, row: number, slice: number): number => volume.voxels[(slice * 48 + row) * 40 + column] ?? 0
    expect(at(22, 19, 3)).toBe(700)
    expect(at(8, 20, 3)).toBe(0)
    expect(volume.objects[0]?.volumeMm3).toBeCloseTo((Math.PI / 6) * 729, 6)
    expect(renderVolume(aRecipe({ columns: 100 })).voxels[0]).toBe(-1000)
  })

  it('is the same for the same seed and different for another', () => {
    const [a, again, other] = [1, 1, 2].map((seed) => renderVolume(aRecipe({ noiseHu: 10, seed })).voxels)
    expect(again).toEqual(a)
    expect(other).not.toEqual(a)
  })

  it('draws noise of the asked strength after the blur', () => {
    const { voxels } = renderVolume(aRecipe({ noiseHu: 12, blurMm: 0.8, rows: 64, columns: 64, slices: 3, pixelSpacingMm: [0.5, 0.5], objects: [] }))
    const middle = [...voxels].filter((_, index) => index % 64 > 8 && index % 64 < 56 && Math.floor(index / 64) % 64 > 8 && Math.floor(index / 64) % 64 < 40)
    const mean = middle.reduce((sum, hu) => sum + hu, 0) / middle.length
    const sd = Math.sqrt(middle.reduce((sum, hu) => sum + (hu - mean) ** 2, 0) / middle.length)
    expect(Math.abs(mean)).toBeLessThan(3)
    expect(sd).toBeGreaterThan(11)
    expect(sd).toBeLessThan(13)
  })

  it('raises the density of vessels and urine when contrast is given', () => {
    const slab = { anatomy: 'abdomen', rows: 64, columns: 64, slices: 1, pixelSpacingMm: [1, 1], noiseHu: 0, centreMm: [11, 18, 20], objects: [] }
    const aorta = (contrast: string): number | undefined => renderVolume(aRecipe({ ...slab, contrast })).voxels[32 * 64 + 32]
    expect(aorta('none')).toBe(44)
    expect(aorta('intravenous')).toBe(214)
    const bladder = renderVolume(aRecipe({ ...slab, contrast: 'excretory', centreMm: [0, -22, -150] })).voxels[32 * 64 + 32]
    expect(bladder).toBe(500)
  })
})

describe('the stack of a recipe', () => {
  it('leaves out missing slices and adds extra gaps', () => {
    const geometry = stackOf(aRecipe({ missingSlices: [2], extraGaps: [{ beforeSlice: 5, extraMm: 1 }] }))
    expect(geometry.sliceGapsMm.map((gap) => Math.round(gap * 1e6) / 1e6)).toEqual([2.5, 5, 2.5, 3.5, 2.5])
  })

  it('shears a tilted stack and keeps the spacing along the normal', () => {
    const geometry = stackOf(aRecipe({ tiltDeg: 20, turnsDeg: [0, 30, 0] }))
    expect(geometry.gantryTiltDeg).toBeCloseTo(20, 3)
    expect(geometry.sliceSpacingMm).toBeCloseTo(2.5, 4)
  })
})

describe('shapes', () => {
  it('know how far they reach', () => {
    expect(halfExtentMm(ellipsoid([0, 0, 0], [2, 3, 4], 1), [0, 1, 0])).toBeCloseTo(3, 9)
    expect(halfExtentMm(ellipsoid([0, 0, 0], [2, 3, Infinity], 1), [0, 0, 1])).toBe(Infinity)
    expect(halfExtentMm(ellipsoid([0, 0, 0], [2, 3, Infinity], 1), [1, 0, 0])).toBeCloseTo(2, 9)
    expect(halfExtentMm(capsule([0, 0, -5], [0, 0, 5], 2, 1), [0, 0, 1])).toBeCloseTo(7, 9)
    expect(halfExtentMm(capsule([0, 0, -5], [0, 0, 5], 2, 1), [1, 0, 0])).toBeCloseTo(2, 9)
    expect(halfExtentMm(disc([0, 0, 0], [5, 6], 3, 1), [0, 0, 1])).toBeCloseTo(3, 9)
  })
})

describe('placed objects', () => {
  it('know side, place and true volume', () => {
    const [stone, plaque, clip] = placeObjects(PhantomRecipe.parse({ name: 'X', bodyScale: 0.5, objects: [
      { kind: 'stone', place: 'upper-ureter', side: 'right', diameterMm: 6, shape: [0.5, 0.5], hu: 500 },
      { kind: 'vessel-calcification', place: 'iliac-artery', diameterMm: 10, shape: [0.2, 0.2], hu: 500 },
      { kind: 'metal', place: 'near-rib', side: 'right', diameterMm: 8, shape: [0.25, 0.25], hu: 3000, location: 'unknown' }
    ] }))
    expect(stone).toMatchObject({ laterality: 'right', location: 'upper-ureter' })
    expect(stone?.volumeMm3).toBeCloseTo((Math.PI / 6) * 6 * 3 * 3, 9)
    expect(stone?.centreMm[0]).toBeGreaterThan(-25)
    expect(plaque).toMatchObject({ laterality: 'left', location: 'outside-urinary-tract' })
    expect(plaque?.volumeMm3).toBeCloseTo(Math.PI * 8 + (4 / 3) * Math.PI, 9)
    expect(clip?.location).toBe('unknown')
  })

  it('lie where their place is, for every place', () => {
    const places = ['kidney', 'upper-ureter', 'distal-ureter', 'bladder', 'pelvic-vein', 'aorta', 'iliac-artery', 'bowel', 'collecting-system', 'gallbladder-fossa', 'near-rib', 'near-sacrum'] as const
    const objects = placeObjects(PhantomRecipe.parse({ name: 'X', objects: places.map((place) => ({ kind: 'stone', place, diameterMm: 4, hu: 500 })) }))
    expect(objects.map(({ location }) => location)).toEqual([
      'kidney', 'upper-ureter', 'pelvis', 'bladder', 'pelvis', 'outside-urinary-tract', 'outside-urinary-tract', 'outside-urinary-tract', 'kidney',
      'outside-urinary-tract', 'outside-urinary-tract', 'pelvis'
    ])
    expect(new Set(objects.map(({ centreMm }) => centreMm.join())).size).toBe(places.length)
  })
})

describe('random numbers', () => {
  it('repeat, and are normal where they should be', () => {
    const [a, b] = [createRandom(5), createRandom(5)]
    expect([a.uniform(), a.between(2, 3), a.integer(10)]).toEqual([b.uniform(), b.between(2, 3), b.integer(10)])
    const table = normalTable()
    expect(table.reduce((sum, value) => sum + value * value, 0) / table.length).toBeCloseTo(1, 5)
    expect(table.filter((value) => Math.abs(value) < 1).length / table.length).toBeCloseTo(0.683, 2)
  })

  it('draw patients that differ by seed alone', () => {
    expect(sampleRecipe({ seed: 3 })).toEqual(sampleRecipe({ seed: 3 }))
    expect(sampleRecipe({ seed: 3 }).objects).not.toEqual(sampleRecipe({ seed: 4 }).objects)
    expect(sampleRecipe({ seed: 3 }).objects.filter(({ kind }) => kind !== 'stone')).toHaveLength(5)
  })
})

describe('writing a phantom as DICOM', () => {
  let folder = ''
  beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'vigil-phantom-')) })
  afterAll(async () => { await rm(folder, { recursive: true }) })

  it('writes Part 10 files whose geometry and pixels are those of the recipe, and the truth beside them', async () => {
    const recipe = aRecipe({ tiltDeg: 10, instanceOrder: 'reversed' })
    const progress: number[] = []
    const out = join(folder, 'tilted')
    const truth = await writePhantom(recipe, out, { onProgress: (done) => progress.push(done) })
    expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(await readdir(out)).toHaveLength(8)
    expect(PhantomTruth.parse(JSON.parse(await readFile(join(out, 'truth.json'), 'utf8')))).toEqual(truth)
    const last = dicomParser.parseDicom(await readFile(join(out, 'IM00001.dcm')))
    const geometry = stackOf(recipe)
    expect(last.string('x00100010')).toBe('PHANTOM^TEST')
    expect(last.string('x00200013')).toBe('1')
    expect(last.string('x0020000e')).toBe(truth.seriesUid)
    expect(last.string('x00200032')?.split('\\').map(Number)).toEqual(geometry.originsMm[6]?.map((value) => Number(decimal(value))))
    expect(last.string('x00280030')).toBe('0.9\\1.1')
    const pixels = last.elements['x7fe00010']
    expect(pixels?.length).toBe(48 * 40 * 2)
    const stored = new DataView(last.byteArray.buffer, last.byteArray.byteOffset + (pixels?.dataOffset ?? 0)).getUint16(2 * (24 * 40 + 20), true)
    expect(stored - 1024).toBe(renderVolume(recipe).voxels[(6 * 48 + 24) * 40 + 20])
  })

  it('names the instance that shows the middle of each object', async () => {
    const out = join(folder, 'order')
    const truth = await writePhantom(aRecipe({ instanceOrder: 'shuffled', seed: 4 }), out)
    const files = (await readdir(out)).filter((name) => name.endsWith('.dcm'))
    const headers = await Promise.all(files.map(async (name) => dicomParser.parseDicom(await readFile(join(out, name)))))
    const named = headers.find((header) => header.string('x00080018') === truth.findings[0]?.sopInstanceUid)
    expect(Number(named?.string('x00200032')?.split('\\')[2])).toBeCloseTo(0, 3)
    const order = headers.toSorted((a, b) => Number(a.string('x00200013')) - Number(b.string('x00200013'))).map((header) => Number(header.string('x00200032')?.split('\\')[2]))
    expect(order).not.toEqual(order.toSorted((a, b) => a - b))
    expect(order).not.toEqual(order.toSorted((a, b) => b - a))
  })

  it('gives the same UIDs for the same recipe and others for another', async () => {
    const [a, again, other] = await Promise.all(['a', 'b', 'c'].map((name, index) => writePhantom(aRecipe({ slices: 4, seed: index === 2 ? 9 : 1 }), join(folder, name))))
    expect(again).toEqual(a)
    expect(other?.studyUid).not.toBe(a?.studyUid)
    expect(a?.studyUid).toMatch(/^2\.25\.[1-9][0-9]{10,38}$/)
    expect(await readFile(join(folder, 'a', 'IM00002.dcm'))).toEqual(await readFile(join(folder, 'b', 'IM00002.dcm')))
  })

  it('stops between slices when cancelled', async () => {
    const stop = new AbortController()
    const writing = writePhantom(aRecipe(), join(folder, 'cancelled'), { signal: stop.signal, onProgress: (done) => { if (done === 3) stop.abort() } })
    await expect(writing).rejects.toThrow('cancelled')
    expect(await readdir(join(folder, 'cancelled'))).toHaveLength(3)
  })

  it('reads the demo recipe, which holds stones and mimics', async () => {
    const demo = PhantomRecipe.parse(JSON.parse(await readFile(join(import.meta.dirname, '../../../resources/phantom/demo.json'), 'utf8')))
    expect(demo.objects.filter(({ kind }) => kind === 'stone')).toHaveLength(5)
    expect(new Set(demo.objects.map(({ kind }) => kind))).toEqual(new Set(['stone', 'phlebolith', 'vessel-calcification', 'metal', 'bowel-content']))
  })

  it('writes decimal strings of at most 16 characters', () => {
    expect([decimal(-0), decimal(1.5), decimal(-183.96), decimal(0.123456789123)]).toEqual(['0', '1.5', '-183.96', '0.123456789'])
    expect(decimal(-123456.123456789).length).toBeLessThanOrEqual(16)
    expect(decimal(1e22).length).toBeLessThanOrEqual(16)
  })
})
