import { describe, expect, it } from 'vitest'
import { isEvenlySpaced, median } from './volume.ts'

describe('evenly spaced slices', () => {
  it('are those whose positions were rounded to a tenth of a millimetre', () => {
    const rounded = Array.from({ length: 20 }, (_, slice) => Math.round(slice * 69.72) / 10)
    const gaps = rounded.slice(1).map((at, index) => at - (rounded[index] ?? 0))
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(0.05)
    expect(isEvenlySpaced(gaps)).toBe(true)
  })

  it('are not those where one gap is 3 % wider', () => {
    expect(isEvenlySpaced([5, 5, 5.15, 5, 5])).toBe(false)
  })

  it('are not those whose small errors add up to a tenth of the spacing', () => {
    expect(isEvenlySpaced([...Array.from({ length: 10 }, () => 5), ...Array.from({ length: 9 }, () => 5.09)])).toBe(false)
  })

  it('are those of a single slice', () => {
    expect(isEvenlySpaced([])).toBe(true)
  })
})

describe('the median', () => {
  it('of an even count is the mean of the two in the middle', () => {
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(median([3, 1, 2])).toBe(2)
    expect(median([])).toBe(0)
  })
})
