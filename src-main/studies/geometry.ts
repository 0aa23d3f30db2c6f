import type { SeriesWarning } from '../../src-shared/studies.ts'
import { cross, dot, normalise, scale, subtract, type Vector } from '../../src-shared/vector.ts'
import { isEvenlySpaced, median } from '../../src-shared/volume.ts'
import { layerWarnings, splitByFacts, stackLabel } from './layers.ts'

/** One frame as its header places it. */
export type SlicePlace = Readonly<{
  positionMm: Vector | null, orientation: readonly number[] | null, pixelSpacingMm: readonly [number, number] | null
  rows: number, columns: number, frameOfReferenceUid: string | null
  /** What tells frames at the same place apart, where the header says something. */
  stack?: Readonly<{ id: string, time: string, type: string, others: string }>
}>
export type GeometryWarning = Readonly<{ code: SeriesWarning, text: string }>

/** The largest set of frames that share orientation, size, spacing and frame of reference, in order along their normal. */
export type Stack = Readonly<{
  /** Indices into the frames given, in geometric order. */
  members: readonly number[]
  rowDirection: Vector, columnDirection: Vector, normal: Vector
  pixelSpacingMm: readonly [number, number] | null
  /** Positions along the normal, mm, ascending; as many as members. */
  alongNormalMm: readonly number[]
  gapsMm: readonly number[]
  /** Median gap; null for one slice. */
  sliceSpacingMm: number | null
  isEven: boolean
  duplicates: number
  gantryTiltDeg: number
}>

export type SeriesGeometry = Readonly<{
  stack: Stack | null
  /** All frames: the stack first, then the other groups, each in its own geometric order, then what has no place. */
  order: readonly number[]
  warnings: readonly GeometryWarning[]
  /** All stacks, in `order`, where some lie at the same places: phases, echoes, image types. Else empty. */
  layers: readonly Readonly<{ members: readonly number[], label: string }>[]
  /** Null where the stack may be used as one volume. */
  notVolumeReason: string | null
}>

const orientationTolerance = 1e-3
/** Positions are written with about four digits; closer than this is the same place. */
const samePlaceMm = 0.001

/**
 * The geometry of a series from Image Position and Image Orientation (Patient) alone (PS3.3 C.7.6.2); Instance Numbers and file names are
 * never believed. Pure.
 */
export function readGeometry(slices: readonly SlicePlace[], sliceThicknessMm: number | null): SeriesGeometry {
  const placed = slices.flatMap((slice, index) => slice.positionMm === null || slice.orientation === null ? [] : [index])
  const alike = groupsOf(slices, placed)
  const groups = alike.flatMap((members) => splitStacks(slices, members)).toSorted((a, b) => b.length - a.length)
  const stacks = groups.map((members) => stackOf(slices, members))
  const [stack = null] = stacks
  const hasPlace = new Set(placed)
  const rest = slices.flatMap((_, index) => hasPlace.has(index) ? [] : [index])
  const order = [...stacks.flatMap(({ members }) => members), ...rest]
  const layers = stacks.length > alike.length ? stacks.map(({ members }) => ({ members, label: stackLabel(slices, stacks.map((one) => one.members), members) })) : []
  const warnings = [...placeWarnings(slices, placed.length, alike), ...layerWarnings(layers), ...(stack === null ? [] : stackWarnings(stack, sliceThicknessMm))]
  return { stack, order, warnings, layers, notVolumeReason: notVolumeReason(slices.length, stack, groups, warnings) }
}

/** Groups of frames that could be one stack, the largest first; the first of equals is the one that comes first. */
function groupsOf(slices: readonly SlicePlace[], placed: readonly number[]): number[][] {
  const groups: number[][] = []
  for (const index of placed) {
    const slice = slices[index]
    const home = groups.find(([first = 0]) => slice !== undefined && isAlike(slices[first], slice))
    if (home === undefined) groups.push([index])
    else home.push(index)
  }
  return groups.toSorted((a, b) => b.length - a.length)
}

