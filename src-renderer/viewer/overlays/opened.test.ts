import { describe, expect, it } from 'vitest'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../../src-shared/ids.ts'
import type { Overlay, OverlayContent } from '../../../src-shared/overlays.ts'
import { aFrame, aSeries } from '../test-series.ts'
import type { PaneView } from '../types.ts'
import { frameAt, openOverlay, partsOf, planeOfImage, shapesOf, spotOfPart, type ShownPicture } from './opened.ts'
import { createShapeCache } from './shape-cache.ts'
import { aCut } from './test-cuts.ts'

const uid = (text: string) => SopInstanceUid.parse(text)
const series = aSeries()
const shown: ShownPicture = { series, sopInstanceUid: uid('1.2.3.2'), frameNumber: 1, slabMm: null }
const cut = aCut([0, 0, 105], [0, 0, 1], 2.5)
const all = () => true
const opened = (content: OverlayContent, { bulk = new ArrayBuffer(0), places = [] }: { bulk?: ArrayBuffer, places?: Overlay['places'] } = {}) => openOverlay({ sopInstanceUid: uid('1.9.9'), content, places, bulkBytes: bulk.byteLength }, bulk)

const square = Float64Array.of(-9, -19, 105, -8, -19, 105, -8, -16, 105, -9, -16, 105).buffer
const contours = (frameOfReferenceUid: string | null): OverlayContent => ({
  kind: 'contours', label: 'Plan', notes: [],
  structures: [{ number: 7, name: 'Stone', type: 'GTV', colour: [1, 2, 3], frameOfReferenceUid, contours: [{ shape: 'closed', from: 0, count: 4, image: null }] }, { number: 8, name: 'Nothing', type: '', colour: [1, 2, 3], frameOfReferenceUid, contours: [] }]
})
const here = [{ sopInstanceUid: uid('1.2.3.2'), seriesUid: SeriesUid.parse('1.2.3'), studyUid: StudyUid.parse('1.2') }]

const report: OverlayContent = {
  kind: 'report', title: 'Report', isComplete: true, isVerified: false, rows: [], notes: [],
  graphics: [
    { shape: 'polyline', lines: ['Stone', '5 mm'], place: { in: 'image', image: { sopInstanceUid: uid('1.2.3.2'), frameNumbers: [] }, points: [[0.5, 0.5], [2.5, 0.5]] } },
    { shape: 'point', lines: [], place: { in: 'patient', frameOfReferenceUid: '1.9', points: [[-9, -18, 105]] } }
  ]
}

describe('what belongs on a picture', () => {
  it('is drawn in its own frame of reference, and in no other', () => {
    expect(shapesOf(opened(contours('1.9'), { bulk: square }), shown, cut, all)).toHaveLength(1)
    expect(shapesOf(opened(contours('1.10'), { bulk: square }), shown, cut, all)).toEqual([])
    expect(shapesOf(opened(contours(null), { bulk: square }), shown, cut, all)).toEqual([])
  })

  it('is drawn on images that it names, whatever its frame of reference is called', () => {
    for (const frame of [null, '1.10']) expect(shapesOf(opened(contours(frame), { bulk: square, places: here }), shown, cut, all)).toHaveLength(1)
  })

  it('is left out part by part where parts are off', () => {
    expect(shapesOf(opened(contours('1.9'), { bulk: square }), shown, cut, (number) => number !== 7)).toEqual([])
    expect(shapesOf(opened(report), shown, cut, (number) => number === 1).map(({ kind }) => kind)).toEqual(['dots'])
  })

  it('is drawn on its own image, on planes that are that image\'s, and on no neighbour', () => {
    const kinds = (picture: Partial<ShownPicture>, plane = cut) => shapesOf(opened(report), { ...shown, ...picture }, plane, (number) => number === 0).map(({ kind }) => kind)
    expect(kinds({})).toEqual(['line', 'text'])
    expect(kinds({ sopInstanceUid: uid('1.2.3.3') })).toEqual([])
    expect(kinds({ sopInstanceUid: null, frameNumber: null })).toEqual(['line', 'text'])
    expect(kinds({ sopInstanceUid: null, frameNumber: null }, aCut([0, 0, 110], [0, 0, 1], 2.4))).toEqual([])
  })

  it('is named by its parts, without those that have nothing to draw', () => {
    expect(partsOf(opened(contours('1.9'), { bulk: square }))).toEqual([{ number: 7, name: 'Stone', colour: [1, 2, 3], note: 'gtv · 1 contour' }])
    expect(partsOf(opened(report)).map(({ number, name, note }) => [number, name, note])).toEqual([[0, 'Stone', '5 mm'], [1, 'point', '']])
  })
})

describe('the way to a part', () => {
  it('is a point of the patient, or an image', () => {
    expect(spotOfPart(opened(contours('1.9'), { bulk: square }), 7)).toEqual({ kind: 'point', pointMm: [-8.5, -17.5, 105], frameOfReferenceUid: '1.9' })
    expect(spotOfPart(opened(contours('1.9'), { bulk: square }), 8)).toBe(null)
    expect(spotOfPart(opened(report), 0)).toEqual({ kind: 'image', sopInstanceUid: '1.2.3.2', frameNumber: null })
    expect(spotOfPart(opened(report), 1)).toEqual({ kind: 'point', pointMm: [-9, -18, 105], frameOfReferenceUid: '1.9' })
  })

  it('ends at the nearest image within half a slice, else nowhere', () => {
    expect(frameAt(series, [-9, -18, 106.9])?.sopInstanceUid).toBe('1.2.3.2')
    expect(frameAt(series, [-9, -18, 108])?.sopInstanceUid).toBe('1.2.3.3')
    expect(frameAt(series, [-9, -18, 130])).toBe(null)
    // Where instance numbers and the order of the files say otherwise, the position decides.
    expect(frameAt(aSeries({ frames: [aFrame(3), aFrame(0), aFrame(2), aFrame(1)] }), [-9, -18, 100])?.sopInstanceUid).toBe('1.2.3.1')
    expect(planeOfImage(series, uid('1.2.3.2'), 1)?.originMm).toEqual([-10, -20, 105])
    expect(planeOfImage(series, uid('1.2.3.2'), 2)).toBe(null)
  })
})

describe('drawings of a pane', () => {
  /** A pane over the plane z = `zMm` at so many CSS pixels a mm, its left edge at `leftMm`. */
  const aView = (zMm: number, pxPerMm: number, leftMm: number): PaneView => ({
    project: ([x, y]) => [(x - leftMm) * pxPerMm, y * pxPerMm], unproject: ([x, y]) => [leftMm + x / pxPerMm, y / pxPerMm, zMm], isInPlane: ([, , z]) => Math.abs(z - zMm) <= 2.5, native: () => null, size: { width: 100, height: 100 }
  })
  const overlays = [{ overlay: opened(contours('1.9'), { bulk: square }), hidden: new Set<number>() }]

  it('are kept while the picture is only zoomed and moved, and made anew for another plane', () => {
    const cache = createShapeCache()
    const first = cache.shapes(overlays, shown, aView(105, 1, 0))
    expect(first.map(({ key }) => key)).toEqual(['1.9.9/7-flat'])
    expect(cache.shapes(overlays, shown, aView(105, 3, -40))).toBe(first)
    expect(cache.shapes(overlays, shown, aView(120, 3, -40))).toEqual([])
    expect(cache.shapes([{ ...overlays[0], hidden: new Set([7]) } as typeof overlays[number]], shown, aView(105, 1, 0))).toEqual([])
  })
})
