import type { SegmentationContent, SegmentMask } from '../../../src-shared/overlays.ts'
import { toPatient, type Plane } from '../plane.ts'
import { add, cross, dot, scale, type Vector } from '../../../src-shared/vector.ts'
import { fromCut, isParallel, isPerpendicular, meeting, type Cut } from './cut.ts'
import { cellsOf, outlinesOf, type Corner } from './mask-cells.ts'
import type { OverlayShape } from './shape.ts'
import { alongLine, frameOf, sectionOf, type Section } from './stack-section.ts'

/** A mask with its frame's plane, null where it has none of its own; its cells are unpacked when first needed. */
export type PlacedMask = Readonly<{ mask: SegmentMask; plane: Plane | null; cells: () => Uint8Array; outlines: () => Corner[][] }>
export type PlacedSegment = Readonly<{ number: number; colour: SegmentationContent['segments'][number]['colour']; masks: readonly PlacedMask[] }>

export function placeSegments({ segments, masks }: SegmentationContent, bulk: ArrayBuffer): PlacedSegment[] {
  const bytes = new Uint8Array(bulk)
  const bySegment = Map.groupBy(masks, ({ segment }) => segment)
  return segments.map(({ number, colour }) => ({ number, colour, masks: (bySegment.get(number) ?? []).map((mask) => placeMask(mask, bytes)) }))
}

function placeMask(mask: SegmentMask, bulk: Uint8Array): PlacedMask {
  let cells: Uint8Array | null = null
  let outlines: Corner[][] | null = null
  const unpacked = () => cells ??= cellsOf(mask, bulk)
  return { mask, plane: planeOfMask(mask), cells: unpacked, outlines: () => outlines ??= outlinesOf(unpacked(), mask.box[2], mask.box[3]) }
}

function planeOfMask({ place, columns, rows }: SegmentMask): Plane | null {
  if (place === null) return null
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0] = place.orientation
  const alongColumns: Vector = [a, b, c]
  const alongRows: Vector = [d, e, f]
  return {
    originMm: place.positionMm, alongColumns, alongRows, normal: cross(alongColumns, alongRows), columnStepMm: place.pixelSpacingMm[1], rowStepMm: place.pixelSpacingMm[0],
    columns, rows, halfThicknessMm: place.halfThicknessMm, basis: 'body', isInPatient: true
  }
}

/**
 * What a plane shows of a segment that has a place in the patient: in the plane of its frames, the outlines of the nearest within half a slice; cut
 * across, the pixels that it goes through, exactly from edge to edge, as thick as the frame's slice where the cut is straight.
 */
export function segmentShapes({ number, colour, masks }: PlacedSegment, cut: Cut): OverlayShape[] {
  const placed = masks.flatMap(({ plane, ...rest }) => plane === null ? [] : [{ plane, ...rest }])
  const flat = placed.filter(({ plane }) => isParallel(plane.normal, cut.normal) && cut.holds(plane.originMm))
  const away = ({ plane }: Readonly<{ plane: Plane }>) => Math.abs(fromCut(cut, plane.originMm))
  const least = flat.reduce((all, one) => Math.min(all, away(one)), Infinity)
  const rings = flat.filter((one) => away(one) <= least + 0.01).flatMap((one) => ringsOn(one, one.plane))
  const crossed = placed.filter(({ plane }) => !isParallel(plane.normal, cut.normal)).map((one) => ({ plane: one.plane, runs: crossings(one, one.plane, cut) })).filter(({ runs }) => runs.length > 0)
  const straight = crossed.filter(({ plane }) => isPerpendicular(plane.normal, cut.normal))
  const slanted = crossed.filter((one) => !straight.includes(one))
  const base = (part: string) => ({ key: `${number}-${part}`, colour })
  return [
    ...(rings.length === 0 ? [] : [{ ...base('flat'), kind: 'area' as const, isFilled: true, rings }]),
    ...(straight.length === 0 ? [] : [{ ...base('across'), kind: 'area' as const, isFilled: true, ...straightSection(straight, cut) }]),
    ...(slanted.length === 0 ? [] : [{ ...base('thin'), kind: 'line' as const, lines: slanted.flatMap(({ runs }) => runs) }])
  ]
}

type Crossed = Readonly<{ plane: Plane; runs: readonly (readonly [Vector, Vector])[] }>

/** Frames of one segmentation share orientation and thickness. */
function straightSection(crossed: readonly Crossed[], cut: Cut): Section {
  const { normal, halfThicknessMm } = crossed[0]?.plane ?? { normal: cut.normal, halfThicknessMm: 0 }
  const { line, place } = frameOf(cut, normal)
  const slices = crossed.map(({ plane, runs }) => ({ offsetMm: dot(plane.originMm, normal), runs: alongLine(runs, line) }))
  return sectionOf(slices, halfThicknessMm, place)
}

