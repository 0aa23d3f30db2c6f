import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SopInstanceUid, StudyUid } from '../../../src-shared/ids.ts'
import { OverlayContent, OverlayList, type ContoursContent, type OverlaySummary, type ReportContent, type SegmentationContent } from '../../../src-shared/overlays.ts'
import { missingData, sharedData } from '../../../test/support/shared-data.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../../test/support/studies-room.ts'

const folders = ['sr-seg-rt', 'pet-ct-mr-rtstruct-pelvis']
const missing = folders.map((folder) => missingData(folder)).find((reason) => reason !== null) ?? null

/** Figures were worked out once from the same files with pydicom 3.0.2 and NumPy (shoelace formula, pixel_array), independently of this reader. */
describe.skipIf(missing !== null)('objects of the shared test data', () => {
  let room: StudiesRoom
  let all: OverlaySummary[] = []

  beforeAll(async () => {
    room = await aStudiesRoom()
    const { result } = await room.studies.importPaths(folders.map((folder) => sharedData(folder)), { actor: somebody })
    for (const { studyUid } of result.studies) all = [...all, ...OverlayList.parse(await room.studies.objects.list(StudyUid.parse(studyUid))).overlays]
  })
  afterAll(async () => { await room.stop() })

  const ofUid = (ending: string) => {
    const found = all.find(({ sopInstanceUid }) => sopInstanceUid.endsWith(ending))
    if (found === undefined) throw new Error(`${ending} is not listed.`)
    return found
  }
  const contentOf = async (ending: string) => {
    const uid = SopInstanceUid.parse(ofUid(ending).sopInstanceUid)
    const overlay = await room.studies.objects.content(uid)
    expect(OverlayContent.parse(overlay.content)).toEqual(overlay.content)
    return { ...overlay, bulk: await room.studies.objects.bulk(uid) }
  }
  const contoursOf = async (ending: string) => {
    const { content, bulk } = await contentOf(ending)
    if (content.kind !== 'contours') throw new Error(content.kind)
    return { content, points: new Float64Array(Uint8Array.from(bulk).buffer) }
  }
  const segmentationOf = async (ending: string) => {
    const { content, bulk } = await contentOf(ending)
    if (content.kind !== 'segmentation') throw new Error(content.kind)
    return { content, bulk }
  }

  it('are all listed, each as what it is', () => {
    const counts = Object.groupBy(all, ({ kind }) => kind)
    expect(Object.fromEntries(Object.entries(counts).map(([kind, rows]) => [kind, rows.length]))).toEqual({ contours: 5, segmentation: 9, report: 4 })
    expect(all.filter(({ kind }) => kind === 'unread')).toEqual([])
  })

  it('say what they belong on, by their images or their frame of reference', () => {
    const gtv = all.find(({ detail }) => detail === '1 structure: GTV_Mass_CT')
    // It names the 267 images of the whole body that the publisher cropped; CT, MR and PET lie in its frame of reference.
    expect(gtv?.targets.map(({ by }) => by)).toEqual(['frame-of-reference', 'frame-of-reference', 'frame-of-reference'])
    expect(gtv).toMatchObject({ isDrawable: true, imagesNamed: 267, imagesHere: 0 })
    const plan = all.find(({ label }) => label === 'CT_1')
    expect(plan).toMatchObject({ kind: 'contours', isDrawable: true, imagesHere: 1 })
    expect(plan?.detail).toMatch(/^9 structures: BODY, Borders, Breast, Heart …$/)
  })

  it('say why they are not drawn where their images are not here', () => {
    expect(ofUid('8337731.665796')).toMatchObject({ kind: 'segmentation', isDrawable: false, notDrawableReason: 'The images that it belongs to are not here.', imagesNamed: 3, imagesHere: 0 })
    expect(ofUid('1117461927.10')).toMatchObject({ kind: 'report', isDrawable: false, notDrawableReason: 'It has no graphics; it is read as text.' })
  })

  it('hold contours with the area and centre that they have in the file', async () => {
    const plan = await contoursOf('20090511122144')
    expect(measured(plan, 'Heart')).toEqual({ contours: 33, points: 4732, areaMm2: 146566.304, centroidMm: [2.615, -274.961, -47.822], first: [9.13, -295.96, -98.44] })
    expect(plan.content.structures.find(({ name }) => name === 'Heart')).toMatchObject({ number: 5, colour: [255, 128, 0], frameOfReferenceUid: '2.16.840.1.113662.2.12.0.3057.1241703565.36' })
    expect(plan.content.structures[0]).toMatchObject({ name: 'BODY', type: 'EXTERNAL' })
    const gtv = await contoursOf(all.find(({ detail }) => detail.includes('GTV_Mass_CT'))?.sopInstanceUid ?? '')
    expect(measured(gtv, 'GTV_Mass_CT')).toEqual({ contours: 43, points: 39076, areaMm2: 196002.2, centroidMm: [-74.261, 19.566, -821.923], first: [-50.781, -1.343, -752.1] })
    const bare = await contoursOf('.2010020400001')
    expect(measured(bare, 'patient')).toMatchObject({ contours: 3, points: 17, areaMm2: 360000, centroidMm: [0, 0, -190] })
    expect(bare.content.structures[1]?.contours).toEqual([{ shape: 'point', from: 17, count: 1, image: null }])
  })

  it('hold segments with as many pixels as the manifest counts, whatever the codec', async () => {
    for (const uid of ['8337731.665796', '20495139596116', '87696714904348', '34035912131284']) {
      const { content, bulk } = await segmentationOf(uid)
      expect(content.segments).toEqual([expect.objectContaining({ label: 'Liver', pixels: 107098, frames: 3 })])
      expect(content.masks.map((mask) => pixelsIn(bulk, mask))).toEqual(content.masks.map(({ pixels }) => pixels))
    }
  })

  it('hold segments frame by frame at their places', async () => {
    const { content, bulk } = await segmentationOf('37615676904125')
    expect(content.masks.map(({ pixels }) => pixels)).toEqual([127, 256, 255])
    expect(content.masks[0]).toMatchObject({
      segment: 1, frameNumber: 1, box: [0, 0, 11, 16], columns: 16, rows: 16,
      place: { positionMm: [-125, -128.100006, 103.019997], orientation: [1, 0, 0, 0, 1, 0], pixelSpacingMm: [0.488281, 0.488281], halfThicknessMm: 0.625 },
      image: { sopInstanceUid: '1.3.6.1.4.1.5962.1.1.0.0.0.1196530851.28319.0.94', frameNumbers: [] }
    })
    expect(centroid(bulk, content.masks[0])).toEqual([3.6063, 7.6535])
    expect((await segmentationOf('06055067323399')).content.segments.map(({ label, pixels, frames }) => [label, pixels, frames])).toEqual([['first segment', 64, 4], ['second segment', 16, 4]])
    const liver = await segmentationOf('9964165.238879')
    expect(liver.content.masks).toMatchObject([{ frameNumber: 2, pixels: 315, place: { positionMm: [46.4649, 5.01881, -175.25] } }])
  })

  it('draw a fractional segment where it is at least a half, and say so', async () => {
    const { content } = await segmentationOf('53209226368365')
    expect(content).toMatchObject({ type: 'fractional', segments: [{ pixels: 638 }], notes: ['The segmentation says how probable a pixel is; it is drawn where that is at least a half.'] })
  })

  it('take the labels of a label map apart, without its background', async () => {
    const { content } = await segmentationOf('1279372.413280')
    expect(content.type).toBe('labelmap')
    expect(content.segments.map(({ number, label, pixels }) => [number, label, pixels])).toEqual([[0, 'Background', 0], [1, 'Liver', 630]])
  })

  it('show a recommended colour as it is meant to look', async () => {
    // CIELab 63.571, 32.183, 30.724 of D50, by Bradford's matrix and IEC 61966-2-1 in NumPy: 216.95, 130.20, 101.07.
    expect((await segmentationOf('8337731.665796')).content.segments[0]?.colour).toEqual([217, 130, 101])
  })

  it('give a report as lines with values and units, its graphics with their images', async () => {
    const { content, places } = await contentOf('03486145080506')
    if (content.kind !== 'report') throw new Error(content.kind)
    expect(content).toMatchObject({ title: 'Imaging Measurement Report' })
    expect(content.rows).toHaveLength(39)
    expect(valuesIn(content)).toEqual([['Intensity Histogram Mean', -119.07385253906, "[hnsf'U]"], ['Diameter', 10, 'mm'], ['Diameter', 20, 'mm'], ['Volume', 200, 'mm3']])
    expect(content.graphics).toMatchObject([
      { shape: 'circle', place: { in: 'image', points: [[45, 55], [45, 65]] }, lines: ['LungNodule0001', 'Diameter 10.0 mm'] },
      { shape: 'polyline', place: { in: 'image', points: [[25, 45], [45, 45], [45, 65], [25, 65]] }, lines: ['Aorta0001', 'Diameter 20.0 mm'] },
      { shape: 'point', place: { in: 'patient', points: [[123.5, Math.fround(234.1), Math.fround(-23.7)]] }, lines: ['Vertebra0001', 'Volume 200.0 mm3'] }
    ])
    expect(places).toHaveLength(1)
    expect(ofUid('03486145080506')).toMatchObject({ isDrawable: true, targets: [{ by: 'images' }] })
  })

  it('read a report of any shape without losing its text', async () => {
    const { content } = await contentOf('19.982086466.4')
    if (content.kind !== 'report') throw new Error(content.kind)
    expect(content.title).toBe('Diagnosis')
    expect(content.rows.map(({ text }) => text)).toEqual(expect.arrayContaining(['A mass of', '3 cm (Length Unit)', 'was detected.', 'Sample Text\nA\nB\nC', 'see item 1.3.2', '20001206']))
    // Its circle names no image, so there is nowhere to draw it.
    expect(content.graphics).toEqual([])
  })

  it('leave a report out of the frames of the images whose series it was put into', () => {
    const { series } = room.studies.detail('1.3.6.1.4.1.5962.1.2.1.20040119072730.12322')
    const images = series.find(({ modality }) => modality === 'CT')
    expect(images).toMatchObject({ instances: 2, frames: 1, isViewable: true })
    expect(room.studies.describeSeries(images?.seriesUid ?? '').frames).toHaveLength(1)
  })
})

