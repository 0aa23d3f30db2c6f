import type { ProtocolMeasurement } from '../../../src-shared/analysis.ts'
import { quotable, rounded, type QuotableField } from '../reports/numbers.ts'

/** What may be repeated of one finding or candidate, each as the report writes it. */
type Measured = Readonly<Record<QuotableField, number | null>>
export type Quoted = Readonly<{ text: string, unit: string, findingId: string | null, field: string }>

export function quotedOf(measured: Measured, findingId: string | null): Quoted[] {
  return (Object.entries(quotable) as [QuotableField, string][]).flatMap(([field, unit]) => {
    const value = measured[field]
    return value === null ? [] : [{ text: rounded(value, unit), unit, findingId, field }]
  })
}

export function quotedMeasurements(all: readonly ProtocolMeasurement[]): Quoted[] {
  return all.filter(({ name }) => !name.startsWith('histogram')).map(({ name, value, unit }) => ({ text: rounded(value, unit), unit, findingId: null, field: `measurement.${name}` }))
}

export function quotedCount(count: number): Quoted {
  return { text: rounded(count, ''), unit: '', findingId: null, field: 'count.stones' }
}
