import type { StatementSpan } from '../../../src-shared/reading.ts'
import type { QuotableMeasurement } from '../task-types.ts'
import { spelledNumbers } from './spelled.ts'
import { unitAt } from './units.ts'

export type BindOptions = Readonly<{
  measurements: readonly QuotableMeasurement[]
  /** Labels of pictures and lines that were handed in: naming one is a citation and no number. */
  labels?: readonly string[], language?: 'en' | 'es'
}>
export type Bound = Readonly<{ spans: readonly StatementSpan[], isFlagged: boolean, labels: readonly string[] }>

/** Letters and digits that hang together, with at least one digit of any script, fraction or superscript among them. */
const wordsWithDigits = /[\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*(?:[.,٫'’]\p{N}[\p{L}\p{N}]*)*/gu
const plain = /^\d{1,9}(?:\.\d{1,4})?$/
const glued = /^(\d{1,9}(?:\.\d{1,4})?)(\p{L}[\p{L}\p{N}]*)$/u

/**
 * Ties each number of a model's text to a measurement that was handed in, or cuts it out. It has to be the same number as the report
 * writes it, with the same unit. A number that several findings share is tied to none of them, but is true. What is cut flags the text:
 * it goes into no report before a clinician has decided. No digit of any script is left in what counts as text.
 */
export function bindNumbers(text: string, { measurements, labels = [], language = 'en' }: BindOptions): Bound {
  const spans: StatementSpan[] = []
  const named: string[] = []
  let isFlagged = false
  let at = 0
  const plainUntil = (end: number) => { isFlagged = pushText(spans, text.slice(at, end), measurements, language) || isFlagged }
  const words = new RegExp(wordsWithDigits)
  // Where a unit was taken along, the next look begins behind it: it may hold a digit of its own.
  for (let match = words.exec(text); match !== null; words.lastIndex = at, match = words.exec(text)) {
    const label = labels.find((one) => one.toLowerCase() === match[0].toLowerCase())
    const sign = /(?:^|[\s(])[-−]$/.test(text.slice(0, match.index)) ? 1 : 0
    const from = match.index - (label === undefined ? sign : 0)
    const end = match.index + match[0].length
    plainUntil(Math.max(at, from))
    if (label !== undefined) {
      named.push(label)
      spans.push({ type: 'number', text: label, findingId: null, field: `image.${label}`, unit: '', measured: label, isEdited: false })
      at = end
      continue
    }
    const found = measured(`${sign === 1 ? '-' : ''}${match[0]}`, text.slice(end), measurements)
    if (found === null) {
      // The unit goes with it: "of about … mm" says less than nothing.
      at = end + unitAt(text.slice(end)).length
      spans.push({ type: 'cut', text: text.slice(from, at).slice(0, 80) })
      isFlagged = true
    } else {
      spans.push({ type: 'number', text: found.value, findingId: found.measurement.findingId, field: found.measurement.field, unit: found.measurement.unit, measured: found.measurement.text, isEdited: false })
      // A unit may hold digits of its own (mm³); it is written as the report does.
      at = end + found.unitLength
      if (found.measurement.unit !== '') pushPlain(spans, ` ${found.measurement.unit}`)
    }
  }
  plainUntil(text.length)
  return { spans, isFlagged, labels: named }
}

type Found = Readonly<{ value: string, measurement: QuotableMeasurement, unitLength: number }>

function measured(word: string, rest: string, measurements: readonly QuotableMeasurement[]): Found | null {
  const unsigned = word.replace(/^-/, '')
  const [, number, letters] = glued.exec(unsigned) ?? []
  const isGlued = number !== undefined && letters !== undefined
  if (!isGlued && !plain.test(unsigned)) return null
  const { unit, length } = isGlued ? unitAt(letters) : unitAt(rest)
  if (isGlued && (unit === '' || length !== letters.length)) return null
  const value = `${word.startsWith('-') ? '-' : ''}${isGlued ? number : unsigned}`
  const matches = measurements.filter((one) => one.text === value && one.unit === unit)
  const [first] = matches
  if (first === undefined) return null
  const isOne = matches.every(({ findingId, field }) => findingId === first.findingId && field === first.field)
  return { value, measurement: isOne ? first : { ...first, findingId: null, field: 'several' }, unitLength: isGlued ? 0 : length }
}

/** True where a written-out number had to be cut. */
function pushText(spans: StatementSpan[], text: string, measurements: readonly QuotableMeasurement[], language: 'en' | 'es'): boolean {
  let at = 0
  let hasCut = false
  for (const { from, to, value } of spelledNumbers(text, language)) {
    if (from < at) continue
    const { unit, length } = unitAt(text.slice(to))
    if (measurements.some((one) => one.unit === unit && Number(one.text) === value)) continue
    pushPlain(spans, text.slice(at, from))
    spans.push({ type: 'cut', text: text.slice(from, to + length).slice(0, 80) })
    at = to + length
    hasCut = true
  }
  pushPlain(spans, text.slice(at))
  return hasCut
}

function pushPlain(spans: StatementSpan[], text: string): void {
  if (text === '') return
  const last = spans.at(-1)
  if (last?.type === 'text') spans[spans.length - 1] = { type: 'text', text: last.text + text }
  else spans.push({ type: 'text', text })
}
