import { describe, expect, it } from 'vitest'
import { phoneNumberOf, requireNumber } from './numbers.ts'

describe('a telephone number', () => {
  it.each([
    ['+1 555 010 0002', 'US', '+15550100002'], ['(555) 010-0002', 'US', '+15550100002'], ['0170 1234567', 'DE', '+491701234567'], ['0049 170 1234567', 'DE', '+491701234567'], ['+34 612 34 56 78', 'US', '+34612345678']
  ])('%s from %s is %s', (text, country, number) => { expect(phoneNumberOf(text, country)).toBe(number) })
  it.each(['', 'call me', '12', '+999999999999999999', '555-CALL-NOW-PLEASE', '+', '١٢'])('"%s" is none, and says what to write', (text) => {
    expect(phoneNumberOf(text, 'US')).toBeNull()
    expect(() => requireNumber(text, 'US', 'numbers.sms')).toThrow('Write it with its country')
  })
  it('without a country that is known, only counts with a plus', () => {
    expect(phoneNumberOf('0170 1234567', 'XX')).toBeNull()
    expect(phoneNumberOf('+491701234567', 'XX')).toBe('+491701234567')
  })
})
