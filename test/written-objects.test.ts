import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnnotationList, type Annotation } from '../src-shared/annotations.ts'
import { KeptObject, type WrittenKind } from '../src-shared/interchange.ts'
import { FindingMaskList, type FindingMask } from '../src-shared/masks.ts'
import type { PointMm } from '../src-shared/ids.ts'
import type { OverlayContent, ReportContent, SegmentMask } from '../src-shared/overlays.ts'
import { newRowId } from '../src-main/platform/row-id.ts'
import { codeOf, colleague } from './support/edge.ts'
import { aReviewedStudy, type ReviewedStudy } from './support/reviewed-study.ts'

let study: ReviewedStudy
beforeAll(async () => { study = await aReviewedStudy({ turnsDeg: [6, -4, 10], tiltDeg: 8 }) }, 120_000)
afterAll(async () => { await study.stop() })

const exported = async (kind: WrittenKind): Promise<Response> => study.browser.get(`${study.url}/export/${kind}`)
const bytesOf = async (kind: WrittenKind): Promise<Buffer> => Buffer.from(await (await exported(kind)).arrayBuffer())
const kept = async (kind: WrittenKind): Promise<KeptObject> => KeptObject.parse(await (await study.browser.send('POST', `${study.url}/keep/${kind}`)).json())
/** What Vigil's own readers find in an object that it took in. */
async function readBack<K extends OverlayContent['kind']>(object: KeptObject, kind: K): Promise<Extract<OverlayContent, { kind: K }>> {
  const { content } = await study.edge.rooms.studies.objects.content(object.sopInstanceUid)
  if (content.kind !== kind) throw new Error(`It reads as ${content.kind}.`)
  return content as Extract<OverlayContent, { kind: K }>
}
const findings = () => study.edge.rooms.analysis.findings.list(study.truth.studyUid)
const numbersIn = ({ rows }: ReportContent, from: number): [string, number, string][] => {
  const end = rows.findIndex((row, index) => index > from && row.depth <= (rows[from]?.depth ?? 0))
  return rows.slice(from, end < 0 ? undefined : end).flatMap(({ name, number }) => (number === null ? [] : [[name, number.value, number.unit]]))
}
const groupsIn = (content: ReportContent): number[] => content.rows.flatMap(({ name }, index) => (name === 'Measurement Group' ? [index] : []))

describe('before there is anything to write', () => {
  it('each object is refused with a sentence', async () => {
    for (const [kind, code, words] of [['kos', 'not-found', 'key image'], ['pdf', 'conflict', 'not signed']] as const) {
      const response = await exported(kind)
      const { error } = await response.json() as { error: { code: string, message: string } }
      expect([error.code, error.message.includes(words), response.status >= 400]).toEqual([code, true, true])
    }
    expect(await codeOf(await study.browser.get('/api/studies/1.2.3/export/sr'))).toBe('not-found')
    expect(await codeOf(await study.browser.get(`${study.url}/export/seg?seriesUid=1.2.3`))).toBe('not-found')
    expect(await codeOf(await study.browser.get(`${study.url}/export/xml`))).toBe('invalid-request')
  })
})

