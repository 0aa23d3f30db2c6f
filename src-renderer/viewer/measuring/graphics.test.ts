import { describe, expect, test } from 'vitest'
import type { PointMm } from '../../../src-shared/ids.ts'
import { SeriesUid, StudyUid } from '../../../src-shared/ids.ts'
import type { Measurement, PaneView, PointCss } from '../types.ts'
import { distanceToSegment, hitAt } from './hit.ts'
import { labelLines, placeLabels, type Box } from './label-place.ts'
import { outlineOf } from './outline.ts'

/** Ten pixels a millimetre, turned by a quarter: x of the patient runs down the screen. */
const project = ([x, y]: PointMm): PointCss => [y * 10, x * 10]
const view: PaneView = { project, unproject: ([x, y]) => [y / 10, x / 10, 0], isInPlane: () => true, native: () => null, size: { width: 600, height: 400 } }
const aMeasurement = (changes: Partial<Measurement>): Measurement => ({
  id: 'a', tool: 'length', studyUid: StudyUid.parse('1'), seriesUid: SeriesUid.parse('1.1'), sopInstanceUid: null, frameNumber: null, pointsMm: [[10, 10, 0], [10, 30, 0]], label: '',
  values: [], text: '20 mm', basis: 'body', basisText: 'body', note: null, along: null, isInPatient: true, revision: 1, ...changes
})

describe('taking hold of a measurement', () => {
  const line = aMeasurement({})
  const other = aMeasurement({ id: 'b', pointsMm: [[10, 20, 0], [30, 20, 0]] })
  test('by a handle of the selected one, else by its line, else not at all', () => {
    expect(hitAt([line], 'a', view, [104, 97])).toEqual({ id: 'a', part: 'handle', at: 0 })
    expect(hitAt([line], null, view, [104, 97])).toEqual({ id: 'a', part: 'whole' })
    expect(hitAt([line], 'a', view, [200, 104])).toEqual({ id: 'a', part: 'whole' })
    expect(hitAt([line], 'a', view, [200, 110])).toBeNull()
  })
  test('of two on top of each other, the selected one', () => {
    expect(hitAt([line, other], 'b', view, [200, 106])?.id).toBe('b')
    expect(hitAt([line, other], null, view, [200, 101])?.id).toBe('a')
  })
  test('by the outline of an ellipse, not by its middle', () => {
    const ellipse = aMeasurement({ tool: 'ellipse', pointsMm: [[10, 10, 0], [30, 50, 0]], along: [1, 0, 0] })
    expect(hitAt([ellipse], null, view, [300, 200])).toBeNull()
    expect(hitAt([ellipse], null, view, [300, 101])).toEqual({ id: 'a', part: 'whole' })
    expect(hitAt([ellipse], null, view, [101, 200])).toEqual({ id: 'a', part: 'whole' })
  })
  test('measures the way to the nearest point of a line', () => {
    expect(distanceToSegment([5, 3], [0, 0], [10, 0])).toBe(3)
    expect(distanceToSegment([14, 3], [0, 0], [10, 0])).toBe(5)
    expect(distanceToSegment([3, 4], [0, 0], [0, 0])).toBe(5)
  })
})

