import type { SeriesDescription } from '../../../src-shared/studies.ts'
import type { Plane } from '../plane.ts'
import { dot, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import { centreOf, planesOf, stackAround } from './frame-planes.ts'

/** What a pane showed when scrolling was linked. */
export type LinkSide = Readonly<{ series: SeriesDescription; index: number }>

/**
 * How one pane follows another. `offset`: the follower shows the slice that lies `offsetMm` further along `along`, a patient direction;
 * `number`: the image `offset` places further on.
 */
export type Link =
  | Readonly<{ kind: 'position' }>
  | Readonly<{ kind: 'offset'; offsetMm: number; along: Vector }>
  | Readonly<{ kind: 'number'; offset: number }>
  | Readonly<{ kind: 'none'; reason: string }>

/** Planes that differ by less are parallel: patients do not lie exactly as last time. */
const parallelWithin = Math.cos(5 * Math.PI / 180)

/**
 * How `follower` goes with `leader`: by position in one frame of reference; by the distance between the two slices shown now where the
 * frames of reference differ; by image number where there are no positions; not at all where the planes lie otherwise.
 */
export function linkOf(leader: LinkSide, follower: LinkSide): Link {
  const a = planesOf(leader.series)[leader.index]
  const b = planesOf(follower.series)[follower.index]
  if (a === undefined || b === undefined) return { kind: 'none', reason: 'no images' }
  if (!a.isInPatient || !b.isInPatient) return { kind: 'number', offset: follower.index - leader.index }
  if (Math.abs(dot(a.normal, b.normal)) < parallelWithin) return { kind: 'none', reason: 'other orientation' }
  const space = leader.series.frameOfReferenceUid
  if (space !== null && space === follower.series.frameOfReferenceUid) return { kind: 'position' }
  const along = upwards(a.normal)
  return { kind: 'offset', along, offsetMm: dot(subtract(centreOf(b), centreOf(a)), along) }
}

/** A normal and its opposite are one direction: the one whose largest part is positive, so that an offset means the same both ways. */
function upwards(normal: Vector): Vector {
  const largest = normal.reduce((most, part) => (Math.abs(part) > Math.abs(most) ? part : most), 0)
  return largest < 0 ? scale(normal, -1) : normal
}

/**
 * The frame that the follower goes to when the leader shows `index`; null where it has none there, because its stack ended more than a
 * slice before. A series of several stacks stays in the one that it showed when it was linked.
 */
export function followedIndex(link: Link, leader: LinkSide, follower: LinkSide, index: number): number | null {
  const plane = planesOf(leader.series)[index]
  const { first, end } = stackAround(follower.series, follower.index)
  if (plane === undefined || link.kind === 'none') return null
  if (link.kind === 'number') {
    const target = index + link.offset
    return target >= first && target < end ? target : null
  }
  const centre = centreOf(plane)
  const own = planesOf(follower.series)[follower.index]
  const distances = planesOf(follower.series).slice(first, end).map((candidate) => distanceAlong(link, candidate, centre, own))
  return nearest(distances, spacingOf(follower.series), first)
}

/** Signed way, mm, from where the follower should be to a candidate; null for a picture that lies otherwise. */
function distanceAlong(link: Link, candidate: Plane, leaderCentre: Vector, own: Plane | undefined): number | null {
  if (!candidate.isInPatient || own === undefined || Math.abs(dot(candidate.normal, own.normal)) < parallelWithin) return null
  if (link.kind === 'offset') return dot(subtract(centreOf(candidate), leaderCentre), link.along) - link.offsetMm
  return dot(subtract(candidate.originMm, leaderCentre), own.normal)
}

function nearest(distances: readonly (number | null)[], spacingMm: number, first: number): number | null {
  let best: number | null = null
  let isBefore = false
  let isBehind = false
  distances.forEach((distance, at) => {
    if (distance === null) return
    isBefore ||= distance <= 0
    isBehind ||= distance >= 0
    const least = best === null ? Infinity : Math.abs(distances[best] ?? Infinity)
    if (Math.abs(distance) < least) best = at
  })
  const left = best === null ? Infinity : Math.abs(distances[best] ?? Infinity)
  // Between two slices the nearer is always right, however wide the gap; beyond the ends it is not.
  const isWithin = isBefore && isBehind
  return best === null || (!isWithin && left > spacingMm * 1.0001) ? null : first + best
}

function spacingOf({ sliceSpacingMm, sliceThicknessMm }: SeriesDescription): number {
  return sliceSpacingMm === null || sliceSpacingMm <= 0 ? sliceThicknessMm ?? 1 : sliceSpacingMm
}

/** In words, for the corner of the pane that follows. */
export function linkLabel(link: Link): string {
  switch (link.kind) {
    case 'position': return 'linked by position'
    case 'offset': return `linked by offset ${signed(link.offsetMm.toFixed(1))} mm`
    case 'number': return link.offset === 0 ? 'linked by image number' : `linked by image number ${signed(String(link.offset))}`
    case 'none': return `not linked: ${link.reason}`
  }
}

function signed(text: string): string {
  const isZero = Number(text) === 0
  return isZero ? text.replace('-', '') : text.startsWith('-') ? text : `+${text}`
}

/** Panes whose scrolling was linked at one moment; what held then between any two of them holds until they are linked anew. */
export interface LinkedPanes<Id extends string> {
  /** Where every other pane goes when `leader` shows `index`; null for one that has no image there or is not linked. */
  follow(leader: Id, index: number): ReadonlyMap<Id, number | null>
  /** What stands in each pane while `leader` is scrolled; in its own, that the others follow. */
  labels(leader: Id): ReadonlyMap<Id, string>
}

export function linkPanes<Id extends string>(sides: ReadonlyMap<Id, LinkSide>): LinkedPanes<Id> {
  const others = <T>(leader: Id, tell: (from: LinkSide, to: LinkSide) => T): Map<Id, T> => {
    const from = sides.get(leader)
    return new Map(from === undefined ? [] : [...sides].flatMap(([id, side]) => id === leader ? [] : [[id, tell(from, side)] as const]))
  }
  return {
    follow: (leader, index) => others(leader, (from, to) => followedIndex(linkOf(from, to), from, to, index)),
    labels: (leader) => sides.has(leader) ? others(leader, (from, to) => linkLabel(linkOf(from, to))).set(leader, 'others follow') : new Map()
  }
}
