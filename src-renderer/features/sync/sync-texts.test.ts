import { describe, expect, it } from 'vitest'
import { hoursText, offSiteSentence, reasonText, sizeText, untilText } from './sync-texts.ts'

const now = Date.parse('2026-03-02T08:00:00.000Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()

describe('the queue in words', () => {
  it('counts down, rounded up', () => { expect([0, -5, 0.2, 59, 61, 3599, 3601].map((seconds) => untilText(at(seconds), now))).toEqual(['now', 'now', 'in 1 s', 'in 59 s', 'in 2 min', 'in 60 min', 'in 2 h']) })
  it('says how much of it is there', () => {
    expect([sizeText({ bytesDone: 0, bytesTotal: null, state: 'waiting' }), sizeText({ bytesDone: 1_200_000, bytesTotal: 30_000_000, state: 'sending' }), sizeText({ bytesDone: 0, bytesTotal: 500, state: 'waiting' }), sizeText({ bytesDone: 9, bytesTotal: 9, state: 'done' })]).toEqual(['', '1.2 MB of 30 MB', '500 B', '9 B'])
  })
  it('says what holds it before what went wrong, and promises no time that something else holds', () => {
    const item = { waitsFor: null, lastError: 'It is busy.', nextTryAt: at(8), state: 'waiting' as const }
    expect(reasonText(item, now)).toBe('It is busy. Next try in 8 s.')
    expect(reasonText({ ...item, waitsFor: 'Paused.' }, now)).toBe('Paused.')
    expect(reasonText({ ...item, state: 'sending', lastError: null }, now)).toBe('')
    expect(reasonText({ ...item, state: 'done' }, now)).toBe('')
  })
  it('never calls off-site what is not', () => {
    expect(offSiteSentence({ state: 'all', confirmed: 2, total: 2, text: '' })).toContain('confirmed at the target by its checksum')
    expect(offSiteSentence({ state: 'some', confirmed: 1, total: 2, text: '' })).toBe('1 study or report has not arrived yet. They go by themselves.')
    expect(offSiteSentence({ state: 'trouble', confirmed: 0, total: 2, text: '' })).toContain('waiting alone will not help')
    expect(offSiteSentence({ state: 'off', confirmed: 0, total: 0, text: '' })).toContain('stays on this workstation')
  })
  it('names the hours, also over midnight', () => { expect([hoursText({ from: '20:00', to: '06:00' }), hoursText({ from: '01:00', to: '06:00' })]).toEqual(['from 20:00 to 06:00, overnight', 'from 01:00 to 06:00']) })
})
