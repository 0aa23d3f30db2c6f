import type { SeriesDescription, StudyDetail } from '../../../src-shared/studies.ts'
import type { SeriesFacts } from '../protocols/types.ts'

/** What a protocol is chosen from, out of what the studies say of a series. */
export function seriesFacts(series: SeriesDescription, { series: rows, study }: StudyDetail): SeriesFacts {
  const row = rows.find((one) => one.seriesUid === series.seriesUid)
  const { technique, pixel } = series
  return {
    seriesUid: series.seriesUid, modality: series.modality, bodyPart: row?.bodyPart ?? study.bodyPart, description: series.description,
    studyDescription: series.studyDescription, imageType: series.imageType, contrastAgent: technique.contrastAgent, kernel: technique.kernel,
    rows: pixel.rows, columns: pixel.columns, slices: series.frames.length, orientation: series.orientation,
    pixelSpacingMm: series.pixelSpacingMm, sliceSpacingMm: series.sliceSpacingMm, sliceThicknessMm: series.sliceThicknessMm, warnings: series.warnings
  }
}
