export type BackoffOptions = Readonly<{ firstMs: number, mostMs: number, random?: () => number }>

/**
 * How long to wait before the next try: doubled at each, up to a bound, of which the upper half is drawn by lot, so that many that failed
 * together do not come back together. `tries` counts from 1.
 */
export function backoffMs(tries: number, { firstMs, mostMs, random = Math.random }: BackoffOptions): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(30, Math.max(0, tries - 1)))
  return Math.round(whole / 2 + random() * whole / 2)
}