/** [lengths of runs] of a mask, as the contract says. */
function runsOf(bulk: Uint8Array, { from, bytes }: SegmentationContent['masks'][number]): number[] {
  const runs: number[] = []
  let length = 0
  let shift = 0
  for (const byte of bulk.subarray(from, from + bytes)) {
    length += (byte & 0x7f) * 2 ** shift
    shift += 7
    if (byte >= 0x80) continue
    runs.push(length)
    length = 0
    shift = 0
  }
  return runs
}

const pixelsIn = (bulk: Uint8Array, mask: SegmentationContent['masks'][number]) => runsOf(bulk, mask).reduce((sum, run, index) => sum + (index % 2 === 1 ? run : 0), 0)

/** Mean column and row of the set pixels. */
function centroid(bulk: Uint8Array, mask: SegmentationContent['masks'][number] | undefined): number[] {
  if (mask === undefined) return []
  const [left, top, width] = mask.box
  let at = 0
  let columns = 0
  let rows = 0
  for (const [index, run] of runsOf(bulk, mask).entries()) {
    for (let step = 0; step < run; step++, at++) {
      if (index % 2 === 0) continue
      columns += left + at % width
      rows += top + Math.floor(at / width)
    }
  }
  return [columns / mask.pixels, rows / mask.pixels].map((value) => Number(value.toFixed(4)))
}