describe('measurements and findings as a structured report', () => {
  let annotations: Annotation[] = []
  let content: ReportContent
  let object: KeptObject
  const roi = [{ name: 'mean', value: 41.25, unit: 'HU' }, { name: 'SD', value: 6.125, unit: 'HU' }, { name: 'area', value: 98.9, unit: 'mm²' }, { name: 'pixels', value: 47, unit: '' }]
  beforeAll(async () => {
    const [finding] = findings()
    const { frames } = study.edge.rooms.studies.describeSeries(study.truth.seriesUid)
    const [x, y, z] = frames.find(({ sopInstanceUid }) => sopInstanceUid === finding?.sopInstanceUid)?.positionMm ?? [0, 0, 0]
    const [rx = 0, ry = 0, rz = 0, cx = 0, cy = 0, cz = 0] = study.edge.rooms.studies.describeSeries(study.truth.seriesUid).orientation ?? []
    const at = (column: number, row: number): PointMm => [x + column * 1.4 * rx + row * 1.5 * cx, y + column * 1.4 * ry + row * 1.5 * cy, z + column * 1.4 * rz + row * 1.5 * cz]
    await study.draw({ tool: 'length', pointsMm: [at(10, 10), at(20, 10)], values: [{ name: 'length', value: 14.000000000000002, unit: 'mm' }] })
    await study.draw({ tool: 'cobb', pointsMm: [at(10, 50), at(20, 50), at(10, 60), at(20, 65)], values: [{ name: 'Cobb', value: 28.2, unit: '°' }] })
    await study.draw({ tool: 'ellipse', pointsMm: [at(30, 30), at(40, 36)], values: roi })
    await study.draw({ tool: 'text', pointsMm: [at(120, 90)], values: [], label: 'größer als zuvor' })
    await study.draw({ tool: 'length', pointsMm: [[0, 0, 10], [0, 30, 50]], values: [{ name: 'length', value: 50, unit: 'mm' }], sopInstanceUid: null, frameNumber: null })
    annotations = AnnotationList.parse(await (await study.browser.get(`${study.url}/annotations`)).json()).annotations
    object = await kept('sr')
    content = await readBack(object, 'report')
  })

  it('come back into Vigil with every number that stands in the rows, to the last digit that a DS holds', () => {
    expect(content.title).toBe('Imaging Measurement Report')
    const [first = 0, second = 0] = groupsIn(content)
    for (const [index, finding] of findings().slice(0, 2).entries()) {
      const { diameterMm, diameterErrorMm, volumeMm3, meanHu, maxHu, huVoxels, confidence } = finding
      expect(numbersIn(content, index === 0 ? first : second)).toEqual([
        ['Diameter', diameterMm, 'mm'], ['Half width of the error band', diameterErrorMm, 'mm'], ['Volume', volumeMm3, 'mm3'], ['Attenuation Coefficient', meanHu, "[hnsf'U]"],
        ['Voxels free of partial volume', huVoxels, ''], ['Attenuation Coefficient', maxHu, "[hnsf'U]"], ['Certainty of Finding', confidence, '']
      ])
    }
    const drawn = groupsIn(content).slice(findings().length).map((group) => numbersIn(content, group).map(([, value]) => value))
    expect(drawn).toEqual(annotations.map(({ values }) => values.map(({ value }) => Number((value ?? 0).toPrecision(14)))))
    expect(content.rows.filter(({ name }) => name === 'Comment').map(({ text }) => text)).toEqual(['größer als zuvor'])
  })

  it('lie where they were drawn, within what single precision holds', () => {
    const onImage = content.graphics.filter(({ place }) => place.in === 'image')
    expect(onImage.map(({ shape, place: { points } }) => [shape, [...points].map((point) => point.map((value) => Math.round(value * 1e3) / 1e3))])).toEqual([
      ['polyline', [[10.5, 10.5], [20.5, 10.5]]], ['polyline', [[10.5, 50.5], [20.5, 50.5]]], ['polyline', [[10.5, 60.5], [20.5, 65.5]]],
      ['ellipse', [[30.5, 33.5], [40.5, 33.5], [35.5, 30.5], [35.5, 36.5]]], ['point', [[120.5, 90.5]]]
    ])
    const [finding] = findings()
    expect(onImage.every(({ place }) => place.in === 'image' && place.image.sopInstanceUid === finding?.sopInstanceUid)).toBe(true)
    const centres = content.graphics.flatMap(({ shape, place }) => (shape === 'point' && place.in === 'patient' ? place.points : []))
    findings().forEach(({ centreMm }, index) => { centreMm.forEach((value, axis) => { expect(centres[index]?.[axis]).toBeCloseTo(value, 3) }) })
  })

  it('belong to the series they were made on, with the patient of the images', async () => {
    const { overlays } = await study.edge.rooms.studies.objects.list(study.truth.studyUid)
    expect(overlays.find(({ sopInstanceUid }) => sopInstanceUid === object.sopInstanceUid)?.targets).toContainEqual({ seriesUid: study.truth.seriesUid, studyUid: study.truth.studyUid, by: 'images' })
    const source = study.edge.rooms.studies.instance(findings()[0]?.sopInstanceUid ?? '')
    const own = study.edge.rooms.studies.instance(object.sopInstanceUid)
    expect([own.header.patient, own.header.study]).toEqual([source.header.patient, source.header.study])
    expect([object.studyUid, own.header.series.modality]).toEqual([study.truth.studyUid, 'SR'])
  })

  it('are the same file when nothing has changed, and the study has it once', async () => {
    expect(Buffer.compare(await bytesOf('sr'), await bytesOf('sr'))).toBe(0)
    expect(await kept('sr')).toEqual({ ...object, isNew: false })
    expect(study.edge.rooms.studies.detail(study.truth.studyUid).series.filter(({ modality }) => modality === 'SR')).toHaveLength(1)
  })

  it('are another object once a clinician has judged; what was rejected does not leave', async () => {
    const last = findings().at(-1)
    await study.browser.send('POST', `/api/findings/${last?.id}/verdict`, { verdict: 'reject', revision: 0 })
    const next = await kept('sr')
    expect([next.isNew, next.sopInstanceUid === object.sopInstanceUid]).toEqual([true, false])
    expect(groupsIn(await readBack(next, 'report'))).toHaveLength(groupsIn(content).length - 1)
    await study.browser.send('POST', `/api/findings/${last?.id}/verdict`, { verdict: 'reopen', revision: 1 })
  })
})

