import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { aFrame, aSeries } from '../test-series.ts'
import { followedIndex, linkLabel, linkOf, linkPanes, type LinkSide } from './linking.ts'

type Shape = Readonly<{ heights: readonly number[]; space?: string | null; orientation?: readonly number[]; spacingMm?: number }>
/** An axial stack at these heights, mm, in this order. */
function aStack({ heights, space = '1.9', orientation = [1, 0, 0, 0, 1, 0], spacingMm = 5 }: Shape): SeriesDescription {
  return aSeries({ frameOfReferenceUid: space, orientation: [...orientation], sliceSpacingMm: spacingMm, frames: heights.map((z, index) => aFrame(index, { positionMm: [-10, -20, z] })) })
}
const side = (shape: Shape, index = 0): LinkSide => ({ series: aStack(shape), index })
const heightOf = ({ series }: LinkSide, index: number | null) => index === null ? null : series.frames[index]?.positionMm?.[2] ?? null
const follow = (leader: LinkSide, follower: LinkSide, index: number) => followedIndex(linkOf(leader, follower), leader, follower, index)
const heights = fc.uniqueArray(fc.integer({ min: -300, max: 300 }), { minLength: 1, maxLength: 40 })

describe('scrolling linked in one frame of reference', () => {
  test('goes to the nearest slice, whatever the spacing, the order and the gaps', () => {
    fc.assert(fc.property(heights, heights, fc.nat(), fc.integer({ min: 1, max: 20 }), (own, others, pick, spacingMm) => {
      const leader = side({ heights: own })
      const follower = side({ heights: others, spacingMm })
      const index = pick % own.length
      const z = own[index] ?? 0
      const least = Math.min(...others.map((other) => Math.abs(other - z)))
      const isBeyond = z < Math.min(...others) || z > Math.max(...others)
      const answer = heightOf(follower, follow(leader, follower, index))
      if (isBeyond && least > spacingMm) expect(answer).toBeNull()
      else expect(Math.abs((answer ?? 1e9) - z)).toBe(least)
    }))
  })
  test('shows nothing beyond the end of a stack by more than one spacing, and the last slice up to there', () => {
    const leader = side({ heights: [0, 14, 15, 16] })
    const follower = side({ heights: [0, 5, 10] })
    expect([0, 1, 2, 3].map((index) => follow(leader, follower, index))).toEqual([0, 2, 2, null])
  })
  test('finds the nearest slice in a gap, where slices are missing', () => {
    expect(follow(side({ heights: [13] }), side({ heights: [0, 5, 25, 30] }), 0)).toBe(1)
  })
  test('links stacks whose slices run the other way or lie 4° askew, and none that lie 6° askew', () => {
    const turned = side({ heights: [0, 5, 10], orientation: [-1, 0, 0, 0, 1, 0] })
    expect(linkOf(side({ heights: [0, 5, 10] }), turned)).toEqual({ kind: 'position' })
    expect(follow(side({ heights: [0, 5, 10] }), turned, 2)).toBe(2)
    const askew = (degrees: number) => side({ heights: [0, 5, 10], orientation: [1, 0, 0, 0, Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)] })
    expect(linkOf(side({ heights: [0] }), askew(4)).kind).toBe('position')
    expect(linkOf(side({ heights: [0] }), askew(6))).toEqual({ kind: 'none', reason: 'other orientation' })
    expect(follow(side({ heights: [0] }), askew(6), 0)).toBeNull()
  })
  test('stays in the phase that was shown where a series holds several', () => {
    const series = { ...aStack({ heights: [0, 5, 10, 0, 5, 10] }), stacks: [{ label: 'time 1', firstIndex: 0, count: 3 }, { label: 'time 2', firstIndex: 3, count: 3 }] }
    expect(follow(side({ heights: [10] }), { series, index: 1 }, 0)).toBe(2)
    expect(follow(side({ heights: [10] }), { series, index: 4 }, 0)).toBe(5)
  })
})

describe('scrolling linked across frames of reference', () => {
  test('holds the distance between the slices that were shown, in both directions', () => {
    fc.assert(fc.property(heights, heights, fc.nat(), fc.nat(), fc.nat(), (own, others, a, b, pick) => {
      const leader = side({ heights: own }, a % own.length)
      const follower = side({ heights: others, space: '1.8' }, b % others.length)
      const offset = (others[follower.index] ?? 0) - (own[leader.index] ?? 0)
      const link = linkOf(leader, follower)
      expect(link).toMatchObject({ kind: 'offset', offsetMm: offset })
      expect(linkOf(follower, leader)).toMatchObject({ kind: 'offset', offsetMm: offset === 0 ? 0 : -offset })
      expect(followedIndex(link, leader, follower, leader.index)).toBe(follower.index)
      const z = (own[pick % own.length] ?? 0) + offset
      const answer = heightOf(follower, followedIndex(link, leader, follower, pick % own.length))
      if (answer !== null) expect(Math.abs(answer - z)).toBe(Math.min(...others.map((other) => Math.abs(other - z))))
    }))
  })
  test('goes by image number where there are no positions, and no further than the images go', () => {
    const numbered = (count: number, index: number): LinkSide => ({ series: aSeries({ frames: Array.from({ length: count }, (_, at) => aFrame(at, { positionMm: null })) }), index })
    const [leader, follower] = [numbered(10, 2), numbered(6, 5)]
    expect(linkOf(leader, follower)).toEqual({ kind: 'number', offset: 3 })
    expect([0, 2, 3].map((index) => follow(leader, follower, index))).toEqual([3, 5, null])
    expect(linkOf(side({ heights: [0] }), follower)).toMatchObject({ kind: 'number' })
  })
  test('takes series without a frame of reference for strangers, though their positions agree', () => {
    expect(linkOf(side({ heights: [0], space: null }), side({ heights: [0], space: null }))).toMatchObject({ kind: 'offset', offsetMm: 0 })
  })
})

describe('linked panes', () => {
  const sides = new Map([['p1', side({ heights: [0, 5, 10] }, 1)], ['p2', side({ heights: [94, 105, 110], space: '1.8' }, 2)], ['p3', side({ heights: [0, 5], orientation: [0, 1, 0, 0, 0, -1] })]] as const)
  test('follow whichever is scrolled, and say how', () => {
    const panes = linkPanes(sides)
    expect([...panes.follow('p1', 0)]).toEqual([['p2', 1], ['p3', null]])
    expect([...panes.follow('p2', 0)]).toEqual([['p1', null], ['p3', null]])
    expect([...panes.follow('p2', 1)]).toEqual([['p1', 0], ['p3', null]])
    expect(Object.fromEntries(panes.labels('p1'))).toEqual({ p1: 'others follow', p2: 'linked by offset +105.0 mm', p3: 'not linked: other orientation' })
    expect(panes.labels('p2').get('p1')).toBe('linked by offset -105.0 mm')
  })
  test('say it in words', () => {
    expect(linkLabel({ kind: 'position' })).toBe('linked by position')
    expect(linkLabel({ kind: 'number', offset: 3 })).toBe('linked by image number +3')
    expect(linkLabel({ kind: 'number', offset: 0 })).toBe('linked by image number')
    expect(linkLabel({ kind: 'offset', offsetMm: -0.04, along: [0, 0, 1] })).toBe('linked by offset 0.0 mm')
  })
})
