/** Rank of what is over: nothing follows it but itself, told again. */
export const over = 9

/** News comes out of order and twice: a later state never gives way to an earlier one. */
export function mayFollow<S extends string>(order: Readonly<Record<S, number>>, from: S, to: S): boolean {
  return order[to] >= order[from] && (order[from] !== over || from === to)
}
