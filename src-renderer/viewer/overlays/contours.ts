import type { ContoursContent, Structure } from '../../../src-shared/overlays.ts'
import { cross, dot, length, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import { fromCut, isParallel, isPerpendicular, meeting, runsAlong, type Cut } from './cut.ts'
import type { OverlayShape } from './shape.ts'
import { alongLine, frameOf, sectionOf } from './stack-section.ts'

type Shape = Structure['contours'][number]['shape']
/** A contour with its plane, its points as triples and as vectors, which are made when first needed: `normal` null where its points span none, `offsetMm` along it. The sphere around `centre` holds every point. */
type PlacedContour = Readonly<{ shape: Shape; flat: Float64Array; points: () => readonly Vector[]; normal: Vector | null; offsetMm: number; centre: Vector; radiusMm: number; areaMm2: number }>
/** Closed contours that share a plane are one region. `stepMm`: from plane to plane of the structure; null where it has one plane. */
export type PlacedStructure = Readonly<{
  number: number; colour: Structure['colour']; frameOfReferenceUid: string | null
  levels: readonly Readonly<{ normal: Vector; offsetMm: number; contours: readonly PlacedContour[] }>[]
  loose: readonly PlacedContour[]
  stepMm: number | null
}>

/** Contours further out of their own plane than this are not planar, whatever they claim. */
const planarWithinMm = 0.5
/** Planes closer than this are one. */
const levelWithinMm = 0.01

/** Makes a structure set ready to be drawn again and again. `bulk`: its points, as the contract says. */
export function placeStructures({ structures }: ContoursContent, bulk: ArrayBuffer): PlacedStructure[] {
  const numbers = new Float64Array(bulk)
  return structures.map(({ number, colour, frameOfReferenceUid, contours }) => {
    const placed = contours.map(({ shape, from, count }) => placeContour(shape, numbers.subarray(from * 3, (from + count) * 3)))
    const levels = levelsOf(placed.filter(({ shape, normal }) => shape === 'closed' && normal !== null))
    return { number, colour, frameOfReferenceUid, levels, loose: placed.filter(({ shape, normal }) => shape !== 'closed' || normal === null), stepMm: stepOf(levels) }
  })
}

function vectorsOf(flat: Float64Array): Vector[] {
  return Array.from({ length: Math.floor(flat.length / 3) }, (_, index) => [flat[index * 3] ?? 0, flat[index * 3 + 1] ?? 0, flat[index * 3 + 2] ?? 0])
}

function placeContour(shape: Shape, flat: Float64Array): PlacedContour {
  const vectors = vectorsOf(flat)
  const sum = vectors.reduce<[number, number, number]>((all, point) => [all[0] + point[0], all[1] + point[1], all[2] + point[2]], [0, 0, 0])
  const centre = scale(sum, 1 / Math.max(1, vectors.length))
  const radiusMm = vectors.reduce((most, point) => Math.max(most, length(subtract(point, centre))), 0)
  const { normal, areaMm2 } = newell(vectors, centre)
  const isPlanar = normal !== null && vectors.every((point) => Math.abs(dot(subtract(point, centre), normal)) <= planarWithinMm)
  let points: readonly Vector[] | null = null
  return { shape, flat, points: () => points ??= vectorsOf(flat), normal: isPlanar ? normal : null, offsetMm: isPlanar ? dot(centre, normal) : 0, centre, radiusMm, areaMm2 }
}

/** Normal and area of a closed polygon in space (Newell's method); the normal points to the positive side, so that its sense of rotation says nothing. */
function newell(points: readonly Vector[], centre: Vector): Readonly<{ normal: Vector | null; areaMm2: number }> {
  let sum: Vector = [0, 0, 0]
  for (const [index, point] of points.entries()) {
    const turn = cross(subtract(point, centre), subtract(points[(index + 1) % points.length] ?? point, centre))
    sum = [sum[0] + turn[0], sum[1] + turn[1], sum[2] + turn[2]]
  }
  const size = length(sum)
  if (size < 1e-6) return { normal: null, areaMm2: 0 }
  const normal = scale(sum, 1 / size)
  const first = normal.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0] ?? 1
  return { normal: first < 0 ? scale(normal, -1) : normal, areaMm2: size / 2 }
}

function levelsOf(contours: readonly PlacedContour[]): PlacedStructure['levels'] {
  const levels: { normal: Vector; offsetMm: number; contours: PlacedContour[] }[] = []
  for (const contour of contours.toSorted((a, b) => a.offsetMm - b.offsetMm)) {
    const last = levels.at(-1)
    if (contour.normal === null) continue
    if (last !== undefined && contour.offsetMm - last.offsetMm <= levelWithinMm && isParallel(last.normal, contour.normal)) last.contours.push(contour)
    else levels.push({ normal: contour.normal, offsetMm: contour.offsetMm, contours: [contour] })
  }
  return levels
}

/** The smallest step between neighbouring planes: slices that a structure leaves out make larger ones. */
function stepOf(levels: PlacedStructure['levels']): number | null {
  const steps = levels.slice(1).map(({ offsetMm }, index) => offsetMm - (levels[index]?.offsetMm ?? offsetMm)).filter((step) => step > levelWithinMm)
  return steps.length === 0 ? null : steps.reduce((a, b) => Math.min(a, b))
}

/**
 * What a plane shows of a structure: where it lies in the plane of contours, those of the nearest such plane within half a slice, whole; where it cuts
 * them, exactly the stretches inside. A cut straight across widens these by half a step to both sides, as slices of that thickness would show it.
 */
