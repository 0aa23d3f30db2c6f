import type { Finding } from '../../../src-shared/analysis.ts'
import type { Report } from '../../../src-shared/reports.ts'
import type { StudyDetail } from '../../../src-shared/studies.ts'
import type { MeasuredNumbers } from '../tables.ts'
import type { PictureMarks } from './picture-marks.ts'

/** One key image, drawn. `image` null with the reason where the frame can't be decoded; places are fractions of the picture's size. */
export type DrawnImage = Readonly<{
  caption: string
  seriesWords: string
  /** `width` and `height` in mm where the pixels have a size. */
  pictures: readonly (PictureMarks & Readonly<{ png: Uint8Array, width: number, height: number, ring: Readonly<{ x: number, y: number, radius: number }> | null }>)[]
  problem: string | null
}>
export type FindingForPage = Readonly<{ finding: Finding, measured: MeasuredNumbers | null }>
export type ReportForPage = Readonly<{
  report: Report
  study: StudyDetail['study']
  findings: readonly FindingForPage[]
  images: readonly DrawnImage[]
  /** Key images that found no room. */
  imagesLeftOut: number
}>
