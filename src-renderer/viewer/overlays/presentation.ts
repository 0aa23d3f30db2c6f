import type { ImageReference, OverlayColour, PresentationArea, PresentationContent, PresentationShutter } from '../../../src-shared/overlays.ts'
import type { SopInstanceUid } from '../../../src-shared/ids.ts'
import { toPatient, type Plane } from '../plane.ts'
import type { ViewerCommand } from '../types.ts'
import type { Vector } from '../../../src-shared/vector.ts'
import { affineOf, fitted, toScreen, type Size, type View } from '../view-transform.ts'
import { circleRing, ellipseRing, smoothLine, type Pair } from './curves.ts'
import { fromCorner } from './report-graphics.ts'
import type { OverlayShape } from './shape.ts'

/** One image, by its frame. */
export type ImageFrame = Readonly<{ sopInstanceUid: SopInstanceUid; frameNumber: number }>

/** Whether references mean an image: a reference without frame numbers means all of its frames. */
export function namesImage(references: readonly ImageReference[], { sopInstanceUid, frameNumber }: ImageFrame): boolean {
  return references.some((reference) => reference.sopInstanceUid === sopInstanceUid && (reference.frameNumbers.length === 0 || reference.frameNumbers.includes(frameNumber)))
}

/** A part of a presentation state without references of its own holds for all of its images. */
function holdsFor(part: Readonly<{ images: readonly ImageReference[] }>, all: readonly ImageReference[], image: ImageFrame): boolean {
  return namesImage(part.images.length === 0 ? all : part.images, image)
}

function areaFor({ areas, images }: PresentationContent, image: ImageFrame): PresentationArea | null {
  return areas.find((area) => holdsFor(area, images, image)) ?? null
}

/**
 * The commands that show an image as a presentation state wants it: from its usual view, turned, then mirrored (PS3.3 C.10.6), its displayed area in the
 * pane (C.10.4), its window. `plane` is the image's, `pane` the pane's size in CSS pixels. True size is shown as fitted: the screen's own size is not known.
 */
export function presentationCommands(content: PresentationContent, image: ImageFrame, plane: Plane, pane: Size): ViewerCommand[] {
  const window = content.windows.find((one) => holdsFor(one, content.images, image))
  const turned = { quarterTurns: content.quarterTurns, isMirroredAcross: content.isMirrored, isMirroredUpDown: false } as const
  const area = areaFor(content, image)
  return [
    { name: 'reset' } as const,
    ...Array.from({ length: content.quarterTurns }, (): ViewerCommand => ({ name: 'rotate' })),
    ...(content.isMirrored ? [{ name: 'flip-horizontal' } as const] : []),
    ...(area === null ? [] : areaCommands(area, plane, pane, fitted(plane, pane, turned))),
    ...(content.isInverted ? [{ name: 'invert' } as const] : []),
    ...(window === undefined ? [] : [{ name: 'window', window: { center: window.center, width: Math.max(1, window.width) } } as const])
  ]
}

/** Zoom about the middle, then move: from the fitted view to one in which the area fills the pane, or has its asked-for scale. */
function areaCommands({ from, to, mode, scale }: PresentationArea, plane: Plane, pane: Size, view: View): ViewerCommand[] {
  const widthMm = (to[0] - from[0] + 1) * plane.columnStepMm
  const heightMm = (to[1] - from[1] + 1) * plane.rowStepMm
  const [acrossMm, downMm] = view.quarterTurns % 2 === 0 ? [widthMm, heightMm] : [heightMm, widthMm]
  const pxPerMm = mode === 'magnify' && scale !== null ? scale / plane.columnStepMm : Math.min(pane.width / acrossMm, pane.height / downMm)
  const zoomedView = { ...view, pxPerMm }
  const [x, y] = toScreen(affineOf(plane, zoomedView, pane), [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2])
  return [{ name: 'zoom', factor: pxPerMm / view.pxPerMm }, { name: 'pan', dxPx: pane.width / 2 - x, dyPx: pane.height / 2 - y }]
}

