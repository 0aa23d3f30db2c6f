import type { SopInstanceUid } from '../../../../src-shared/ids.ts'
import type { OverlaySummary } from '../../../../src-shared/overlays.ts'

/** How a part of an object is named among those that are off. */
export const partKey = (sopInstanceUid: SopInstanceUid, number: number) => `${sopInstanceUid}/${number}`

/** The number of the part that a key names, where it is one of this object. */
export function partNumberOf(key: string, sopInstanceUid: SopInstanceUid): number | null {
  return key.startsWith(`${sopInstanceUid}/`) ? Number(key.slice(sopInstanceUid.length + 1)) : null
}

/** A list with the entry, or without it where it was there. */
export function toggled<T>(list: readonly T[], entry: T, isSame: (a: T, b: T) => boolean = Object.is): T[] {
  const without = list.filter((other) => !isSame(other, entry))
  return without.length === list.length ? [...list, entry] : without
}

export const isSameOverlay = (a: OverlaySummary, b: OverlaySummary) => a.sopInstanceUid === b.sopInstanceUid

/** All that can be drawn, or none where any is on. */
export function allOrNone(on: readonly OverlaySummary[], all: readonly OverlaySummary[]): readonly OverlaySummary[] {
  return on.length > 0 ? [] : all.filter(({ isDrawable }) => isDrawable)
}
