import { describe, expect, it } from 'vitest'
import { clockTime, day, dayAndTime, studyDay, zoneName } from './times.ts'

/** Between number and letter some versions of the data set a narrow space. */
const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ')
const instant = '2026-11-14T23:20:00.000Z'

describe('times of the plan', () => {
  it('are the patient’s, not the phone’s', () => {
    expect(plain(dayAndTime(instant, 'America/New_York', 'en-US'))).toBe('Saturday, November 14, 2026 at 6:20 PM')
    expect(plain(dayAndTime(instant, 'Europe/Madrid', 'es-ES'))).toBe('domingo, 15 de noviembre de 2026, 0:20')
  })

  it('go with the change of the clocks', () => {
    expect(plain(dayAndTime('2026-07-01T10:00:00Z', 'Europe/Madrid', 'en-GB'))).toContain('12:00')
    expect(plain(dayAndTime('2026-12-01T10:00:00Z', 'Europe/Madrid', 'en-GB'))).toContain('11:00')
  })

  it('name their zone', () => {
    expect(zoneName('Europe/Madrid', 'en')).toBe('Central European Time')
    expect(zoneName('Europe/Madrid', 'es')).toContain('Europa central')
  })

  it('are written by the phone’s zone where it does not know the patient’s', () => {
    expect(dayAndTime(instant, 'Mars/Olympus', 'en')).toBe(dayAndTime(instant, Intl.DateTimeFormat().resolvedOptions().timeZone, 'en'))
    expect(zoneName('Mars/Olympus', 'en')).not.toBe('')
  })
})

describe('days', () => {
  it('of a study are the same in every zone', () => {
    expect([studyDay('2026-03-01', 'en-US'), studyDay('2026-03-01', 'es')]).toEqual(['March 1, 2026', '1 de marzo de 2026'])
  })

  it('of a release are the patient’s', () => {
    expect([day(instant, 'America/New_York', 'en-US'), day(instant, 'Asia/Tokyo', 'en-US')]).toEqual(['November 14, 2026', 'November 15, 2026'])
  })

  it('are nothing where there was none', () => {
    expect([studyDay('', 'en'), studyDay('20260301', 'en'), day('soon', 'UTC', 'en')]).toEqual(['', '', ''])
  })
})

it('says until when a code is valid by the clock of the phone', () => {
  expect(plain(clockTime(Date.parse(instant), 'en-US'))).toMatch(/^\d{1,2}:\d\d [AP]M$/)
})
