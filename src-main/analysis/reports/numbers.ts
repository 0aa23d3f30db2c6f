import type { ReportSpan } from '../../../src-shared/reports.ts'
import type { FindingRow } from '../findings/finding-store.ts'

/** The fields of a finding that a report may quote, with the unit each is in. */
export const quotable = { diameterMm: 'mm', diameterErrorMm: 'mm', volumeMm3: 'mm³', meanHu: 'HU', maxHu: 'HU' } as const
export type QuotableField = keyof typeof quotable
export type NumberSpan = Extract<ReportSpan, { type: 'number' }>

const decimals: Readonly<Record<string, number>> = { mm: 1, HU: 0, 'mm³': 0, 'cm³': 0, ml: 0, l: 1, L: 1, '%': 1, '°': 1, kVp: 0, mAs: 0, '': 0 }

/** The one rounding rule of the report: mm with one decimal, HU and mm³ as integers. */
export function rounded(value: number, unit: string): string {
  const text = value.toFixed(decimals[unit] ?? 1)
  return Number(text) === 0 ? text.replace('-', '') : text
}

export const isQuotable = (field: string): field is QuotableField => Object.hasOwn(quotable, field)

/** A chip for one number of a finding: shows what stands now, keeps what was measured. Null where there is no number. */
export function findingNumber(row: FindingRow, field: QuotableField): NumberSpan | null {
  const value = row[field]
  if (value === null) return null
  const unit = quotable[field]
  return numberSpan(rounded(value, unit), { findingId: row.id, field, unit, measured: measuredText(row, field) })
}

/** What the protocol measured, as the report writes it; null for a finding that no protocol measured. */
export function measuredText(row: Pick<FindingRow, 'measured'>, field: QuotableField): string | null {
  const value = row.measured?.[field] ?? null
  return value === null ? null : rounded(value, quotable[field])
}

/** What follows a number that is shown outside of the text: nothing where it is what was measured. */
export function editMark(row: Readonly<Partial<Pick<FindingRow, QuotableField | 'measured'>>>, field: QuotableField): string {
  const value = row[field] ?? null
  const measured = measuredText({ measured: row.measured ?? null }, field)
  return value === null || measured === null || rounded(value, quotable[field]) === measured ? '' : ` [edited; measured ${measured}]`
}

/** A number that belongs to no finding: a count, a fact of the series, a measurement of the protocol. */
export function plainNumber(value: number, unit: string, field: string): NumberSpan {
  const text = rounded(value, unit)
  return numberSpan(text, { findingId: null, field, unit, measured: text })
}

export function numberSpan(text: string, bound: Pick<NumberSpan, 'findingId' | 'field' | 'unit' | 'measured'>): NumberSpan {
  return { type: 'number', text, ...bound, isEdited: bound.measured !== null && text !== bound.measured }
}