const valuesIn = ({ rows }: ReportContent) => rows.flatMap(({ name, number }) => number === null ? [] : [[name, number.value, number.unit]])

/** Area and centroid of a structure's contours in axial planes, by the shoelace formula. */
function measured({ content, points }: { content: ContoursContent, points: Float64Array }, name: string): Record<string, unknown> {
  const structure = content.structures.find((one) => one.name === name)
  let areaMm2 = 0
  const moments = [0, 0, 0]
  let count = 0
  for (const contour of structure?.contours ?? []) {
    count += contour.count
    let area = 0, x = 0, y = 0
    const at = (index: number, axis: number) => points[(contour.from + index % contour.count) * 3 + axis] ?? 0
    for (let index = 0; index < contour.count; index++) {
      const cross = at(index, 0) * at(index + 1, 1) - at(index + 1, 0) * at(index, 1)
      area += cross / 2
      x += (at(index, 0) + at(index + 1, 0)) * cross / 6
      y += (at(index, 1) + at(index + 1, 1)) * cross / 6
    }
    areaMm2 += Math.abs(area)
    for (const [axis, part] of [x / area, y / area, at(0, 2)].entries()) moments[axis] = (moments[axis] ?? 0) + Math.abs(area) * part
  }
  const first = (structure?.contours[0]?.from ?? 0) * 3
  const round = (value: number) => Number(value.toFixed(3))
  return { contours: structure?.contours.length, points: count, areaMm2: round(areaMm2), centroidMm: moments.map((moment) => round(moment / areaMm2)), first: [...points.subarray(first, first + 3)] }
}
