import { describe, expect, it } from 'vitest'
import { SopInstanceUid } from '../../../src-shared/ids.ts'
import type { PresentationContent } from '../../../src-shared/overlays.ts'
import { planeOfFrame, toIndex, type Plane } from '../plane.ts'
import { aFrame, aSeries } from '../test-series.ts'
import type { ViewerCommand } from '../types.ts'
import { affineOf, fitted, panned, toScreen, zoomed, type View } from '../view-transform.ts'
import { presentationCommands, presentationShapes } from './presentation.ts'
import { only } from './test-cuts.ts'

const pane = { width: 600, height: 400 }
const image = { sopInstanceUid: SopInstanceUid.parse('1.2.3.1'), frameNumber: 1 }
const named = { sopInstanceUid: image.sopInstanceUid, frameNumbers: [] }
/** 100 columns of 0.5 mm, 60 rows of 0.8 mm. */
const plane: Plane = { ...planeOfFrame(aSeries({ pixelSpacingMm: [0.8, 0.5] }), aFrame(0)), columns: 100, rows: 60 }

const aState = (changes: Partial<PresentationContent> = {}): PresentationContent => ({
  kind: 'presentation', label: 'A', description: '', images: [named], quarterTurns: 0, isMirrored: false, isInverted: false, windows: [], areas: [], graphics: [], texts: [], shutters: [], notes: [], ...changes
})

/** What the viewer makes of commands, by the functions that it moves its panes with. */
function viewAfter(commands: readonly ViewerCommand[]): View {
  const next = [1, 2, 3, 0] as const
  return commands.reduce<View>((view, command) => {
    switch (command.name) {
      case 'reset': return fitted(plane, pane, { quarterTurns: 0, isMirroredAcross: false, isMirroredUpDown: false })
      case 'rotate': return fitted(plane, pane, { ...view, quarterTurns: next[view.quarterTurns] })
      case 'flip-horizontal': return { ...view, isMirroredAcross: !view.isMirroredAcross }
      case 'zoom': return zoomed(plane, view, pane, command.factor)
      case 'pan': return panned(plane, view, pane, command.dxPx, command.dyPx)
      default: return view
    }
  }, fitted(plane, pane, { quarterTurns: 0, isMirroredAcross: false, isMirroredUpDown: false }))
}

const onScreen = (view: View, index: readonly [number, number]) => toScreen(affineOf(plane, view, pane), index).map((part) => Number(part.toFixed(6)))
const area = { images: [], from: [20, 10] as [number, number], to: [59, 49] as [number, number], mode: 'fit' as const, scale: null }