describe('the outline on the screen', () => {
  test('of a box stands askew where it is looked at askew, as the pixels in it do', () => {
    const askew = ([x, y]: PointMm): PointCss => [(x - y) * 7, (x + y) * 7]
    const rectangle = outlineOf({ tool: 'rectangle', pointsMm: [[0, 0, 0], [4, 2, 0]], along: [1, 0, 0] }, askew)
    expect(rectangle?.lines[0]).toEqual([[0, 0], [28, 28], [14, 42], [-14, 14], [0, 0]])
    const ellipse = outlineOf({ tool: 'ellipse', pointsMm: [[-4, -2, 0], [4, 2, 0]], along: [1, 0, 0] }, askew)?.lines[0] ?? []
    for (const [x, y] of ellipse) {
      const [along, across] = [(x + y) / 14, (y - x) / 14]
      expect((along / 4) ** 2 + (across / 2) ** 2).toBeCloseTo(1, 6)
    }
  })
  test('of a box kept without a direction has sides along the screen', () => {
    expect(outlineOf({ tool: 'rectangle', pointsMm: [[10, 10, 0], [30, 50, 0]], along: null }, project)?.lines[0]).toEqual([[100, 100], [500, 100], [500, 300], [100, 300], [100, 100]])
  })
  test('of every tool has a handle at each point, and a freehand outline of many none', () => {
    const square: PointMm[] = [[0, 0, 0], [9, 0, 0], [9, 9, 0], [0, 9, 0]]
    for (const [tool, count] of [['length', 2], ['bidirectional', 4], ['angle', 3], ['cobb', 4], ['ellipse', 2], ['rectangle', 2], ['freehand', 4], ['probe', 1], ['arrow', 2], ['text', 1]] as const) {
      const outline = outlineOf({ tool, pointsMm: square.slice(0, count), along: null }, project)
      expect(outline?.handles, tool).toHaveLength(count)
      if (tool !== 'text') expect(outline?.lines.length, tool).toBeGreaterThan(0)
    }
    const many = Array.from({ length: 200 }, (_, at): PointMm => [Math.cos(at / 32) * 9, Math.sin(at / 32) * 9, 0])
    expect(outlineOf({ tool: 'freehand', pointsMm: many, along: null }, project)?.handles).toEqual([])
  })
  test('is none where a point has no place on the screen', () => {
    expect(outlineOf({ tool: 'length', pointsMm: [[0, 0, 0], [1, 1, 1]], along: null }, () => null)).toBeNull()
  })
})

describe('the words beside drawings', () => {
  const overlap = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
  const boxAt = (x: number, y: number): readonly (readonly PointCss[])[] => [[[x, y], [x + 60, y], [x + 60, y + 40], [x, y + 40], [x, y]]]
  const textLines = ['mean 40.2 HU · SD 12.1 HU · min -20 HU', 'max 88 HU · area 12.0 mm²']
  test('stay in the pane, off their own drawing and off each other', () => {
    for (const [x, y] of [[10, 10], [530, 10], [530, 350], [10, 350], [270, 180]] as const) {
      const wishes = [boxAt(x, y), boxAt(Math.max(0, x - 20), Math.max(0, y - 30))].map((lines) => ({ lines, textLines }))
      const places = placeLabels(wishes, view.size)
      for (const [at, { box }] of places.entries()) {
        expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 600 && box.y + box.height <= 400).toBe(true)
        const own = wishes[at]?.lines[0] ?? []
        expect(own.some(([px, py]) => px > box.x && px < box.x + box.width && py > box.y && py < box.y + box.height)).toBe(false)
      }
      const [first, second] = places
      expect(first !== undefined && second !== undefined && overlap(first.box, second.box)).toBe(false)
    }
  })
  test('have a leader only where they stand off their drawing', () => {
    expect(placeLabels([{ lines: boxAt(200, 100), textLines: ['5 mm'] }], view.size)[0]?.leader).toBeNull()
    const crowded = placeLabels(Array.from({ length: 12 }, () => ({ lines: boxAt(200, 100), textLines })), view.size)
    expect(crowded.some(({ leader }) => leader !== null)).toBe(true)
  })
  test('are the label and then the values, three to a line; an arrow says its label alone', () => {
    expect(labelLines({ tool: 'ellipse', label: 'stone', text: 'a 1 · b 2 · c 3 · d 4' })).toEqual(['stone', 'a 1 · b 2 · c 3', 'd 4'])
    expect(labelLines({ tool: 'arrow', label: 'here', text: '' })).toEqual(['here'])
    expect(labelLines({ tool: 'arrow', label: '', text: '' })).toEqual([])
  })
})
