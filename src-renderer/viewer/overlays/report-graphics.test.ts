import { describe, expect, it } from 'vitest'
import { SopInstanceUid } from '../../../src-shared/ids.ts'
import type { ReportGraphic } from '../../../src-shared/overlays.ts'
import { planeOfFrame } from '../plane.ts'
import { aFrame, aSeries } from '../test-series.ts'
import { distance, type Vector } from '../../../src-shared/vector.ts'
import { graphicInPatient, graphicOnImage } from './report-graphics.ts'
import { aCut, only } from './test-cuts.ts'

const colour = [1, 2, 3] as [number, number, number]
/** 1 mm from column to column and from row to row, first centre at (-10, -20, 100). */
const plane = planeOfFrame(aSeries({ pixelSpacingMm: [1, 1] }), aFrame(0))
const image = { sopInstanceUid: SopInstanceUid.parse('1.2.3.1'), frameNumbers: [] }
const onImage = (shape: ReportGraphic['shape'], points: [number, number][], lines: string[] = []): ReportGraphic => ({ shape, lines, place: { in: 'image', image, points } })
const inPatient = (shape: ReportGraphic['shape'], points: [number, number, number][]): ReportGraphic => ({ shape, lines: [], place: { in: 'patient', frameOfReferenceUid: '1.9', points } })

describe('graphics of a report on their image', () => {
  it('count from the corner of the first pixel, whose centre is half a pixel further', () => {
    expect(only(graphicOnImage(onImage('point', [[0.5, 0.5]]), plane, colour, 'a'), 'dots').at).toEqual([[-10, -20, 100]])
    expect(only(graphicOnImage(onImage('polyline', [[0.5, 0.5], [3.5, 2.5]]), plane, colour, 'a'), 'line').lines).toEqual([[[-10, -20, 100], [-7, -18, 100]]])
  })

  it('are a circle from its centre and a point on it', () => {
    const [ring = []] = only(graphicOnImage(onImage('circle', [[45, 55], [45, 65]]), plane, colour, 'a'), 'area').rings
    const centre: Vector = [-10 + 44.5, -20 + 54.5, 100]
    expect(ring.every((point) => Math.abs(distance(point, centre) - 10) < 1e-9)).toBe(true)
  })

  it('are an ellipse from the ends of its axes, also where these lie aslant', () => {
    const [ring = []] = only(graphicOnImage(onImage('ellipse', [[1.5, 1.5], [7.5, 7.5], [3.5, 5.5], [5.5, 3.5]]), plane, colour, 'a'), 'area').rings
    const near = (point: Vector) => ring.some((one) => distance(one, point) < 1e-9)
    expect([[-9, -19, 100], [-3, -13, 100], [-7, -15, 100], [-5, -17, 100]].map((point) => near(point as unknown as Vector))).toEqual([true, true, true, true])
  })

  it('have their values beside them', () => {
    expect(only(graphicOnImage(onImage('point', [[1, 1]], ['Nodule', 'Diameter 10.0 mm']), plane, colour, 'a'), 'text')).toMatchObject({ lines: ['Nodule', 'Diameter 10.0 mm'], isBeside: true })
  })
})

describe('graphics of a report in the patient', () => {
  it('are drawn where they lie in the plane, and as points where they cross it', () => {
    const triangle = inPatient('polygon', [[0, 0, 5], [10, 0, 5], [0, 10, 5]])
    expect(only(graphicInPatient(triangle, aCut([0, 0, 5], [0, 0, 1]), colour, 'a'), 'area').rings[0]).toHaveLength(3)
    expect(only(graphicInPatient(triangle, aCut([2, 0, 0], [1, 0, 0]), colour, 'a'), 'dots').at).toEqual([[2, 0, 5], [2, 8, 5]])
    expect(graphicInPatient(triangle, aCut([0, 0, 9], [0, 0, 1]), colour, 'a')).toEqual([])
    expect(only(graphicInPatient(inPatient('points', [[0, 0, 5], [0, 0, 9]]), aCut([0, 0, 5], [0, 0, 1]), colour, 'a'), 'dots').at).toEqual([[0, 0, 5]])
  })

  it('cut an ellipsoid in the ellipse that the plane shows', () => {
    const ball = inPatient('ellipsoid', [[-10, 0, 0], [10, 0, 0], [0, -10, 0], [0, 10, 0], [0, 0, -10], [0, 0, 10]])
    const [ring = []] = only(graphicInPatient(ball, aCut([0, 0, 6], [0, 0, 1]), colour, 'a'), 'area').rings
    expect(ring.every((point) => Math.abs(distance(point, [0, 0, 6]) - 8) < 1e-9)).toBe(true)
    expect(graphicInPatient(ball, aCut([0, 0, 10.5], [0, 0, 1]), colour, 'a')).toEqual([])
    // Twice as long along x: through the middle, a plane across y shows an ellipse of 20 by 10.
    const long = inPatient('ellipsoid', [[-20, 0, 0], [20, 0, 0], [0, -10, 0], [0, 10, 0], [0, 0, -10], [0, 0, 10]])
    const [section = []] = only(graphicInPatient(long, aCut([0, 0, 0], [0, 1, 0]), colour, 'a'), 'area').rings
    expect(section.every(([x, y, z]) => Math.abs((x / 20) ** 2 + (z / 10) ** 2 - 1) < 1e-9 && Math.abs(y) < 1e-9)).toBe(true)
  })
})
