import { isFitted, type FindingKind, type ProtocolMeasurement, type ProtocolName } from '../../../src-shared/analysis.ts'
import type { ReportContent, ReportLine, ReportSpan } from '../../../src-shared/reports.ts'
import type { FindingRow } from '../findings/finding-store.ts'
import { isStanding, isStone, plural } from '../findings/summary.ts'
import { findingNumber, plainNumber, type NumberSpan, type QuotableField } from './numbers.ts'
import { capitalised, kindWords, placeWords } from './words.ts'

export type DraftFacts = Readonly<{
  technique: readonly ReportLine[]
  analysis: Readonly<{ protocol: ProtocolName, measurements: readonly ProtocolMeasurement[] }> | null
  findings: readonly FindingRow[]
  /** Sentences of a model that a clinician has taken in. */
  statements?: Readonly<{ findings: readonly ReportLine[], impression: readonly ReportLine[] }>
}>

/**
 * The report as templates write it from what was measured. Pure: the same facts give the same lines under the same ids, which is what
 * lets a later draft be merged under a clinician's own text.
 */
export function draftContent({ technique, analysis, findings, statements }: DraftFacts): ReportContent {
  const standing = findings.filter(isStanding)
  const stones = standing.filter(isStone).toSorted(bySize)
  return {
    technique: [...technique],
    findings: [
      ...stones.map(stoneLine),
      ...standing.filter((row) => row.kind === 'other').map(otherLine),
      ...(stones.length === 0 && analysis?.protocol === 'urinary-stones' ? [line('findings:none', [text('No stone was measured in the urinary tract.')])] : []),
      ...mimicsLine(standing.filter((row) => row.kind !== 'stone' && row.kind !== 'other')),
      ...measurementLines((analysis?.measurements ?? []).filter(isWorthALine)),
      ...(statements?.findings ?? [])
    ],
    impression: [...impressionLines(stones, analysis?.protocol ?? null), ...(statements?.impression ?? [])]
  }
}

export function text(words: string): ReportSpan {
  return { type: 'text', text: words }
}

export function line(id: string, spans: readonly ReportSpan[], finding: Pick<FindingRow, 'id' | 'origin'> | null = null): ReportLine {
  return { id, origin: finding?.origin ?? 'measured', findingId: finding?.id ?? null, spans: [...spans] }
}

const bySize = (a: FindingRow, b: FindingRow) => (b.diameterMm ?? 0) - (a.diameterMm ?? 0) || (a.id < b.id ? -1 : 1)

/** Counts and sums over stones are written from the findings as they stand: a verdict changes them. A count of nothing says nothing. */
const summedHere = ['stone-count', 'stone-volume']
const isWorthALine = ({ name, value, unit }: ProtocolMeasurement) => !summedHere.includes(name) && !name.startsWith('histogram') && (value !== 0 || unit !== '')

/** "Stone in the left kidney: longest diameter 7.2 ± 0.4 mm, volume 121 mm³, mean 850 HU, maximum 1203 HU." */
function stoneLine(row: FindingRow): ReportLine {
  const facts: (readonly ReportSpan[])[] = [
    quoted(row, 'longest diameter ', 'diameterMm', 'diameterErrorMm'), quoted(row, 'volume ', 'volumeMm3'),
    quoted(row, isFitted(row) ? 'density of the best fit ' : 'mean ', 'meanHu'), quoted(row, isFitted(row) ? 'highest voxel ' : 'maximum ', 'maxHu')
  ].filter((spans) => spans.length > 0)
  const head = `${row.origin === 'clinician' ? 'Stone, marked by hand,' : 'Stone'} ${placeWords(row.laterality, row.location)}`
  const body = facts.flatMap((spans, index) => (index === 0 ? [text(': '), ...spans] : [text(', '), ...spans]))
  return line(`finding:${row.id}`, joined([text(head), ...body, text('.'), ...noteOf(row)]), row)
}

