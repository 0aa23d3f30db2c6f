/**
 * The order in which frames are asked for: the one being looked at, its neighbours outwards, then the rest, which for a long series
 * is the same walk. `limit`: how many the memory budget holds.
 */
export function requestOrder(current: number, count: number, limit = count): readonly number[] {
  const order: number[] = []
  for (let away = 0; order.length < Math.min(limit, count) && away < count; away += 1) {
    const next = current + away
    const previous = current - away
    if (next < count && next >= 0) order.push(next)
    if (away > 0 && previous >= 0 && previous < count && order.length < limit) order.push(previous)
  }
  return order
}
