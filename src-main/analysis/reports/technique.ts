import type { AnalysisWarning } from '../../../src-shared/analysis.ts'
import type { ReportLine, ReportSpan } from '../../../src-shared/reports.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import { line, text } from './draft.ts'
import { numberSpan, plainNumber } from './numbers.ts'

/** How the images were made and measured, from the header of the series and from the protocol; one line a warning. */
export function techniqueLines(series: SeriesDescription | null, engineWords: string, warnings: readonly AnalysisWarning[]): ReportLine[] {
  return [
    ...(series === null ? [] : [line('technique:series', seriesSpans(series))]),
    ...(engineWords === '' ? [] : [line('technique:engine', [text(engineWords)])]),
    ...warnings.map((warning, index) => line(`technique:warning:${warning.code}:${index}`, [text(warning.message)]))
  ]
}

function seriesSpans(series: SeriesDescription): ReportSpan[] {
  const { technique, pixelSpacingMm, sliceSpacingMm, sliceThicknessMm, gantryTiltDeg } = series
  const name = [series.modality, series.seriesNumber === null ? 'series' : `series ${series.seriesNumber}`].join(' ')
  const facts: (ReportSpan[] | null)[] = [
    [plainNumber(series.frames.length, '', 'series.slices'), text(series.frames.length === 1 ? ' image of ' : ' images of '), text(`${series.pixel.columns} × ${series.pixel.rows} pixels`)],
    measured('slice spacing ', sliceSpacingMm, 'mm', 'series.sliceSpacing'),
    measured('slice thickness ', sliceThicknessMm, 'mm', 'series.sliceThickness'),
    pixelSpacingMm === null ? null : [text(spacingWords[series.spacingBasis]), fine(pixelSpacingMm[0], 'series.rowSpacing'), text(' × '), fine(pixelSpacingMm[1], 'series.columnSpacing'), text(' mm')],
    gantryTiltDeg === 0 ? null : measured('gantry tilt ', gantryTiltDeg, '°', 'series.tilt'),
    measured('', technique.kvp, 'kVp', 'series.kvp'),
    measured('', technique.mas, 'mAs', 'series.mas'),
    technique.kernel === '' ? null : [text(`kernel ${technique.kernel}`)],
    contrastSpans(series)
  ]
  const head = `${name}${series.description === '' ? '' : ` (${series.description})`}: `
  const spans = facts.filter((fact) => fact !== null).flatMap((fact, index) => (index === 0 ? fact : [text(', '), ...fact]))
  return [text(head), ...spans, text('.')].reduce<ReportSpan[]>(join, [])
}

/** What a detector or a probe measures is no distance in the body and must not pass for one (PS3.3 10.7). */
const spacingWords: Readonly<Record<SeriesDescription['spacingBasis'], string>> = {
  body: 'pixel spacing ', detector: 'pixel spacing at the detector ', 'ultrasound-region': 'pixel spacing in the ultrasound region ', none: 'pixel spacing '
}

/** That none is recorded says something only where one could have been given. */
function contrastSpans({ modality, technique }: SeriesDescription): ReportSpan[] | null {
  if (technique.contrastAgent !== '') return [text(`contrast agent ${technique.contrastAgent}`)]
  return modality === 'CT' || modality === 'MR' ? [text('no contrast agent recorded')] : null
}

function measured(words: string, value: number | null, unit: string, field: string): ReportSpan[] | null {
  return value === null ? null : [text(words), plainNumber(value, unit, field), text(unit === '°' ? unit : ` ${unit}`)]
}

/** Pixel spacings need a second decimal: 0.70 and 0.78 mm are different scans. */
function fine(valueMm: number, field: string): ReportSpan {
  return numberSpan(valueMm.toFixed(2), { findingId: null, field, unit: 'mm', measured: valueMm.toFixed(2) })
}

function join(kept: ReportSpan[], span: ReportSpan): ReportSpan[] {
  const last = kept.at(-1)
  if (span.type !== 'text' || last?.type !== 'text') return [...kept, span]
  return [...kept.slice(0, -1), text(last.text + span.text)]
}
