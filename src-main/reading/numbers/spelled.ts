const ones = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen']
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']
const unos = ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve', 'diez', 'once', 'doce', 'trece', 'catorce', 'quince', 'dieciséis', 'diecisiete', 'dieciocho', 'diecinueve', 'veinte']
const decenas: Readonly<Record<string, number>> = { treinta: 30, cuarenta: 40, cincuenta: 50, sesenta: 60, setenta: 70, ochenta: 80, noventa: 90, cien: 100, ciento: 100, mil: 1000 }
const english = new Map<string, number>([
  ...ones.map((word, value) => [word, value] as const), ...tens.flatMap((word, index) => (word === '' ? [] : [[word, index * 10] as const, ...ones.slice(1, 10).map((one, value) => [`${word}-${one}`, index * 10 + value + 1] as const)])),
  ['hundred', 100], ['thousand', 1000], ['dozen', 12], ['dozens', 12]
])
const spanish = new Map<string, number>([...unos.map((word, value) => [word, value] as const), ...Object.entries(decenas)])
/** "one" and "uno" are mostly no numbers; before what we count or measure in they are. "once" is eleven in Spanish alone. */
const countable = /^\s+(?:stones?|calcul(?:us|i)|c[aá]lculos?|foc(?:us|i)|focos?|lesions?|lesi[oó]n(?:es)?|nodules?|n[oó]dulos?|cysts?|quistes?|phleboliths?|mm|millimet|mil[ií]metro|cm|centimet|hu\b|hounsfield)/i

export type Spelled = Readonly<{ from: number, to: number, value: number }>

/** Numbers that are written out, English or Spanish, with their places in the text. */
export function spelledNumbers(text: string, language: 'en' | 'es'): Spelled[] {
  const known = language === 'en' ? english : spanish
  const found: Spelled[] = []
  for (const match of text.matchAll(/[\p{L}]+(?:-[\p{L}]+)?/gu)) {
    const from = match.index
    const word = match[0].toLowerCase()
    const value = known.get(word) ?? known.get(word.split('-')[0] ?? '')
    if (value === undefined) continue
    const rest = text.slice(from + match[0].length)
    if ((value === 1 || value === 0) && !countable.test(rest)) continue
    const length = known.has(word) ? match[0].length : (match[0].split('-')[0] ?? '').length
    found.push({ from, to: from + length, value })
  }
  return found
}