/** Frames at the same places are several stacks where their headers tell them apart; else they stay one, with duplicates. */
function splitStacks(slices: readonly SlicePlace[], members: readonly number[]): (readonly number[])[] {
  const hasDuplicates = (indices: readonly number[]) => stackOf(slices, indices).duplicates > 0
  return hasDuplicates(members) ? splitByFacts(slices, members, hasDuplicates) : [members]
}

function isAlike(a: SlicePlace | undefined, b: SlicePlace): boolean {
  if (a === undefined) return false
  return differences(a, b).length === 0
}

type Difference = 'mixed-orientation' | 'mixed-size' | 'mixed-spacing' | 'mixed-frame-of-reference'

function differences(a: SlicePlace, b: SlicePlace): Difference[] {
  const found: Difference[] = []
  if (!(a.orientation ?? []).every((value, index) => Math.abs(value - (b.orientation?.[index] ?? Number.NaN)) <= orientationTolerance)) found.push('mixed-orientation')
  if (a.rows !== b.rows || a.columns !== b.columns) found.push('mixed-size')
  if (!isSameSpacing(a.pixelSpacingMm, b.pixelSpacingMm)) found.push('mixed-spacing')
  if (a.frameOfReferenceUid !== b.frameOfReferenceUid) found.push('mixed-frame-of-reference')
  return found
}

function isSameSpacing(a: readonly [number, number] | null, b: readonly [number, number] | null): boolean {
  if (a === null || b === null) return a === b
  return a.every((value, index) => Math.abs(value - (b[index] ?? 0)) <= value * 1e-3)
}

function stackOf(slices: readonly SlicePlace[], indices: readonly number[]): Stack {
  const first = slices[indices[0] ?? 0]
  const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0] = first?.orientation ?? []
  const rowDirection = normalise([a, b, c])
  const columnDirection = normalise([d, e, f])
  const normal = normalise(cross(rowDirection, columnDirection))
  const sorted = indices
    .map((index) => ({ index, position: slices[index]?.positionMm ?? ([0, 0, 0] as const) }))
    .map((entry) => ({ ...entry, along: dot(entry.position, normal) }))
    .toSorted((p, q) => p.along - q.along || p.index - q.index)
  const alongNormalMm = sorted.map(({ along }) => along)
  const gapsMm = alongNormalMm.slice(1).map((along, index) => along - (alongNormalMm[index] ?? along))
  const sliceSpacingMm = gapsMm.length === 0 ? null : median(gapsMm)
  return {
    members: sorted.map(({ index }) => index), rowDirection, columnDirection, normal, pixelSpacingMm: first?.pixelSpacingMm ?? null,
    alongNormalMm, gapsMm, sliceSpacingMm, isEven: sliceSpacingMm !== null && isEvenlySpaced(gapsMm),
    duplicates: gapsMm.filter((gap) => gap < samePlaceMm).length,
    gantryTiltDeg: tiltOf(sorted.map(({ position }) => position), normal)
  }
}

/**
 * Angle between the normal and the line through the first and last slice, degrees. Positions are rounded, so an in-plane shift below
 * 0.05 mm over the whole stack is none.
 */
function tiltOf(positions: readonly Vector[], normal: Vector): number {
  const [first] = positions
  const last = positions.at(-1)
  if (first === undefined || last === undefined) return 0
  const way = subtract(last, first)
  const along = dot(way, normal)
  const across = Math.hypot(...subtract(way, scale(normal, along)))
  if (along < samePlaceMm || across < 0.05) return 0
  return Math.atan2(across, along) * 180 / Math.PI
}

const sentences: Readonly<Record<Difference, string>> = {
  'mixed-orientation': 'The series holds images of different orientation.',
  'mixed-size': 'The series holds images of different size.',
  'mixed-spacing': 'The series holds images of different pixel spacing.',
  'mixed-frame-of-reference': 'The series holds images of different frames of reference.'
}

