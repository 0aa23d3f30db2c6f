import type { LookupTable } from '../../../src-shared/studies.ts'
import type { Samples } from '../frames/colour.ts'
import type { GreyFrame } from '../frames/rescale.ts'
import type { WindowSetting } from '../types.ts'

/** A table ready to look up: `values[0]` stands for input `first` and everything below it, the last one for everything above. */
export type Lookup = Readonly<{ first: number; values: Uint16Array; bits: number }>

const opened = new WeakMap<LookupTable, Lookup>()

export function openLookup(table: LookupTable): Lookup {
  const known = opened.get(table)
  if (known !== undefined) return known
  const bytes = Uint8Array.from(atob(table.data), (character) => character.charCodeAt(0))
  const [entries, first, bits] = table.descriptor
  const lookup = { first, bits, values: Uint16Array.from({ length: entries }, (_, index) => (bytes[index * 2] ?? 0) | ((bytes[index * 2 + 1] ?? 0) << 8)) }
  opened.set(table, lookup)
  return lookup
}

function entryAt({ values }: Lookup, index: number): number {
  return values[Math.min(values.length - 1, Math.max(0, index))] ?? 0
}

/** Stored values through a Modality LUT (PS3.3 C.11.1): what comes out is what is measured. */
export function lookedUp(cells: Samples, table: LookupTable): GreyFrame {
  const lookup = openLookup(table)
  const values = new Uint16Array(cells.length)
  let minimum = Infinity
  let maximum = -Infinity
  for (let i = 0; i < cells.length; i += 1) {
    const value = entryAt(lookup, (cells[i] ?? 0) - lookup.first)
    values[i] = value
    if (value < minimum) minimum = value
    if (value > maximum) maximum = value
  }
  return { kind: 'grey', values, minimum, maximum }
}

/** The window under which a VOI LUT shows exactly as it stands in the file. */
export function ownWindow({ first, values }: Lookup): WindowSetting {
  return { center: first + values.length / 2, width: values.length }
}

/** Grey level 0 to 255 of a value through a VOI LUT (PS3.3 C.11.2.1.1). Another window than its own stretches or moves the curve and keeps its shape. */
export function voiLevel(lookup: Lookup, value: number, { center, width }: WindowSetting): number {
  const share = (value - (center - width / 2)) / width
  return entryAt(lookup, Math.floor(share * lookup.values.length + 1e-6)) / (2 ** lookup.bits - 1) * 255
}