describe('a presentation state', () => {
  it('sets window and inversion of the images it names, and of no others', () => {
    const state = aState({ isInverted: true, windows: [{ images: [{ ...named, frameNumbers: [2] }], center: 5, width: 6, voiLutFunction: 'LINEAR' }, { images: [], center: 50, width: 350, voiLutFunction: 'LINEAR' }] })
    expect(presentationCommands(state, image, plane, pane)).toEqual([{ name: 'reset' }, { name: 'invert' }, { name: 'window', window: { center: 50, width: 350 } }])
    expect(presentationCommands(state, { ...image, frameNumber: 2 }, plane, pane).at(-1)).toEqual({ name: 'window', window: { center: 5, width: 6 } })
  })

  it('puts its displayed area into the middle of the pane, as large as it goes', () => {
    // 40 columns of 0.5 mm by 40 rows of 0.8 mm: 20 × 32 mm, so the 400 pixels of height decide: 12.5 a mm.
    const view = viewAfter(presentationCommands(aState({ areas: [area] }), image, plane, pane))
    expect(onScreen(view, [19.5, 9.5])).toEqual([175, 0])
    expect(onScreen(view, [59.5, 49.5])).toEqual([425, 400])
  })

  it('turns clockwise first and mirrors then', () => {
    const view = viewAfter(presentationCommands(aState({ areas: [area], quarterTurns: 1, isMirrored: true }), image, plane, pane))
    // Turned: 32 mm across, 20 mm down; the image's top left corner goes to the top right, and by the mirror back to the top left.
    const pxPerMm = Math.min(600 / 32, 400 / 20)
    expect(onScreen(view, [19.5, 9.5])).toEqual([300 - 16 * pxPerMm, 200 - 10 * pxPerMm].map((part) => Number(part.toFixed(6))))
    // One column further lies one step down.
    const [x0 = 0, y0 = 0] = onScreen(view, [20, 20])
    const [x1 = 0, y1 = 0] = onScreen(view, [21, 20])
    expect([Math.sign(Math.round(x1 - x0)), Math.sign(y1 - y0)]).toEqual([0, 1])
  })

  it('magnifies as asked', () => {
    const view = viewAfter(presentationCommands(aState({ areas: [{ ...area, mode: 'magnify', scale: 3 }] }), image, plane, pane))
    const [x0 = 0] = onScreen(view, [30, 30])
    const [x1 = 0] = onScreen(view, [31, 30])
    expect(x1 - x0).toBeCloseTo(3, 9)
  })

  it.each([0, 1, 2, 3] as const)('places what is given in parts of the displayed area there, turned %i times, mirrored or not', (quarterTurns) => {
    for (const isMirrored of [false, true]) {
      const state = aState({
        areas: [area], quarterTurns, isMirrored,
        graphics: [{ images: [], layer: '', colour: null, shape: 'polyline', isFilled: false, units: 'display', points: [[0, 0], [1, 0], [1, 1]] }]
      })
      const view = viewAfter(presentationCommands(state, image, plane, pane))
      const [line = []] = only(presentationShapes(state, image, plane, [9, 9, 9]), 'line').lines
      const corners = line.map((point) => onScreen(view, toIndex(plane, point)))
      const [left, top] = [Math.min(...corners.map(([x = 0]) => x)), Math.min(...corners.map(([, y = 0]) => y))]
      const [right, bottom] = [Math.max(...corners.map(([x = 0]) => x)), Math.max(...corners.map(([, y = 0]) => y))]
      expect(corners).toEqual([[left, top], [right, top], [right, bottom]])
      expect((left + right) / 2).toBeCloseTo(300, 4)
      expect((top + bottom) / 2).toBeCloseTo(200, 4)
    }
  })

  it('draws on pixels that count from the corner, in the colour of the layer', () => {
    const state = aState({
      graphics: [{ images: [], layer: 'A', colour: [255, 0, 0], shape: 'point', isFilled: false, units: 'pixel', points: [[10.5, 20.5]] }],
      texts: [{ images: [named], layer: 'A', colour: null, text: 'two\nlines', anchor: { units: 'pixel', at: [0.5, 0.5] }, box: null }]
    })
    const shapes = presentationShapes(state, image, plane, [9, 9, 9])
    expect(only(shapes, 'dots')).toMatchObject({ colour: [255, 0, 0] })
    expect(toIndex(plane, only(shapes, 'dots').at[0] ?? [0, 0, 0]).map((part) => Number(part.toFixed(9)))).toEqual([10, 20])
    expect(only(shapes, 'text')).toMatchObject({ colour: [9, 9, 9], lines: ['two', 'lines'], isBeside: true })
    expect(presentationShapes(state, { ...image, sopInstanceUid: SopInstanceUid.parse('1.2.3.2') }, plane, [9, 9, 9])).toEqual([])
  })

  it('covers what its shutter covers', () => {
    const { frame, rings } = only(presentationShapes(aState({ shutters: [{ shape: 'rectangle', from: [10, 5], to: [89, 54] }] }), image, plane, [9, 9, 9]), 'cover')
    expect(frame.map((point) => toIndex(plane, point).map((part) => Number(part.toFixed(6))))).toEqual([[-0.5, -0.5], [99.5, -0.5], [99.5, 59.5], [-0.5, 59.5]])
    expect(rings[0]?.map((point) => toIndex(plane, point).map((part) => Number(part.toFixed(6))))).toEqual([[9.5, 4.5], [89.5, 4.5], [89.5, 54.5], [9.5, 54.5]])
  })
})