function quoted(row: FindingRow, words: string, field: QuotableField, errorField?: QuotableField): ReportSpan[] {
  const value = findingNumber(row, field)
  if (value === null) return []
  const error = errorField === undefined ? null : findingNumber(row, errorField)
  return [text(words), value, ...(error === null ? [] : [text(' ± '), error]), text(` ${value.unit}`)]
}

function otherLine(row: FindingRow): ReportLine {
  const size = quoted(row, ', ', 'diameterMm')
  return line(`finding:${row.id}`, joined([text(`Finding ${placeWords(row.laterality, row.location)}`), ...size, text('.'), ...noteOf(row)]), row)
}

const noteOf = (row: FindingRow): ReportSpan[] => (row.note.trim() === '' ? [] : [text(` ${row.note.trim()}`)])

/** All candidates that look like something else, in one line with their counts; each is listed on its own in the panel and the table. */
function mimicsLine(mimics: readonly FindingRow[]): ReportLine[] {
  if (mimics.length === 0) return []
  const counts = new Map<FindingKind, number>()
  for (const { kind } of mimics) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const parts = [...counts].map(([kind, count]) => [plainNumber(count, '', `count.${kind}`), text(` ${kindWords[kind][count === 1 ? 0 : 1]}`)])
  const head = [plainNumber(mimics.length, '', 'count.mimics'), text(` ${mimics.length === 1 ? 'dense focus' : 'dense foci'} not counted as ${mimics.length === 1 ? 'a stone' : 'stones'}: `)]
  return [line('findings:mimics', joined([...head, ...parts.flatMap((spans, index) => (index === 0 ? spans : [text(', '), ...spans])), text('.')]))]
}

/** One line each; the volumes of the density classes share one. */
function measurementLines(all: readonly ProtocolMeasurement[]): ReportLine[] {
  const volumes = all.filter(({ name }) => name.startsWith('volume-'))
  const parts = volumes.flatMap(({ name, label, value, unit }, index) => [
    text(`${index === 0 ? 'Volumes by density: ' : '; '}${label.charAt(0).toLowerCase()}${label.slice(1)} `), plainNumber(value, unit, `measurement.${name}`), text(` ${unit}`)
  ])
  return [
    ...all.filter((one) => !volumes.includes(one)).map(measurementLine),
    ...(parts.length === 0 ? [] : [line('measurement:volumes', joined([...parts, text('.')]))])
  ]
}

function measurementLine({ name, label, value, unit }: ProtocolMeasurement): ReportLine {
  return line(`measurement:${name}`, [text(`${capitalised(label)}: `), plainNumber(value, unit, `measurement.${name}`), text(`${unit === '' ? '' : ` ${unit}`}.`)])
}

function impressionLines(stones: readonly FindingRow[], protocol: ProtocolName | null): ReportLine[] {
  const [largest] = stones
  if (largest === undefined) return protocol === 'urinary-stones' ? [line('impression:stones', [text('No urinary stone measured.')])] : []
  const size = findingNumber(largest, 'diameterMm')
  const place = placeWords(largest.laterality, largest.location)
  const count = plainNumber(stones.length, '', 'count.stones')
  const words = ` urinary ${plural(stones.length, 'stone').replace(/^\d+ /, '')}`
  const sizeSpans: ReportSpan[] = size === null ? [] : [text(stones.length === 1 ? ', longest diameter ' : ', the largest '), size satisfies NumberSpan, text(' mm')]
  return [line('impression:stones', joined([count, text(words), ...sizeSpans, text(`, ${place}.`)]))]
}

/** Neighbouring texts become one span, so that a line has as few parts as it can. */
function joined(spans: readonly ReportSpan[]): ReportSpan[] {
  return spans.reduce<ReportSpan[]>((kept, span) => {
    const last = kept.at(-1)
    if (span.type === 'text' && last?.type === 'text') return [...kept.slice(0, -1), text(last.text + span.text)]
    return [...kept, span]
  }, [])
}
