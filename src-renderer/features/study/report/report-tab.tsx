import { useQuery } from '@tanstack/react-query'
import { FileText } from 'lucide-react'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { reportQuery } from '../../../api/queries.ts'
import type { Finding } from '../../../../src-shared/analysis.ts'
import { AppError } from '../../../../src-shared/errors.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx'
import { ReportEditor } from './report-editor.tsx'
import { SignedReport } from './signed-report.tsx'

/** The report of one study: a draft to write and sign, or the signed one with its addenda. */
export function ReportTab({ studyUid, findings }: Readonly<{ studyUid: StudyUid, findings: readonly Finding[] }>) {
  const report = useQuery(reportQuery(useApi(), studyUid))
  if (report.data !== undefined) {
    return report.data.status === 'draft' ? <ReportEditor studyUid={studyUid} report={report.data} findings={findings} /> : <SignedReport studyUid={studyUid} report={report.data} findings={findings} />
  }
  if (!report.isError) return <div className="panel-loading"><Skeleton width="40%" /><Skeleton height={60} /><Skeleton height={60} /></div>
  if (report.error instanceof AppError && report.error.code === 'not-found') return <EmptyState icon={<FileText aria-hidden />} title="No report yet" text="Analyse the study to get a measured draft." />
  return <ErrorState title="The report can't be read" message={messageOf(report.error)} onRetry={() => { void report.refetch() }} />
}
