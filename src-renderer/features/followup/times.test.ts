import { describe, expect, it } from 'vitest'
import { instantOfLocal, localInput, relativeText, zonedText } from './times.ts'

describe('times where the patient is', () => {
  it('go to a field and back, over a change of the clocks', () => {
    for (const instant of ['2026-03-02T13:00:00.000Z', '2026-07-02T13:00:00.000Z', '2026-03-29T00:59:00.000Z', '2026-03-29T01:00:00.000Z', '2026-10-25T02:30:00.000Z']) {
      for (const zone of ['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'UTC']) expect(instantOfLocal(localInput(instant, zone), zone)).toBe(instant)
    }
    expect(localInput('2026-03-02T13:00:00.000Z', 'Europe/Berlin')).toBe('2026-03-02T14:00')
  })
  it('move on from an hour that does not exist', () => { expect(instantOfLocal('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z') })
  it('refuse what is no time', () => { expect([instantOfLocal('', 'UTC'), instantOfLocal('tomorrow', 'UTC')]).toEqual([null, null]) })
  it('are told by the clock on the patient’s wall, and from now', () => {
    expect(zonedText('2026-03-02T13:00:00.000Z', 'America/New_York')).toBe('Mon 2 Mar, 08:00')
    const now = Date.parse('2026-03-02T13:00:00.000Z')
    expect([0, 5, 180, 2880, -5, -4320].map((minutes) => relativeText(new Date(now + minutes * 60_000).toISOString(), now))).toEqual(['now', 'in 5 min', 'in 3 h', 'in 2 d', '5 min ago', '3 d ago'])
  })
})
