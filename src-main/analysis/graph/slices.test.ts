import { describe, expect, it } from 'vitest'
import { aCandidate, aSeries, aVolume, instanceUid } from '../../../test/support/analysis-room.ts'
import { placed, sliceOf } from './slices.ts'

describe('the slice of a candidate', () => {
  it('is found by its position where the series holds frames that are not in the volume', () => {
    const series = aSeries()
    const [first] = series.frames
    const withLocalizer = { ...series, frames: [...(first === undefined ? [] : [{ ...first, sopInstanceUid: instanceUid(90), positionMm: [500, 500, 500] as [number, number, number] }]), ...series.frames] }
    expect(sliceOf(withLocalizer, placed(aCandidate({ sliceIndex: 5, centreMm: [10, 4, 10] }), null, withLocalizer, aVolume())).sopInstanceUid).toBe(instanceUid(5))
  })

  it('is the one the protocol measured, though another lies nearer to the centre', () => {
    expect(sliceOf(aSeries(), placed(aCandidate({ sliceIndex: 6, centreMm: [10, 4, 10] }), null, aSeries(), aVolume())).sopInstanceUid).toBe(instanceUid(6))
  })

  it('is refused where the volume has no such slice', () => {
    expect(() => placed(aCandidate({ sliceIndex: 400 }), null, aSeries(), aVolume())).toThrow(/does not have/)
  })
})