export function structureShapes(structure: PlacedStructure, cut: Cut): OverlayShape[] {
  const { number, colour, levels, loose, stepMm } = structure
  const base = (part: string) => ({ key: `${number}-${part}`, colour })
  const shapes: OverlayShape[] = []
  const flat = nearestLevel(levels, cut)
  if (flat !== null) shapes.push({ ...base('flat'), kind: 'area', isFilled: true, rings: flat.contours.map(({ points }) => points()) })
  const stretches = levels.filter(({ normal }) => !isParallel(normal, cut.normal)).map((level) => ({ level, runs: crossings(level, cut) })).filter(({ runs }) => runs.length > 0)
  const across = stepMm === null ? [] : stretches.filter(({ level }) => isPerpendicular(level.normal, cut.normal))
  const [first] = across
  if (first !== undefined && stepMm !== null) {
    const { line, place } = frameOf(cut, first.level.normal)
    const slices = across.map(({ level, runs }) => ({ offsetMm: level.offsetMm, runs: alongLine(runs, line) }))
    shapes.push({ ...base('across'), kind: 'area', isFilled: true, ...sectionOf(slices, stepMm / 2, place) })
  }
  const thin = stretches.filter((one) => !across.includes(one))
  if (thin.length > 0) shapes.push({ ...base('thin'), kind: 'line', lines: thin.flatMap(({ runs }) => runs) })
  return [...shapes, ...looseShapes(loose, cut, base)]
}

type Level = PlacedStructure['levels'][number]

function nearestLevel(levels: PlacedStructure['levels'], cut: Cut): Level | null {
  const near = levels.flatMap((level) => {
    const [point] = level.contours[0]?.points() ?? []
    return point !== undefined && isParallel(level.normal, cut.normal) && cut.holds(point) ? [{ level, away: Math.abs(fromCut(cut, point)) }] : []
  })
  return near.length === 0 ? null : near.reduce((a, b) => (b.away < a.away ? b : a)).level
}

/** Where the cut runs inside of the contours of one plane: all their edges are counted together, so that holes stay holes. */
function crossings({ normal, contours }: Level, cut: Cut): (readonly [Vector, Vector])[] {
  const points = contours.filter((contour) => reaches(contour, cut)).flatMap(({ flat }) => ringMeetings(flat, cut))
  return runsAlong(points, cross(normal, cut.normal))
}

const reaches = ({ centre, radiusMm }: PlacedContour, cut: Cut) => Math.abs(fromCut(cut, centre)) <= radiusMm + 1e-9

/** As `meetings` of a closed line, without making anything of the many points that the cut passes by. */
function ringMeetings(flat: Float64Array, cut: Cut): Vector[] {
  const found: Vector[] = []
  const [nx, ny, nz] = cut.normal
  const offset = dot(cut.originMm, cut.normal)
  const at = (index: number): Vector => [flat[index] ?? 0, flat[index + 1] ?? 0, flat[index + 2] ?? 0]
  let before = flat.length - 3
  let beforeMm = (flat[before] ?? 0) * nx + (flat[before + 1] ?? 0) * ny + (flat[before + 2] ?? 0) * nz - offset
  for (let index = 0; index < flat.length; index += 3) {
    const hereMm = (flat[index] ?? 0) * nx + (flat[index + 1] ?? 0) * ny + (flat[index + 2] ?? 0) * nz - offset
    if (beforeMm >= 0 !== hereMm >= 0) found.push(meeting(at(before), beforeMm, at(index), hereMm))
    before = index
    beforeMm = hereMm
  }
  return found
}

/** A point on the cut counts to its positive side, so that a closed line meets the cut an even number of times. */
export function meetings(points: readonly Vector[], cut: Cut, isClosed: boolean): Vector[] {
  const away = points.map((point) => fromCut(cut, point))
  const count = isClosed ? points.length : points.length - 1
  return Array.from({ length: Math.max(0, count) }, (_, index): Vector[] => {
    const next = (index + 1) % points.length
    const from = points[index], to = points[next], fromMm = away[index] ?? 0, toMm = away[next] ?? 0
    return from === undefined || to === undefined || fromMm >= 0 === toMm >= 0 ? [] : [meeting(from, fromMm, to, toMm)]
  }).flat()
}

/** Open lines and what spans no plane are drawn where they lie wholly in the shown plane, else as the points at which they cross it; points within half a slice. */
function looseShapes(loose: readonly PlacedContour[], cut: Cut, base: (part: string) => Pick<OverlayShape, 'key' | 'colour'>): OverlayShape[] {
  const lines: (readonly Vector[])[] = []
  const dots: Vector[] = []
  for (const { shape, points: pointsOf } of loose) {
    const points = pointsOf()
    const isWithin = points.every((point) => cut.holds(point))
    if (shape === 'point') dots.push(...points.filter((point) => cut.holds(point)))
    else if (isWithin) lines.push(shape === 'closed' ? [...points, ...points.slice(0, 1)] : points)
    else dots.push(...meetings(points, cut, shape === 'closed'))
  }
  return [...(lines.length === 0 ? [] : [{ ...base('lines'), kind: 'line' as const, lines }]), ...(dots.length === 0 ? [] : [{ ...base('dots'), kind: 'dots' as const, at: dots }])]
}

/** A spot that stands for a structure: the middle of its largest contour, else its first point; null where it has none. */
export function spotOf({ levels, loose }: PlacedStructure): Vector | null {
  const largest = levels.flatMap(({ contours }) => contours).reduce<PlacedContour | null>((a, b) => (a === null || b.areaMm2 > a.areaMm2 ? b : a), null)
  return largest?.centre ?? loose[0]?.points()[0] ?? null
}
