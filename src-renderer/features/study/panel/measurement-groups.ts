import type { StudySeries } from '../../../../src-shared/studies.ts'
import { toolNames, valueText, type Measurement } from '../../../viewer/index.ts'

export type MeasurementGroup = Readonly<{ seriesUid: string; title: string; measurements: readonly Measurement[] }>
type Series = Readonly<Pick<StudySeries, 'seriesUid' | 'seriesNumber' | 'modality' | 'description'>>

/** By series, in the order of the study; what lies in other studies, as a prior one shown beside, comes last. */
export function groupMeasurements(measurements: readonly Measurement[], series: readonly Series[]): readonly MeasurementGroup[] {
  const known = series.map((one) => ({ seriesUid: one.seriesUid, title: titleOf(one) }))
  const foreign = [...new Set(measurements.map(({ seriesUid }) => seriesUid))].filter((uid) => !known.some(({ seriesUid }) => seriesUid === uid))
  return [...known, ...foreign.map((seriesUid) => ({ seriesUid, title: 'Series of another study' }))]
    .map((group) => ({ ...group, measurements: measurements.filter(({ seriesUid }) => seriesUid === group.seriesUid) }))
    .filter((group) => group.measurements.length > 0)
}

function titleOf({ seriesNumber, modality, description }: Series): string {
  return [seriesNumber === null ? 'Series' : `Series ${String(seriesNumber)}`, modality, description].filter((part) => part !== '').join(' · ')
}

/** A plain table for the clipboard: a row for each value, tab stops between the columns, no patient data. */
export function measurementTable(groups: readonly MeasurementGroup[]): string {
  const header = ['Series', 'Tool', 'Label', 'Value', 'Basis']
  const rows = groups.flatMap(({ title, measurements }) => measurements.flatMap((one) => {
    const values = one.values.length === 0 ? [''] : one.values.map((value) => valueText(one.tool, value))
    return values.map((value) => [title, toolNames[one.tool], one.label, value, one.values.length === 0 ? '' : one.basisText])
  }))
  return [header, ...rows].map((row) => row.map((cell) => cell.replaceAll(/[\t\r\n]+/g, ' ')).join('\t')).join('\n')
}
