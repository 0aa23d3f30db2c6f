import { describe, expect, test } from 'vitest'
import { SeriesUid, SopInstanceUid, type PointMm } from '../../src-shared/ids.ts'
import { checkJump } from './jump-check.ts'
import { aFrame, aSeries } from './test-series.ts'

const target = (centreMm: PointMm, uid = '1.2.3.3', frameNumber = 1) =>
  ({ seriesUid: SeriesUid.parse('1.2.3'), sopInstanceUid: SopInstanceUid.parse(uid), frameNumber, centreMm })

describe('jumping to a finding', () => {
  test('finds the instance by its UID, not by its instance number', () => {
    expect(checkJump(aSeries(), target([-9, -18, 110]))).toEqual({ ok: true, index: 2 })
  })
  test('refuses a point that lies more than half a slice away from the instance it names', () => {
    const check = checkJump(aSeries(), target([-9, -18, 115]))
    expect(check).toEqual({ ok: false, reason: 'The finding lies 5.0 mm away from the image it names, more than half a slice (2.5 mm), so it is not marked there.' })
    expect(checkJump(aSeries(), target([-9, -18, 112.4])).ok).toBe(true)
  })
  test('refuses a point beside the picture, an unknown instance, another frame and another series', () => {
    expect(checkJump(aSeries(), target([90, -18, 110])).ok).toBe(false)
    expect(checkJump(aSeries(), target([-9, -18, 110], '1.2.3.99')).ok).toBe(false)
    expect(checkJump(aSeries(), target([-9, -18, 110], '1.2.3.3', 2)).ok).toBe(false)
    expect(checkJump(aSeries({ seriesUid: SeriesUid.parse('1.7') }), target([-9, -18, 110])).ok).toBe(false)
  })
  test('refuses where the image has no position to confirm the spot', () => {
    expect(checkJump(aSeries({ frames: [aFrame(2, { positionMm: null })] }), target([0, 0, 0])).ok).toBe(false)
  })
})
