/** A repeatable stream of numbers: same seed, same numbers, on every machine (integer arithmetic only). */
export type Random = Readonly<{
  /** Uniform in [0, 1). */
  uniform: () => number
  between: (low: number, high: number) => number
  integer: (below: number) => number
  /** 32 random bits. */
  bits: () => number
}>

/** Mulberry32: small, fast, good enough for phantoms; never for secrets. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const bits = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const uniform = (): number => bits() / 4294967296
  return { bits, uniform, between: (low, high) => low + (high - low) * uniform(), integer: (below) => Math.floor(uniform() * below) }
}

/** 4,096 equally likely values of the standard normal distribution, scaled to a variance of exactly 1. */
export function normalTable(): Float32Array {
  const size = 4096
  const table = Float64Array.from({ length: size }, (_, index) => quantile((index + 0.5) / size))
  const variance = table.reduce((sum, value) => sum + value * value, 0) / size
  return Float32Array.from(table, (value) => value / Math.sqrt(variance))
}

/** Inverse of the normal distribution, by bisection of the rational form of erf (Abramowitz and Stegun 7.1.26); |error| < 1e-6. */
function quantile(probability: number): number {
  let low = -6
  let high = 6
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (cumulative(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function cumulative(x: number): number {
  const t = 1 / (1 + 0.3275911 * (Math.abs(x) / Math.SQRT2))
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const erf = 1 - poly * Math.exp((-x * x) / 2)
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2
}
