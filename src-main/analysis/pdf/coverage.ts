/**
 * Which characters a TrueType font can draw, read from its `cmap` table (OpenType 1.9, formats 4 and 12). pdfkit draws an empty box for
 * the others without a word, and a name must never vanish.
 */
export function fontCoverage(font: Buffer): (codePoint: number) => boolean {
  const tables = font.readUInt16BE(4)
  const record = Array.from({ length: tables }, (_, index) => 12 + index * 16).find((at) => font.toString('latin1', at, at + 4) === 'cmap')
  if (record === undefined) throw new Error('The font has no cmap table.')
  const cmap = font.readUInt32BE(record + 8)
  const subtables = Array.from({ length: font.readUInt16BE(cmap + 2) }, (_, index) => cmap + font.readUInt32BE(cmap + 4 + index * 8 + 4))
  const ranges = subtables.flatMap((at) => rangesOf(font, at)).toSorted((a, b) => a[0] - b[0])
  return (codePoint) => ranges.some(([first, last]) => codePoint >= first && codePoint <= last)
}

type Range = readonly [first: number, last: number]

function rangesOf(font: Buffer, at: number): Range[] {
  const format = font.readUInt16BE(at)
  if (format === 12) {
    return Array.from({ length: font.readUInt32BE(at + 12) }, (_, index) => at + 16 + index * 12).map((group) => [font.readUInt32BE(group), font.readUInt32BE(group + 4)])
  }
  if (format !== 4) return []
  const count = font.readUInt16BE(at + 6) / 2
  const ends = at + 14
  const starts = ends + count * 2 + 2
  return Array.from({ length: count }, (_, index): Range => [font.readUInt16BE(starts + index * 2), font.readUInt16BE(ends + index * 2)]).filter(([first]) => first !== 0xffff)
}

/** pdfkit lays a word that is wider than its line out once for each of its letters: a word without end would stop the application. */
const longestWord = /\S{80}(?=\S)/gu
export const breakable = (text: string): string => text.replaceAll(longestWord, '$& ')

/** A text of a header at a length that a page can hold: DICOM allows such a text 64 letters, and no file is made to keep to it. */
export function shortened(text: string, most = 200): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`
}

/** Text as the page can print it. What the font lacks stays readable as its code point: "[U+5C71 U+7530]". Control and direction marks go. */
export function printable(text: string, covers: (codePoint: number) => boolean): string {
  let out = ''
  let missing: string[] = []
  const flush = () => {
    if (missing.length > 0) out += `[${missing.join(' ')}]`
    missing = []
  }
  for (const character of text.normalize('NFC').replaceAll('\t', ' ')) {
    const codePoint = character.codePointAt(0) ?? 0
    if (character !== '\n' && /[\p{Cc}\p{Cf}]/u.test(character)) continue
    if (character === '\n' || covers(codePoint)) {
      flush()
      out += character
    } else missing.push(`U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`)
  }
  flush()
  return out
}