/** A segment on the very image that it was made from; `plane` is that image's. Masks of another size than the image are not laid over it. */
export function segmentOnImage({ number, colour, masks }: PlacedSegment, plane: Plane, isMadeFrom: (mask: SegmentMask) => boolean): OverlayShape[] {
  const rings = masks.filter(({ mask }) => isMadeFrom(mask) && mask.columns === plane.columns && mask.rows === plane.rows).flatMap((one) => ringsOn(one, plane))
  return rings.length === 0 ? [] : [{ key: `${number}-image`, colour, kind: 'area', isFilled: true, rings }]
}

/** Pixel centres are whole numbers of the index, so corners lie half a pixel before them. */
function ringsOn({ mask, outlines }: Pick<PlacedMask, 'mask' | 'outlines'>, plane: Plane): Vector[][] {
  const [left, top] = mask.box
  return outlines().map((ring) => ring.map(([column, row]) => toPatient(plane, [left + column - 0.5, top + row - 0.5])))
}

/** The stretches of the cut's line through a frame that run through set pixels. */
function crossings({ mask, cells }: Pick<PlacedMask, 'mask' | 'cells'>, plane: Plane, cut: Cut): (readonly [Vector, Vector])[] {
  const [left, top, width, height] = mask.box
  const corner = (column: number, row: number) => toPatient(plane, [left + column - 0.5, top + row - 0.5])
  const box = [corner(0, 0), corner(width, 0), corner(width, height), corner(0, height)]
  const away = box.map((point) => fromCut(cut, point))
  const ends = box.flatMap((point, index): Vector[] => {
    const next = (index + 1) % 4
    const to = box[next], fromMm = away[index] ?? 0, toMm = away[next] ?? 0
    return to === undefined || fromMm >= 0 === toMm >= 0 ? [] : [meeting(point, fromMm, to, toMm)]
  })
  const [from, to] = ends
  if (from === undefined || to === undefined) return []
  const inBox = (point: Vector): Corner => {
    const offset: Vector = [point[0] - plane.originMm[0], point[1] - plane.originMm[1], point[2] - plane.originMm[2]]
    return [dot(offset, plane.alongColumns) / plane.columnStepMm + 0.5 - left, dot(offset, plane.alongRows) / plane.rowStepMm + 0.5 - top]
  }
  return setStretches(cells(), width, height, inBox(from), inBox(to)).map(([first, last]) => [between(from, to, first), between(from, to, last)])
}

const between = (from: Vector, to: Vector, at: number): Vector => add(from, scale([to[0] - from[0], to[1] - from[1], to[2] - from[2]], at))

/** Parts (0 to 1) of a straight way through a grid of cells that lie in set cells, joined where they touch. */
function setStretches(cells: Uint8Array, columns: number, rows: number, [fromColumn, fromRow]: Corner, [toColumn, toRow]: Corner): [number, number][] {
  const stops = [0, ...gridStops(fromColumn, toColumn), ...gridStops(fromRow, toRow), 1].toSorted((a, b) => a - b)
  const stretches: [number, number][] = []
  for (let index = 0; index + 1 < stops.length; index += 1) {
    const first = stops[index] ?? 0
    const last = stops[index + 1] ?? 1
    if (last - first < 1e-12) continue
    const middle = (first + last) / 2
    const column = Math.min(columns - 1, Math.max(0, Math.floor(fromColumn + (toColumn - fromColumn) * middle)))
    const row = Math.min(rows - 1, Math.max(0, Math.floor(fromRow + (toRow - fromRow) * middle)))
    if (cells[row * columns + column] !== 1) continue
    const before = stretches.at(-1)
    if (before !== undefined && first - before[1] < 1e-9) before[1] = last
    else stretches.push([first, last])
  }
  return stretches
}

/** Where a coordinate passes whole numbers on its way, as parts of the way. */
function gridStops(from: number, to: number): number[] {
  const span = to - from
  if (Math.abs(span) < 1e-12) return []
  const low = Math.ceil(Math.min(from, to))
  const high = Math.floor(Math.max(from, to))
  return Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => (low + index - from) / span).filter((at) => at > 0 && at < 1)
}

/** The largest mask of a segment: where one looks for it. */
export function largestMask({ masks }: PlacedSegment): PlacedMask | null {
  return masks.reduce<PlacedMask | null>((a, b) => (a === null || b.mask.pixels > a.mask.pixels ? b : a), null)
}

/** Centre of a mask's box in patient mm; null where its frame has no place. */
export function maskCentre({ mask, plane }: PlacedMask): Vector | null {
  const [left, top, width, height] = mask.box
  return plane === null ? null : toPatient(plane, [left + (width - 1) / 2, top + (height - 1) / 2])
}