/** Pixels of a mask in the bulk: column and row of the image. */
function pixelsOf(mask: SegmentMask, bulk: Uint8Array): string[] {
  const [left, top, width] = mask.box
  const found: string[] = []
  let [at, length, shift, isInside] = [0, 0, 0, false]
  for (const byte of bulk.subarray(mask.from, mask.from + mask.bytes)) {
    length += (byte & 0x7f) * 2 ** shift
    shift += 7
    if (byte >= 0x80) continue
    if (isInside) for (let pixel = at; pixel < at + length; pixel++) found.push(`${left + (pixel % width)} ${top + Math.floor(pixel / width)}`)
    at += length
    ;[length, shift, isInside] = [0, 0, !isInside]
  }
  return found
}
function voxelsOf({ from, size: [columns, rows], runs, frames }: FindingMask): Map<string, string[]> {
  const found = new Map<string, string[]>()
  let at = 0
  runs.forEach((length, run) => {
    const end = run % 2 === 1 ? at + length : at
    for (let voxel = at; voxel < end; voxel++) {
      const frame = frames[Math.floor(voxel / (columns * rows))]?.sopInstanceUid ?? ''
      found.set(frame, [...found.get(frame) ?? [], `${from[0] + (voxel % columns)} ${from[1] + (Math.floor(voxel / columns) % rows)}`])
    }
    at += length
  })
  return found
}

describe('outlines of stones as a segmentation', () => {
  it('come back voxel by voxel as they were measured, in a tilted, oblique, reversed series', async () => {
    const { masks } = FindingMaskList.parse(await (await study.browser.get(`${study.url}/masks`)).json())
    const object = await kept('seg')
    const content = await readBack(object, 'segmentation')
    const bulk = await study.edge.rooms.studies.objects.bulk(object.sopInstanceUid)
    const stones = findings().filter(({ kind }) => kind === 'stone')
    expect(content.segments.map(({ number, label, type }) => [number, label.split(' ').slice(0, 3).join(' '), type])).toEqual(stones.map(({ laterality }, index) => [index + 1, `Stone ${index + 1}, ${laterality}`, 'Calculus']))
    const { frames } = study.edge.rooms.studies.describeSeries(study.truth.seriesUid)
    for (const [index, stone] of stones.entries()) {
      const mask = masks.find(({ findingId }) => findingId === stone.id)
      const found = new Map(content.masks.filter(({ segment }) => segment === index + 1).map((one) => [one.image?.sopInstanceUid ?? '', one]))
      const expected = mask === undefined ? new Map<string, string[]>() : voxelsOf(mask)
      expect([...found.keys()].toSorted()).toEqual([...expected.keys()].toSorted())
      for (const [uid, voxels] of expected) {
        const one = found.get(uid)
        expect(one === undefined ? [] : pixelsOf(one, bulk).toSorted()).toEqual(voxels.toSorted())
        expect(one?.place?.positionMm).toEqual(frames.find(({ sopInstanceUid }) => sopInstanceUid === uid)?.positionMm)
      }
    }
    expect(content.frameOfReferenceUid).toBe(study.edge.rooms.studies.describeSeries(study.truth.seriesUid).frameOfReferenceUid)
    expect((await kept('seg')).isNew).toBe(false)
  })
})

