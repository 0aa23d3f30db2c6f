import { describe, expect, it } from 'vitest'
import { smsLength } from './sms-segments.ts'

describe('the length of a text message', () => {
  it.each([
    ['nothing', '', 'GSM-7', 0, 0], ['160 letters', 'a'.repeat(160), 'GSM-7', 160, 1], ['one letter more', 'a'.repeat(161), 'GSM-7', 161, 2], ['two full segments', 'a'.repeat(306), 'GSM-7', 306, 2], ['and one more', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['an euro sign, which costs two', `${'a'.repeat(158)}€`, 'GSM-7', 160, 1], ['Spanish that GSM-7 knows', 'mañana ¿sí? no: ñÑ¿¡éèù', 'UCS-2', 23, 1], ['German', 'Grüße ÄÖÜ', 'GSM-7', 9, 1],
    ['70 of another alphabet', 'ж'.repeat(70), 'UCS-2', 70, 1], ['71 of them', 'ж'.repeat(71), 'UCS-2', 71, 2], ['one picture among letters', `${'a'.repeat(69)}👍`, 'UCS-2', 71, 2]
  ])('%s', (_what, text, encoding, units, segments) => { expect(smsLength(text)).toMatchObject({ encoding, units, segments }) })

  it('never splits what takes two units between two segments', () => {
    // 152 letters and an euro sign: the sign does not fit into the 153rd place, and goes over whole.
    expect(smsLength(`${'a'.repeat(152)}€${'a'.repeat(152)}`).segments).toBe(3)
    expect(smsLength(`${'ж'.repeat(66)}👍${'ж'.repeat(66)}`).segments).toBe(3)
  })
})
