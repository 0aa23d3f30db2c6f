import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BadgeCheck, FileDown, FilePlus2, MessagesSquare } from 'lucide-react'
import { useState } from 'react'
import type { Finding } from '../../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { Report } from '../../../../src-shared/reports.ts'
import { useApi } from '../../../api/api-context.tsx'
import { queryKeys } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { instantText } from '../../../ui/format.ts'
import { textOf } from '../../../ui/form.ts'
import { useNow } from '../../../ui/now.ts'
import { useJumpToFindingId } from '../viewer-link.tsx'
import { ConflictBox } from './conflict-box.tsx'
import { useDraft } from './drafts-context.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { PdfButton } from './pdf-button.tsx'
import { ReportExtras } from './report-extras.tsx'
import { FixedLine } from './report-line.tsx'
import { sections } from './spans.ts'

/** What was signed, exactly, with its seal; nothing in it can be changed. */
export function SignedReport({ studyUid, report, findings }: Readonly<{ studyUid: StudyUid, report: Report, findings: readonly Finding[] }>) {
  const draft = useDraft(studyUid)
  const jump = useJumpToFindingId(findings)
  return (
    <div className="report">
      <div className="report-scroll">
        {draft?.kind === 'conflict' ? <ConflictBox studyUid={studyUid} draft={draft} /> : null}
        <Seal report={report} />
        {sections.map((section) => (
          <section key={section} className="report-section" aria-label={section}>
            <h3 className="report-section-title">{section}</h3>
            <ul>{report.content[section].map((line) => <FixedLine key={line.id} line={line} onJump={jump} />)}</ul>
          </section>
        ))}
        <Addenda report={report} />
        <ReportExtras studyUid={studyUid} report={report} />
      </div>
      <SignedFoot studyUid={studyUid} report={report} />
    </div>
  )
}

function Seal({ report }: Readonly<{ report: Report }>) {
  const now = useNow(60_000)
  return (
    <div className="report-seal">
      <BadgeCheck aria-hidden />
      <div>
        <strong>Signed{report.status === 'amended' ? ', with addenda' : ''}</strong> by {report.signedBy}, {report.signedAt === null ? '' : instantText(report.signedAt, now)}. Version {report.version}.
        <span className="report-hash" title="SHA-256 over the frozen content">{report.hash}</span>
      </div>
    </div>
  )
}

function Addenda({ report }: Readonly<{ report: Report }>) {
  const now = useNow(60_000)
  if (report.addenda.length === 0) return null
  return (
    <section className="report-section" aria-label="Addenda">
      <h3>Addenda</h3>
      <ul>{report.addenda.map((one) => <li key={one.id} className="report-option"><p>{one.text}</p><p className="quiet small">{one.signedBy}, {instantText(one.signedAt, now)} · <span className="report-hash">{one.hash.slice(0, 16)}</span></p></li>)}</ul>
    </section>
  )
}

function SignedFoot({ studyUid, report }: Readonly<{ studyUid: StudyUid, report: Report }>) {
  const api = useApi()
  const queryClient = useQueryClient()
  const [isAdding, setIsAdding] = useState(false)
  const add = useMutation({
    mutationFn: (request: Readonly<{ text: string, password: string }>) => api.reports.addAddendum(studyUid, request),
    onSuccess: (amended) => { queryClient.setQueryData(queryKeys.report(studyUid), amended); setIsAdding(false) }
  })
  return (
    <footer className="report-foot">
      <Link className="button report-follow-up" to="/follow-up" search={{ study: studyUid }}><MessagesSquare aria-hidden />Plan the follow-up</Link>
      <div className="row"><span className="grow" /><Button onClick={() => { add.reset(); setIsAdding(true) }}><FilePlus2 aria-hidden />Addendum</Button><PdfButton studyUid={studyUid} report={report} icon={<FileDown aria-hidden />} /></div>
      <PasswordDialog isOpen={isAdding} onClose={() => { setIsAdding(false) }} title="Add an addendum" text="It stands below the signed report, with your name and the time. The report itself is not changed." submitText="Sign the addendum"
        isBusy={add.isPending} error={add.error} onSubmit={(password, form) => { add.mutate({ password, text: textOf(form, 'text') }) }}>
        <label className="field"><span className="field-label">Addendum</span><textarea className="input" name="text" rows={5} required maxLength={10_000} /></label>
      </PasswordDialog>
    </footer>
  )
}
