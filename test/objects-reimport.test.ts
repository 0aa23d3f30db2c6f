import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newRowId } from '../src-main/platform/row-id.ts'
import { planeOfFrame, toPatient, type Plane } from '../src-renderer/viewer/plane.ts'
import { openOverlay, shapesOf, spotOfPart } from '../src-renderer/viewer/overlays/opened.ts'
import { aCut } from '../src-renderer/viewer/overlays/test-cuts.ts'
import type { Finding } from '../src-shared/analysis.ts'
import { StudyUid } from '../src-shared/ids.ts'
import { KeptObject, type WrittenKind } from '../src-shared/interchange.ts'
import { FindingMaskList } from '../src-shared/masks.ts'
import { Overlay, OverlayList, type OverlayContent, type OverlayKind, type ReportGraphic } from '../src-shared/overlays.ts'
import { SeriesDescription, StudyDetail } from '../src-shared/studies.ts'
import { aReviewedStudy, type ReviewedStudy } from './support/reviewed-study.ts'

/** What Vigil writes as DICOM comes back through its own import and its readers, and means the same. */
describe('objects that Vigil writes and takes in again', () => {
  let study: ReviewedStudy
  let findings: readonly Finding[] = []
  let series: SeriesDescription
  const kept = new Map<WrittenKind, KeptObject>()
  const asked = async (path: string): Promise<Response> => {
    const response = await study.browser.get(path)
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
    return response
  }

  beforeAll(async () => {
    study = await aReviewedStudy()
    findings = study.edge.rooms.analysis.findings.list(study.truth.studyUid)
    series = SeriesDescription.parse(await (await asked(`/api/series/${study.truth.seriesUid}`)).json())
    const [finding] = findings
    if (finding === undefined) throw new Error('nothing was found')
    const [x, y, z] = frameOf(finding).originMm
    await study.draw({ tool: 'length', pointsMm: [[x + 14, y + 15, z], [x + 44, y + 55, z]], values: [{ name: 'length', value: 50, unit: 'mm' }] })
    await study.draw({ tool: 'ellipse', pointsMm: [[x + 20, y + 30, z], [x + 60, y + 50, z]], values: [{ name: 'mean', value: 41.5, unit: 'HU' }, { name: 'area', value: 628.3, unit: 'mm²' }] })
    const id = newRowId()
    const marked = await study.browser.send('PUT', `/api/key-images/${id}`, { id, studyUid: study.truth.studyUid, seriesUid: finding.seriesUid, sopInstanceUid: finding.sopInstanceUid, frameNumber: 1, note: 'The largest one', revision: 0 })
    expect(marked.status, await marked.clone().text()).toBeLessThan(300)
    await study.sign()
    for (const kind of ['sr', 'seg', 'kos', 'pdf'] as const) {
      const answer: unknown = await (await study.browser.send('POST', `${study.url}/keep/${kind}`)).json()
      expect(KeptObject.safeParse(answer).success, JSON.stringify(answer)).toBe(true)
      kept.set(kind, KeptObject.parse(answer))
    }
  }, 120_000)
  afterAll(async () => { await study.stop() })

  const frameOf = (finding: Finding): Plane => {
    const frame = series.frames.find(({ sopInstanceUid }) => sopInstanceUid === finding.sopInstanceUid)
    if (frame === undefined) throw new Error('The image of the finding is gone.')
    return planeOfFrame(series, frame)
  }
  const contentOf = async <K extends OverlayContent['kind']>(written: WrittenKind, kind: K) => {
    const uid = kept.get(written)?.sopInstanceUid ?? ''
    const overlay = Overlay.parse(await (await asked(`/api/overlays/${uid}`)).json())
    const bulk = await (await asked(`/api/overlays/${uid}/bulk`)).arrayBuffer()
    const isOf = (content: OverlayContent): content is Extract<OverlayContent, { kind: K }> => content.kind === kind
    if (!isOf(overlay.content)) throw new Error(overlay.content.kind)
    return { overlay, bulk, content: overlay.content }
  }

  it('stand in the series strip and in the list of overlays, each as what it is', async () => {
    const { series: strip } = StudyDetail.parse(await (await asked(study.url)).json())
    expect(strip.map(({ modality }) => modality).toSorted()).toEqual(['CT', 'DOC', 'KO', 'SEG', 'SR'])
    const { overlays } = OverlayList.parse(await (await asked(`${study.url}/overlays`)).json())
    const of = (kind: OverlayKind) => overlays.find((one) => one.kind === kind)
    expect(overlays).toHaveLength(4)
    expect(of('report')).toMatchObject({ label: 'Imaging Measurement Report', isDrawable: true, targets: [{ seriesUid: series.seriesUid, by: 'images' }] })
    expect(of('segmentation')).toMatchObject({ isDrawable: true, targets: [{ seriesUid: series.seriesUid, by: 'images' }] })
    expect(of('selection')).toMatchObject({ label: 'Of Interest', detail: '1 image', imagesNamed: 1, imagesHere: 1 })
    expect(of('document')).toMatchObject({ notDrawableReason: 'It is a document: save it to read it.' })
  })

  it('give every number of the findings back, with its unit', async () => {
    const { content } = await contentOf('sr', 'report')
    const numbers = content.rows.flatMap(({ name, number }) => number === null ? [] : [`${name} ${number.value} ${number.unit}`])
    for (const { diameterMm, volumeMm3 } of findings) {
      if (diameterMm !== null) expect(numbers).toContain(`Diameter ${diameterMm} mm`)
      if (volumeMm3 !== null) expect(numbers).toContain(`Volume ${volumeMm3} mm3`)
    }
    expect(numbers).toEqual(expect.arrayContaining(['Length 50 mm', 'Area 628.3 mm2']))
  })

  it('draw measurements where they were drawn', async () => {
    const { content } = await contentOf('sr', 'report')
    const [finding] = findings
    if (finding === undefined) throw new Error('nothing was found')
    const plane = frameOf(finding)
    const inMm = ({ place }: ReportGraphic) => place.in === 'image' ? place.points.map(([column, row]) => toPatient(plane, [column - 0.5, row - 0.5])) : place.points
    const drawn = (shape: ReportGraphic['shape']) => content.graphics.filter((graphic) => graphic.shape === shape && graphic.place.in === 'image').map(inMm)
    const [x, y, z] = plane.originMm
    const near = (points: readonly (readonly number[])[], wanted: readonly (readonly number[])[]) => points.length === wanted.length && points.every((point, index) => point.every((part, axis) => Math.abs(part - (wanted[index]?.[axis] ?? NaN)) < 1e-3))
    expect(drawn('polyline').some((points) => near(points, [[x + 14, y + 15, z], [x + 44, y + 55, z]]))).toBe(true)
    expect(drawn('ellipse').some((points) => near(points, [[x + 20, y + 40, z], [x + 60, y + 40, z], [x + 40, y + 30, z], [x + 40, y + 50, z]]))).toBe(true)
    const centres = content.graphics.flatMap(({ shape, place }) => shape === 'point' && place.in === 'patient' ? place.points : [])
    for (const { centreMm } of findings) expect(centres.some((centre) => near([centre], [centreMm]))).toBe(true)
  })

  it('outline each stone with the voxels that were measured, at its place', async () => {
    const { overlay, bulk, content } = await contentOf('seg', 'segmentation')
    const { masks } = FindingMaskList.parse(await (await asked(`${study.url}/masks`)).json())
    const stones = findings.filter(({ kind, id }) => kind === 'stone' && masks.some(({ findingId }) => findingId === id))
    expect(stones.length).toBeGreaterThan(1)
    const voxels = stones.map(({ id }) => masks.find(({ findingId }) => findingId === id)?.runs.reduce((sum, run, index) => sum + (index % 2 === 1 ? run : 0), 0))
    expect(content.segments.map(({ pixels }) => pixels).toSorted()).toEqual(voxels.toSorted())
    const opened = openOverlay(overlay, bulk)
    const spots = content.segments.map(({ number }) => spotOfPart(opened, number))
    for (const { centreMm } of stones) {
      const away = spots.map((spot) => spot?.kind === 'point' ? Math.hypot(spot.pointMm[0] - centreMm[0], spot.pointMm[1] - centreMm[1]) : Infinity)
      expect(Math.min(...away)).toBeLessThan(1.5)
    }
    // On the slice of the first stone something is drawn, a hand's breadth away nothing.
    const [stone] = stones
    if (stone === undefined) throw new Error('no stone')
    const shown = { series, sopInstanceUid: stone.sopInstanceUid, frameNumber: stone.frameNumber, slabMm: null }
    const at = (z: number) => shapesOf(opened, shown, aCut([0, 0, z], [0, 0, 1], 1.5), () => true)
    expect(at(stone.centreMm[2]).map(({ kind }) => kind)).toContain('area')
    expect(at(stone.centreMm[2] + 100)).toEqual([])
  })

  it('lead from a key image to the image that was marked, with its note', async () => {
    const { content, overlay } = await contentOf('kos', 'selection')
    expect(content.images).toEqual([{ sopInstanceUid: findings[0]?.sopInstanceUid, frameNumbers: [] }])
    expect(content.note).toBe('1. The largest one')
    expect(overlay.places).toEqual([{ sopInstanceUid: findings[0]?.sopInstanceUid, seriesUid: series.seriesUid, studyUid: StudyUid.parse(study.truth.studyUid) }])
  })

  it('hand the signed report back byte for byte', async () => {
    const response = await asked(`/api/instances/${kept.get('pdf')?.sopInstanceUid ?? ''}/document`)
    expect(response.headers.get('content-type')).toBe('application/pdf')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="document.pdf"')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    const signed = await study.edge.rooms.analysis.documents.signedPdf(study.truth.studyUid)
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(hash(new Uint8Array(await response.arrayBuffer()))).toBe(hash(signed.bytes))
    const { entries } = await study.edge.rooms.accounts.audit.page({ before: null, limit: 5, subject: null })
    expect(entries.find(({ action }) => action === 'study.export')).toMatchObject({ subject: study.truth.studyUid, detail: { kind: 'document', sopInstanceUid: kept.get('pdf')?.sopInstanceUid } })
  })

  it('are for those alone who are signed in', async () => {
    const uid = kept.get('sr')?.sopInstanceUid ?? ''
    for (const path of [`${study.url}/overlays`, `/api/overlays/${uid}`, `/api/overlays/${uid}/bulk`, `/api/instances/${uid}/document`]) {
      expect((await study.edge.console(new Request(`http://127.0.0.1:4870${path}`))).status).toBe(401)
    }
    expect((await study.browser.get('/api/overlays/1.2.3.4')).status).toBe(404)
    expect((await study.browser.get(`/api/overlays/${findings[0]?.sopInstanceUid ?? ''}`)).status).toBe(415)
    expect((await study.browser.get(`/api/instances/${uid}/document`)).status).toBe(422)
  })
})