/** Drawings, texts and shutters of a presentation state on one of its images; nothing on any other image. */
export function presentationShapes(content: PresentationContent, image: ImageFrame, plane: Plane, otherwise: OverlayColour): OverlayShape[] {
  if (!namesImage(content.images, image)) return []
  const toMm = (units: 'pixel' | 'display') => (pair: Pair): Vector => fromCorner(plane, units === 'pixel' ? pair : fromDisplay(content, areaFor(content, image), plane, pair))
  const drawn = content.graphics.filter((graphic) => holdsFor(graphic, content.images, image)).map(({ shape, isFilled, points, units, colour }, index): OverlayShape => {
    const base = { key: `graphic-${index}`, colour: colour ?? otherwise }
    const place = toMm(units)
    if (shape === 'point') return { ...base, kind: 'dots', at: points.map(place) }
    const line = shape === 'circle' ? circleRing(points[0] ?? [0, 0], points[1] ?? [0, 0]) : shape === 'ellipse' ? ellipseRing(points) : shape === 'curve' ? smoothLine(points) : points
    const isRing = shape === 'circle' || shape === 'ellipse' || (points.length > 2 && String(points[0]) === String(points.at(-1)))
    return isRing ? { ...base, kind: 'area', isFilled, rings: [line.map(place)] } : { ...base, kind: 'line', lines: [line.map(place)] }
  })
  const texts = content.texts.filter((text) => holdsFor(text, content.images, image)).flatMap(({ text, anchor, box, colour }, index): OverlayShape[] => {
    const spot = box?.from ?? anchor
    return spot === null ? [] : [{ key: `text-${index}`, colour: colour ?? otherwise, kind: 'text', at: toMm(spot.units)(spot.at), lines: text.split('\n'), isBeside: box === null }]
  })
  return [...shutterShapes(content.shutters, plane), ...drawn, ...texts]
}

/** Parts of the displayed area, after it was turned and mirrored, back to columns and rows of the image (PS3.3 C.10.5). */
function fromDisplay({ quarterTurns, isMirrored }: PresentationContent, area: PresentationArea | null, plane: Plane, [x, y]: Pair): Pair {
  const across = isMirrored ? 1 - x : x
  // Undoing a clockwise turn: what now lies right of the middle came from above it.
  const unturned: readonly Pair[] = [[across, y], [y, 1 - across], [1 - across, 1 - y], [1 - y, across]]
  const [u, v] = unturned[quarterTurns] ?? [across, y]
  const from = area?.from ?? [0, 0]
  const to = area?.to ?? [plane.columns - 1, plane.rows - 1]
  return [from[0] + u * (to[0] - from[0] + 1), from[1] + v * (to[1] - from[1] + 1)]
}

/** Shutters together leave open what all of them leave open; each covers what lies outside of it. */
function shutterShapes(shutters: readonly PresentationShutter[], plane: Plane): OverlayShape[] {
  const frame = ringMm(plane, [[-0.5, -0.5], [plane.columns - 0.5, -0.5], [plane.columns - 0.5, plane.rows - 0.5], [-0.5, plane.rows - 0.5]])
  return shutters.map((shutter, index) => ({ key: `shutter-${index}`, colour: [0, 0, 0], kind: 'cover', frame, rings: [ringMm(plane, openingOf(shutter))] }))
}

function openingOf(shutter: PresentationShutter): Pair[] {
  switch (shutter.shape) {
    case 'rectangle': {
      const [left, top] = shutter.from
      const [right, bottom] = shutter.to
      return [[left - 0.5, top - 0.5], [right + 0.5, top - 0.5], [right + 0.5, bottom + 0.5], [left - 0.5, bottom + 0.5]]
    }
    case 'circle': return circleRing(shutter.centre, [shutter.centre[0] + shutter.radius, shutter.centre[1]])
    case 'polygon': return shutter.points
  }
}

const ringMm = (plane: Plane, ring: readonly Pair[]): Vector[] => ring.map(([column, row]) => toPatient(plane, [column, row]))