describe('a study that keeps what was written of it', () => {
  it('is analysed as before', async () => {
    const { analysis } = study.edge.rooms
    const before = findings().map(({ centreMm, volumeMm3 }) => ({ centreMm, volumeMm3 }))
    const { id } = await analysis.analyse(study.truth.studyUid, { protocol: 'auto' }, { id: newRowId(), name: 'Dr Test', role: 'clinician' })
    expect(await analysis.waitFor(id)).toMatchObject({ protocol: 'urinary-stones', seriesUid: study.truth.seriesUid })
    expect(findings().map(({ centreMm, volumeMm3 }) => ({ centreMm, volumeMm3 }))).toEqual(before)
    expect(analysis.masksOf(study.truth.studyUid)).toHaveLength(before.length)
  })
})

describe('key images as a selection', () => {
  it('come back in their order with their notes', async () => {
    const { frames } = study.edge.rooms.studies.describeSeries(study.truth.seriesUid)
    for (const [index, note] of [[20, 'Left stone'], [30, ''], [31, 'größte Ausdehnung']] as const) {
      const id = newRowId()
      const body = { id, studyUid: study.truth.studyUid, seriesUid: study.truth.seriesUid, sopInstanceUid: frames[index]?.sopInstanceUid, frameNumber: 1, note, revision: 0 }
      expect((await study.browser.send('PUT', `/api/key-images/${id}`, body)).status).toBe(200)
    }
    const content = await readBack(await kept('kos'), 'selection')
    expect([content.title, content.note]).toEqual(['Of Interest', '1. Left stone\n3. größte Ausdehnung'])
    expect(content.images.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([20, 30, 31].map((index) => frames[index]?.sopInstanceUid))
  })
})

describe('the signed report as an encapsulated PDF', () => {
  it('holds the very bytes of the report, whose hash the trail knows, and stays the same once it is kept itself', async () => {
    await study.sign()
    const object = await kept('pdf')
    const pdf = await study.edge.rooms.studies.objects.pdf(object.sopInstanceUid, { id: newRowId(), name: 'Dr Mora' })
    expect(Buffer.compare(pdf, Buffer.from(await (await study.browser.get(`${study.url}/report.pdf`)).arrayBuffer()))).toBe(0)
    expect(await readBack(object, 'document')).toMatchObject({ title: 'Radiology report, signed', isPdf: true, bytes: pdf.length })
    expect((await kept('pdf')).isNew).toBe(false)
    const response = await exported('pdf')
    expect([response.headers.get('content-type'), response.headers.get('content-disposition')]).toEqual(['application/dicom', 'attachment; filename="vigil-report.dcm"'])
    const rows = study.edge.rooms.db.sqlite.prepare<[], { sha256: string, isSigned: number }>(`select sha256, is_signed "isSigned" from report_exports order by rowid`).all()
    const hash = createHash('sha256').update(pdf).digest('hex')
    expect(rows).toEqual([{ sha256: hash, isSigned: 1 }, { sha256: hash, isSigned: 1 }])
  })

  it('makes the report of measurements complete, and verified where nothing was drawn beside it', async () => {
    const content = await readBack(await kept('sr'), 'report')
    expect([content.isComplete, content.isVerified]).toEqual([true, false])
  })
})

describe('the trail', () => {
  it('says what left and what was kept, by whom, without a word of the patient', () => {
    const rows = study.edge.rooms.db.sqlite.prepare<[], { action: string, actorName: string, detail: string }>(`select action, actor_name "actorName", detail from audit_entries where action in ('study.export', 'study.keep')`).all()
    const kinds = (action: string) => [...new Set(rows.filter((row) => row.action === action).map(({ detail }) => (JSON.parse(detail) as { kind: string }).kind))].toSorted()
    expect([kinds('study.export'), kinds('study.keep')]).toEqual([['document', 'pdf', 'sr'], ['kos', 'pdf', 'seg', 'sr']])
    expect(rows.every(({ actorName }) => actorName === 'Dr Mora')).toBe(true)
    expect(rows.some(({ detail }) => /PHANTOM|REVIEWED/.test(detail))).toBe(false)
  })

  it('knows no script that keeps objects: people do', async () => {
    const assistant = await colleague(study.edge, study.browser, 'asta', 'assistant')
    expect((await assistant.send('POST', `${study.url}/keep/seg`)).status).toBe(200)
  })
})
