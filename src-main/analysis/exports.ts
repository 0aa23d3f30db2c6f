import { AppError } from '../../src-shared/errors.ts'
import { AnalyseResult } from '../../src-shared/analysis.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import type { Report } from '../../src-shared/reports.ts'
import type { Principal } from '../platform/http.ts'
import type { AnalysisDeps } from './faces.ts'
import type { FindingStore } from './findings/finding-store.ts'
import { engineOf } from './graph/analysis-store.ts'
import { cropAround, drawKeyImage, ringedSlice, softTissue } from './pdf/pictures.ts'
import { sha256 } from './reports/canonical.ts'
import { readFrozen } from './reports/frozen.ts'
import type { Reports } from './reports/reports.ts'
import type { ReportStore } from './reports/report-store.ts'
import type { Findings } from './findings/findings.ts'
import type { FindingForPage } from './pdf/facts.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'studies' | 'audit'> & Readonly<{
  reports: Reports, findings: Findings, store: ReportStore, findingRows: FindingStore
}>
export type Exports = ReturnType<typeof createExports>

/** Leaves out what scripts have no promise of: notes, edits, revisions. */
const FindingForScripts = AnalyseResult.shape.findings.element
const mostImages = 12
const cropMm = 60

/** What leaves the room as a picture, a document or a script's JSON. */
export function createExports({ db, studies, audit, reports, findings, store, findingRows }: Deps) {
  /** Of a signed report what was signed, else what stands. */
  const findingsForPage = (studyUid: StudyUid): readonly FindingForPage[] => {
    const row = store.ofStudy(studyUid)
    const signature = row?.status === 'final' ? store.signatureOf(row.id) : null
    if (signature !== null) return readFrozen(signature.document).findings
    const measured = new Map(findingRows.ofStudy(studyUid).map((one) => [one.id, one.measured ?? null]))
    return findings.list(studyUid).map((finding) => ({ finding, measured: measured.get(finding.id) ?? null }))
  }

  const draw = async (studyUid: StudyUid, report: Report): Promise<Uint8Array> => {
    const { study } = await studies.detail(studyUid)
    const entries = findingsForPage(studyUid)
    const byId = new Map(entries.map(({ finding }) => [finding.id, finding]))
    const images = []
    for (const image of report.keyImages.slice(0, mostImages)) {
      const finding = byId.get(image.findingId ?? '')
      if (finding !== undefined) images.push(await drawKeyImage(studies, image, finding))
    }
    // pdfkit takes 0.2 s to import, and most starts of the application make no PDF.
    const { reportPdf } = await import('./pdf/report-pdf.ts')
    return reportPdf({ report, study, findings: entries, images, imagesLeftOut: Math.max(0, report.keyImages.length - mostImages) })
  }
  const recordPdf = (studyUid: StudyUid, isSigned: boolean, hash: string, by: Principal): void => {
    store.recordExport({ studyUid, format: 'pdf', isSigned, sha256: hash, actor: by.id, actorName: by.name })
  }

  return {
    async reportPdf(studyUid: StudyUid, by: Principal): Promise<Uint8Array> {
      const report = await reports.get(studyUid)
      const bytes = await draw(studyUid, report)
      db.sqlite.transaction(() => {
        recordPdf(studyUid, report.status !== 'draft', sha256(bytes), by)
        audit.record({ actor: by.id, actorName: by.name, action: 'report.export', subject: report.id, detail: { format: 'pdf', version: report.version } })
      }).immediate()
      return bytes
    },
    /** The PDF of a signed report, always the same bytes, for another object to hold; nothing is recorded. Throws 'not-found' or 'conflict'. */
    async signedPdf(studyUid: StudyUid): Promise<Readonly<{ report: Report, bytes: Uint8Array, sha256: string }>> {
      const report = reports.current(studyUid)
      if (report === null) throw new AppError('not-found', 'This study has no report yet. Write and sign one first.')
      if (report.status === 'draft') throw new AppError('conflict', 'The report is not signed, and a draft is no document of the study. Sign it first.')
      const bytes = await draw(studyUid, report)
      return { report, bytes, sha256: sha256(bytes) }
    },
    /** Says that such a PDF left. Inside the caller's transaction. */
    signedPdfLeft: (studyUid: StudyUid, hash: string, by: Principal): void => { recordPdf(studyUid, true, hash, by) },
    /** A close-up of a finding. */
    async crop(findingId: string): Promise<Uint8Array> {
      const { seriesUid, sopInstanceUid, frameNumber, centreMm, diameterMm } = findings.get(findingId)
      const series = await studies.describeSeries(seriesUid)
      const frame = series.frames.find((one) => one.sopInstanceUid === sopInstanceUid && one.frameNumber === frameNumber)
      const crop = frame === undefined ? null : cropAround(series, frame, centreMm, Math.max(cropMm, (diameterMm ?? 0) * 2))
      if (crop === null) throw new AppError('cannot-decode', 'This finding has no image that could be shown close up.')
      return studies.renderFrame(sopInstanceUid, frameNumber, { ...softTissue, maxSizePx: 256, crop, format: 'webp' })
    },
    async keyImage(studyUid: StudyUid, id: string): Promise<Uint8Array> {
      const image = (await reports.get(studyUid)).keyImages.find((one) => one.id === id)
      if (image === undefined) throw new AppError('not-found', 'There is no such key image.')
      return ringedSlice(studies, image, findings.get(image.findingId ?? ''))
    },
    /** The stable answer for scripts. */
    resultOf(studyUid: StudyUid): AnalyseResult {
      const analysis = reports.quoted(studyUid)
      const report = reports.current(studyUid)
      if (analysis === null || report === null) throw new AppError('not-found', 'This study has no finished analysis yet.')
      return {
        studyUid, protocol: analysis.protocol, engine: engineOf(analysis),
        findings: findings.list(studyUid).map((finding) => FindingForScripts.parse(finding)),
        measurements: analysis.measurements, warnings: analysis.warnings, report: { status: report.status, text: report.text }
      }
    }
  }
}
