/** How many of each are kept: days, weeks, months. */
export const kept = { days: 7, weeks: 4, months: 6 } as const

/**
 * Which of some instants are kept: the newest of each of the last days, weeks and months that have one. The newest of all is always among them.
 * By the calendar of UTC, weeks from Monday.
 */
export function keptOf(instants: readonly string[], { days, weeks, months }: Readonly<{ days: number, weeks: number, months: number }> = kept): ReadonlySet<string> {
  const newestFirst = instants.toSorted().toReversed()
  const chosen = new Set<string>(newestFirst.slice(0, 1))
  const newestOfEach = (keyOf: (at: Date) => string, most: number) => {
    const seen = new Set<string>()
    for (const instant of newestFirst) {
      const key = keyOf(new Date(instant))
      if (seen.has(key)) continue
      if (seen.size === most) break
      seen.add(key)
      chosen.add(instant)
    }
  }
  newestOfEach((at) => at.toISOString().slice(0, 10), days)
  newestOfEach((at) => { const monday = new Date(at); monday.setUTCDate(at.getUTCDate() - (at.getUTCDay() + 6) % 7); return monday.toISOString().slice(0, 10) }, weeks)
  newestOfEach((at) => at.toISOString().slice(0, 7), months)
  return chosen
}
