import type { Report } from '../../../../src-shared/reports.ts'
import type { WorklistRow } from '../../../../src-shared/studies.ts'

/**
 * "report-2026-11-23-A1042.pdf", "report-draft-undated-6f1c2e.pdf": says what the file is and whose study it belongs to without a name, by the
 * accession number or, where there is none, the end of the report's own id.
 */
export function reportFileName({ studyDate, accessionNumber }: Pick<WorklistRow, 'studyDate' | 'accessionNumber'>, { id, status }: Pick<Report, 'id' | 'status'>): string {
  const accession = accessionNumber.replaceAll(/[^A-Za-z0-9_-]+/g, '').slice(0, 32)
  const parts = ['report', ...(status === 'draft' ? ['draft'] : []), studyDate ?? 'undated', accession === '' ? id.replaceAll('-', '').slice(-8) : accession]
  return `${parts.join('-')}.pdf`
}
