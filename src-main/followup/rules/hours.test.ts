import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isContactHour, localMinutes, nextContactTime } from './hours.ts'

const hours = { from: 8, to: 21 }
/** Half hours, quarter hours, both sides of the date line, clocks that change at midnight, by half an hour, and by two hours. */
const zones = ['UTC', 'America/New_York', 'America/St_Johns', 'America/Los_Angeles', 'America/Sao_Paulo', 'America/Havana', 'Europe/Berlin', 'Europe/Lisbon', 'Africa/Casablanca', 'Asia/Kathmandu', 'Asia/Kolkata', 'Asia/Tehran', 'Asia/Beirut', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Pacific/Apia', 'Pacific/Kiritimati', 'Antarctica/Troll', 'America/Scoresbysund']
const instant = fc.integer({ min: Date.parse('2011-01-01T00:00:00Z'), max: Date.parse('2032-01-01T00:00:00Z') })
const window = fc.record({ from: fc.integer({ min: 8, max: 20 }), to: fc.integer({ min: 9, max: 21 }) }).filter(({ from, to }) => from < to)

describe('hours in which a phone may ring', () => {
  it('are never left by what is planned into them, in any zone, over every change of the clocks', () => {
    fc.assert(fc.property(instant, fc.constantFrom(...zones), window, (ms, zone, wanted) => {
      const at = new Date(ms)
      const next = nextContactTime(at, zone, wanted)
      const local = localMinutes(next, zone)
      expect(next.getTime()).toBeGreaterThanOrEqual(ms)
      expect(local).toBeGreaterThanOrEqual(wanted.from * 60)
      expect(local).toBeLessThan(wanted.to * 60)
      // Nobody waits longer than a night, or a day that a country left out.
      expect(next.getTime() - ms).toBeLessThan((zone === 'Pacific/Apia' ? 49 : 26) * 3600_000)
    }), { numRuns: 3000 })
  })

  it('begin at the first minute that is allowed, not later', () => {
    fc.assert(fc.property(instant, fc.constantFrom(...zones), (ms, zone) => {
      const at = new Date(ms)
      const next = nextContactTime(at, zone, hours)
      if (next.getTime() === ms) return
      for (let before = next.getTime() - 60_000; before >= Math.max(ms, next.getTime() - 4 * 3600_000); before -= 60_000) expect(isContactHour(new Date(before), zone, hours)).toBe(false)
    }), { numRuns: 300 })
  })

  it.each([
    ['in the evening waits for the morning', '2026-01-15T03:30:00Z', 'America/New_York', '2026-01-15T13:00:00.000Z'],
    ['before the clocks go forward counts the short night', '2026-03-29T00:30:00Z', 'Europe/Berlin', '2026-03-29T06:00:00.000Z'],
    ['before they go back counts the long night', '2026-10-24T20:00:00Z', 'Europe/Berlin', '2026-10-25T07:00:00.000Z'],
    ['at 20:59 goes at once', '2026-06-01T18:59:30Z', 'Europe/Berlin', '2026-06-01T18:59:30.000Z'],
    ['at 21:00 waits', '2026-06-01T19:00:00Z', 'Europe/Berlin', '2026-06-02T06:00:00.000Z'],
    ['knows quarter hours', '2026-06-01T00:00:00Z', 'Asia/Kathmandu', '2026-06-01T02:15:00.000Z'],
    ['knows a day that was left out', '2011-12-30T07:30:00Z', 'Pacific/Apia', '2011-12-30T18:00:00.000Z']
  ])('a message %s', (_what, at, zone, expected) => { expect(nextContactTime(new Date(at), zone, hours).toISOString()).toBe(expected) })
})
