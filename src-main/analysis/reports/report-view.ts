import { AppError } from '../../../src-shared/errors.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Report } from '../../../src-shared/reports.ts'
import type { AnalysisDeps } from '../faces.ts'
import type { FindingRow, FindingStore } from '../findings/finding-store.ts'
import type { AnalysisStore } from '../graph/analysis-store.ts'
import { readFrozen } from './frozen.ts'
import { keyImagesOf } from './key-images.ts'
import { missingForSigning } from './missing.ts'
import type { ReportRow, ReportStore } from './report-store.ts'
import { stoneOptions, type StoneRules } from './stone-rules.ts'
import { reportText } from './text.ts'

type Deps = Pick<AnalysisDeps, 'ruler'> & Readonly<{
  /** Flagged sentences of a model that nobody has decided on. */
  flagged: (studyUid: StudyUid) => number, isHidden: (studyUid: StudyUid) => boolean
  store: ReportStore, findings: FindingStore, analyses: AnalysisStore, rules: () => StoneRules
}>
export type ReportViews = ReturnType<typeof createReportViews>

/** The report as the contract shows it: a draft from what stands, a signed one from what was signed. */
export function createReportViews({ ruler, store, findings, analyses, rules, flagged, isHidden }: Deps) {
  const missingOf = (row: ReportRow, rows: readonly FindingRow[]): string[] => missingForSigning({
    content: row.content, findings: rows, analysisState: analyses.latest(row.studyUid)?.state ?? null, ruler: ruler(), flagged: flagged(row.studyUid), isHidden: isHidden(row.studyUid)
  })
  const draftView = (row: ReportRow): Report => {
    const rows = findings.ofStudy(row.studyUid)
    return {
      ...shared(row), status: 'draft', text: reportText(row.content), options: stoneOptions(rules(), rows), keyImages: keyImagesOf(rows), addenda: [],
      missing: missingOf(row, rows), hash: null, signedBy: null, signedAt: null
    }
  }
  const signedView = (row: ReportRow): Report => {
    const signature = store.signatureOf(row.id)
    if (signature === null) throw new AppError('internal', 'The signature of this report is missing. Restore a backup before going on.')
    const frozen = readFrozen(signature.document)
    const addenda = store.addenda(row.id).map(({ id, text, signedByName, signedAt, hash }) => ({ id, text, signedBy: signedByName, signedAt, hash }))
    return {
      ...shared(row), version: row.version + addenda.length, status: addenda.length === 0 ? 'final' : 'amended', text: frozen.report.text,
      options: frozen.options, keyImages: frozen.keyImages, addenda, missing: [],
      hash: signature.hash, signedBy: signature.signedByName, signedAt: signature.signedAt
    }
  }
  return { missingOf, view: (row: ReportRow): Report => (row.status === 'final' ? signedView(row) : draftView(row)) }
}

function shared(row: ReportRow): Pick<Report, 'id' | 'studyUid' | 'version' | 'revision' | 'content' | 'updatedAt'> {
  return { id: row.id, studyUid: row.studyUid, version: row.version, revision: row.revision, content: row.content, updatedAt: row.updatedAt }
}
