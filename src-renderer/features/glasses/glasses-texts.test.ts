import { describe, expect, it } from 'vitest'
import type { BiometricRow } from '../../../src-shared/glasses.ts'
import { ageText, noticeWords, plotText, seriesOf } from './glasses-texts.ts'

describe('words of the glasses screen', () => {
  it('tell the age of a picture', () => { expect([80, 999, 2400, 89_000, 200_000].map(ageText)).toEqual(['0.1 s', '1.0 s', '2 s', '89 s', '3 min']) })
  it('say what became of a decision', () => {
    expect([noticeWords({ decision: 'no', notice: 'none', seenAt: null }), noticeWords({ decision: 'yes', notice: 'shown', seenAt: null }), noticeWords({ decision: 'yes', notice: 'cool-down', seenAt: null })]).toEqual(['no action', 'somebody should look', 'held back: cool-down'])
  })
  it('tell of a plot what is in it, and that nothing is', () => {
    const row = (heartRate: number | null): BiometricRow => ({ id: 1, windowId: 'b', deviceId: null, timestamp: 0, durationMs: 1, qualityScore: 0.5, vitals: { heartRate, oxygen: null, breaths: null, activity: null, risk: null }, createdAt: '2026-03-02T10:00:00.000Z' })
    const { times, values } = seriesOf([row(70), row(null), row(92)], 'heartRate')
    expect([times[0], values]).toEqual([Date.parse('2026-03-02T10:00:00.000Z') / 1000, [70, null, 92]])
    expect(plotText('Heart rate', '/min', values)).toBe('Heart rate: last 92/min, from 70 to 92.')
    expect(plotText('SpO₂', '%', [null])).toBe('SpO₂: nothing came.')
  })
})
