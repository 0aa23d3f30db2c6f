import { describe, expect, it } from 'vitest'
import { dot, type Vector } from '../../../src-shared/vector.ts'
import { frameOf, sectionOf } from './stack-section.ts'

const flat = (along: number, offsetMm: number): Vector => [along, 0, offsetMm]
const sections = (...slices: [offsetMm: number, ...runs: [number, number][]][]) => sectionOf(slices.map(([offsetMm, ...runs]) => ({ offsetMm, runs })), 1, flat)
/** Lines as "x z to x z", in the order of their ends. */
const lines = (edges: readonly (readonly Vector[])[]) => edges.map((edge) => edge.map(([x, , z]) => `${x} ${z}`).join(' to ')).toSorted()

describe('slices that are cut straight across', () => {
  it('have no seam between two that show the same', () => {
    expect(lines(sections([0, [0, 10]], [2, [0, 10]]).edges)).toEqual(['0 -1 to 0 1', '0 -1 to 10 -1', '0 1 to 0 3', '0 3 to 10 3', '10 -1 to 10 1', '10 1 to 10 3'].toSorted())
  })

  it('have a step where one is wider than the other', () => {
    const { edges } = sections([2, [0, 12]], [0, [0, 10]])
    expect(lines(edges)).toContain('10 1 to 12 1')
    expect(lines(edges)).not.toContain('0 1 to 10 1')
  })

  it('are outlined whole where a slice between them is missing', () => {
    expect(lines(sections([0, [0, 10]], [6, [0, 10]]).edges)).toEqual(expect.arrayContaining(['0 1 to 10 1', '0 5 to 10 5']))
  })

  it('stand exactly in the plane of a cut that leans by a little', () => {
    const slicesNormal: Vector = [0, 0, 1]
    const lean = 0.0009
    const normal: Vector = [0, Math.cos(lean), Math.sin(lean)]
    const cut = { originMm: [3, 40, 700] as Vector, normal }
    const { line, place } = frameOf(cut, slicesNormal)
    const point = place(5, 710)
    expect(dot(point, normal)).toBeCloseTo(dot(cut.originMm, normal), 9)
    expect([dot(point, line), dot(point, slicesNormal)].map((part) => Number(part.toFixed(9)))).toEqual([5, 710])
  })
})
