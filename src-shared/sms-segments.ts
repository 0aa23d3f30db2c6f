/** GSM 03.38 basic set (3GPP TS 23.038, 6.2.1): one septet each. */
const basic = new Set('@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà')
/** Its extension table (6.2.1.1): an escape and one more septet, never split between two segments. */
const extended = new Set('^{}\\[~]|€\f')

export type SmsLength = Readonly<{ encoding: 'GSM-7' | 'UCS-2', units: number, segments: number, unitsPerSegment: number }>

/**
 * How a text goes over the air: 160 septets or 70 UTF-16 units in one segment, 153 or 67 where there are several, because each then
 * begins with a header (3GPP TS 23.040, 9.2.3.24.1). One character outside of GSM-7 turns the whole text into UCS-2.
 */
export function smsLength(text: string): SmsLength {
  // By code points: a pair of surrogates is never split between two segments.
  const characters = Array.from(text)
  const isGsm = characters.every((character) => basic.has(character) || extended.has(character))
  const costs = characters.map((character) => (isGsm ? (extended.has(character) ? 2 : 1) : character.length))
  const units = costs.reduce((sum, cost) => sum + cost, 0)
  const single = isGsm ? 160 : 70
  if (units <= single) return { encoding: isGsm ? 'GSM-7' : 'UCS-2', units, segments: units === 0 ? 0 : 1, unitsPerSegment: single }
  const most = isGsm ? 153 : 67
  let segments = 1
  let used = 0
  for (const cost of costs) {
    if (used + cost > most) { segments += 1; used = 0 }
    used += cost
  }
  return { encoding: isGsm ? 'GSM-7' : 'UCS-2', units, segments, unitsPerSegment: most }
}
