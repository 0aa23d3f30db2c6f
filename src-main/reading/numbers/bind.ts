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

/** Letters and digits of any script, fractions and superscripts that hang together; behind a digit also decimals and groups of thousands. */
const run = /[\p{L}\p{N}]+/gu
const decimals = /(?:[.,٫'’]\p{N}[\p{L}\p{N}]*)*/uy
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
  // Where a unit was taken along, the next look begins behind it: it may hold a digit of its own.
  for (let found = wordAt(text, at); found !== null; found = wordAt(text, at)) {
    const { word, index } = found
    const label = labels.find((one) => one.toLowerCase() === word.toLowerCase())
    const sign = /(?:^|[\s(])[-−]$/.test(text.slice(Math.max(0, index - 2), index)) ? 1 : 0
    const from = index - (label === undefined ? sign : 0)
    const end = index + word.length
    plainUntil(Math.max(at, from))
    if (label !== undefined) {
      named.push(label)
      spans.push({ type: 'number', text: label, findingId: null, field: `image.${label}`, unit: '', measured: label, isEdited: false })
      at = end
      continue
    }
    const known = measured(`${sign === 1 ? '-' : ''}${word}`, text.slice(end, end + 60), measurements)
    if (known === null) {
      // The unit goes with it: "of about … mm" says less than nothing.
      at = end + unitAt(text.slice(end, end + 60)).length
      spans.push({ type: 'cut', text: text.slice(from, at).slice(0, 80) })
      isFlagged = true
    } else {
      spans.push({ type: 'number', text: known.value, findingId: known.measurement.findingId, field: known.measurement.field, unit: known.measurement.unit, measured: known.measurement.text, isEdited: false })
      // A unit may hold digits of its own (mm³); it is written as the report does.
      at = end + known.unitLength
      if (known.measurement.unit !== '') pushPlain(spans, ` ${known.measurement.unit}`)
    }
  }
  plainUntil(text.length)
  return { spans, isFlagged, labels: named }
}

/** The next word with a digit in it, from a place on. Each letter is looked at a fixed number of times. */
function wordAt(text: string, from: number): Readonly<{ word: string, index: number }> | null {
  run.lastIndex = from
  for (let match = run.exec(text); match !== null; match = run.exec(text)) {
    if (!/\p{N}/u.test(match[0])) continue
    decimals.lastIndex = run.lastIndex
    return { word: match[0] + (decimals.exec(text)?.[0] ?? ''), index: match.index }
  }
  return null
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
