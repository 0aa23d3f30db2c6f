import { z } from 'zod'

/** Lists of frames are written as ranges, "0-11,14". */
const Ranges = z.string().max(8000).regex(/^(?:\d{1,9}(?:-\d{1,9})?(?:,\d{1,9}(?:-\d{1,9})?)*)?$/)

/** `first`: the frame being looked at; `limit`: how many around it are wanted at all; `have`: those that need not be sent; `most`: of the others, how many this time. */
export const FramePackQuery = z.object({
  first: z.coerce.number().int().nonnegative().default(0),
  limit: z.coerce.number().int().positive().optional(),
  most: z.coerce.number().int().positive().optional(),
  have: Ranges.default('')
})
export type FramePackQuery = z.infer<typeof FramePackQuery>

/** The query of a pack, as it stands behind the question mark. */
export function framePackQuery({ first, limit, most, have }: Readonly<{ first: number, limit: number, most: number, have: Iterable<number> }>): string {
  const ranges = writeRanges(have)
  return `first=${first}&limit=${limit}&most=${most}${ranges === '' ? '' : `&have=${ranges}`}`
}

/** Indexes of the frames that a pack holds, in its order. */
export function framesOfPack({ first, limit, most, have }: FramePackQuery, count: number): readonly number[] {
  const known = readRanges(have, count)
  return frameOrder(Math.min(first, Math.max(0, count - 1)), count, limit).filter((index) => !known.has(index)).slice(0, most)
}

/**
 * The order in which frames are wanted: the one being looked at, its neighbours outwards, then the rest, which for a long series is the
 * same walk. `limit`: how many the memory budget holds.
 */
export function frameOrder(current: number, count: number, limit = count): readonly number[] {
  const order: number[] = []
  for (let away = 0; order.length < Math.min(limit, count) && away < count; away += 1) {
    const next = current + away
    const previous = current - away
    if (next < count && next >= 0) order.push(next)
    if (away > 0 && previous >= 0 && previous < count && order.length < limit) order.push(previous)
  }
  return order
}

function writeRanges(indexes: Iterable<number>): string {
  const ranges: [number, number][] = []
  for (const index of [...indexes].toSorted((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last !== undefined && index <= last[1] + 1) last[1] = index
    else ranges.push([index, index])
  }
  return ranges.map(([from, to]) => from === to ? `${from}` : `${from}-${to}`).join()
}

function readRanges(text: string, count: number): ReadonlySet<number> {
  const indexes = new Set<number>()
  const ranges = (text === '' ? [] : text.split(',')).map((range) => range.split('-').map(Number))
  let next = 0
  // In order, and no index twice: a thousand ranges that all mean the whole series must not cost a thousand walks through it.
  for (const [from = 0, to = from] of ranges.toSorted(([a = 0], [b = 0]) => a - b)) {
    for (let index = Math.max(from, next); index <= Math.min(to, count - 1); index += 1) indexes.add(index)
    next = Math.max(next, to + 1)
  }
  return indexes
}