function placeWarnings(slices: readonly SlicePlace[], placedCount: number, groups: readonly (readonly number[])[]): GeometryWarning[] {
  const warnings: GeometryWarning[] = []
  const missing = slices.length - placedCount
  if (missing > 0) warnings.push({ code: 'no-position', text: missing === slices.length ? 'The images carry no position in the patient.' : `${missing} of ${slices.length} images carry no position in the patient.` })
  if (slices.some((slice) => slice.pixelSpacingMm === null)) warnings.push({ code: 'no-pixel-spacing', text: 'The pixel spacing is missing or zero, so nothing can be measured in millimetres.' })
  const main = slices[groups[0]?.[0] ?? -1]
  const others = groups.slice(1).map((members) => slices[members[0] ?? -1])
  for (const code of ['mixed-orientation', 'mixed-size', 'mixed-spacing', 'mixed-frame-of-reference'] as const) {
    if (main !== undefined && others.some((other) => other !== undefined && differences(main, other).includes(code))) warnings.push({ code, text: sentences[code] })
  }
  return warnings
}

function stackWarnings(stack: Stack, sliceThicknessMm: number | null): GeometryWarning[] {
  const warnings: GeometryWarning[] = []
  const { duplicates, gapsMm, sliceSpacingMm, gantryTiltDeg } = stack
  if (stack.members.length === 1) warnings.push({ code: 'single-slice', text: 'The series holds a single slice.' })
  if (duplicates > 0) warnings.push({ code: 'duplicate-position', text: `${duplicates} ${duplicates === 1 ? 'slice lies' : 'slices lie'} at the place of another.` })
  else if (sliceSpacingMm !== null && !stack.isEven) warnings.push(unevenWarning(gapsMm, sliceSpacingMm))
  if (gantryTiltDeg > 0.1) warnings.push({ code: 'gantry-tilt', text: `The slices are sheared by ${gantryTiltDeg.toFixed(1)}° (tilted gantry).` })
  const thick = Math.max(sliceThicknessMm ?? 0, sliceSpacingMm ?? 0)
  if (thick > 5) warnings.push({ code: 'thick-slices', text: `Slices are ${round(thick)} mm apart or thick: small things may lie between or blur within them.` })
  return warnings
}

/** Gaps that are whole multiples of the smallest are slices left out; anything else is an uneven stack. */
function unevenWarning(gapsMm: readonly number[], medianMm: number): GeometryWarning {
  const base = Math.min(...gapsMm)
  const steps = gapsMm.map((gap) => Math.round(gap / base))
  const isMultiple = isEvenlySpaced(gapsMm.map((gap, index) => gap / (steps[index] ?? 1)))
  const isRare = steps.filter((step) => step > 1).length * 2 < steps.length || Math.abs(medianMm - base) < 0.01
  if (isMultiple && isRare) {
    const missing = steps.reduce((sum, step) => sum + step - 1, 0)
    return { code: 'missing-slices', text: `${missing} ${missing === 1 ? 'slice is' : 'slices are'} missing: gaps of up to ${round(Math.max(...gapsMm))} mm in a series of ${round(base)} mm.` }
  }
  return { code: 'uneven-spacing', text: `Slices are unevenly spaced: between ${round(base)} and ${round(Math.max(...gapsMm))} mm.` }
}

function notVolumeReason(count: number, stack: Stack | null, groups: readonly (readonly number[])[], warnings: readonly GeometryWarning[]): string | null {
  if (stack === null) return 'The images carry no position in the patient.'
  if (stack.members.length < 2) return 'A single slice is no volume.'
  const layered = warnings.find(({ code }) => code === 'several-stacks')
  if (layered !== undefined) return layered.text
  if (stack.members.length < count) return groups.length > 1 ? 'The series mixes stacks of different geometry.' : 'Some images carry no position in the patient.'
  const blocking = warnings.find(({ code }) => ['duplicate-position', 'no-pixel-spacing', 'uneven-spacing', 'missing-slices', 'gantry-tilt'].includes(code))
  return blocking?.text ?? null
}

const round = (value: number) => Number(value.toFixed(2))
