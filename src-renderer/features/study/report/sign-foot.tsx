import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, CircleAlert, CloudUpload, FileDown, PenLine, ScanEye } from 'lucide-react'
import { assertNever } from '../../../../src-shared/errors.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { Report } from '../../../../src-shared/reports.ts'
import { useApi } from '../../../api/api-context.tsx'
import { queryKeys } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { useCommands } from '../../../ui/commands-context.tsx'
import { useHasRole } from '../../session/index.ts'
import { useReadings } from '../reader/use-readings.ts'
import { useStudyScreen } from '../study-state.ts'
import { useDrafts } from './drafts-context.tsx'
import type { Draft } from './drafts.ts'
import { PasswordDialog } from './password-dialog.tsx'
import { PdfButton } from './pdf-button.tsx'

/** Where the text stands, what keeps it from being signed, and the one primary button. */
export function SignFoot({ studyUid, report, draft }: Readonly<{ studyUid: StudyUid, report: Report, draft: Draft | undefined }>) {
  const api = useApi()
  const drafts = useDrafts()
  const queryClient = useQueryClient()
  const isSigning = useStudyScreen((state) => state.isSigning)
  const set = useStudyScreen((state) => state.set)
  const maySign = useHasRole('clinician', 'admin')
  const canSign = maySign && report.missing.length === 0 && (draft === undefined || draft.kind === 'waiting' || draft.kind === 'saving')
  const sign = useMutation({
    mutationFn: async (password: string) => {
      await drafts.flush(studyUid)
      const latest = queryClient.getQueryData<Report>(queryKeys.report(studyUid)) ?? report
      return api.reports.sign(studyUid, { revision: latest.revision, password })
    },
    onSuccess: (signed) => { queryClient.setQueryData(queryKeys.report(studyUid), signed); set({ isSigning: false, tab: 'report' }) }
  })
  const open = () => { sign.reset(); set({ isSigning: true }) }
  useCommands([{ id: 'report.sign', isEnabled: canSign, run: open }])
  return (
    <footer className="report-foot">
      {report.missing.length === 0 ? null : <ul className="report-missing" aria-label="Missing before it can be signed">{report.missing.map((text) => <li key={text}>{text}</li>)}</ul>}
      <ReadersSentences studyUid={studyUid} />
      <div className="row">
        <SaveState draft={draft} onRetry={() => { void drafts.flush(studyUid) }} />
        <span className="grow" />
        <PdfButton studyUid={studyUid} report={report} icon={<FileDown aria-hidden />} />
        {maySign ? <Button tone="primary" disabled={!canSign} onClick={open}><PenLine aria-hidden />Sign <CommandKeys command="report.sign" /></Button> : <span className="quiet small">A clinician signs.</span>}
      </div>
      <PasswordDialog isOpen={isSigning} onClose={() => { set({ isSigning: false }) }} title="Sign the report" submitText="Sign"
        text="Signing freezes this version with its text, verdicts, your name and the time under a hash. Later changes are addenda." isBusy={sign.isPending} error={sign.error} onSubmit={(password) => { sign.mutate(password) }} />
    </footer>
  )
}

/** Leads to the first sentence of the reader that keeps the report from being signed. */
function ReadersSentences({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const list = useReadings(studyUid).data
  const set = useStudyScreen((state) => state.set)
  const first = (list?.readings ?? []).flatMap(({ statements }) => statements).find(({ isFlagged, status }) => isFlagged && status === 'proposed')
  if (first === undefined) return null
  return <Button className="report-to-reader" onClick={() => { set({ tab: 'reader', selectedStatementId: list?.isHidden === true ? null : first.id }) }}><ScanEye aria-hidden />{list?.isHidden === true ? 'Open Reader' : 'Show the sentence of the reader'}</Button>
}

function SaveState({ draft, onRetry }: Readonly<{ draft: Draft | undefined, onRetry: () => void }>) {
  if (draft === undefined) return <output className="save-state save-state-saved"><Check aria-hidden />Saved</output>
  switch (draft.kind) {
    case 'waiting': case 'saving': return <output className="save-state"><CloudUpload aria-hidden />Saving…</output>
    case 'conflict': return <output className="save-state save-state-failed"><CircleAlert aria-hidden />Not saved</output>
    case 'failed': return <span className="save-state save-state-failed" role="alert"><CircleAlert aria-hidden />Not saved: {draft.reason}<Button tone="quiet" onClick={onRetry}>Save now</Button></span>
    default: return assertNever(draft)
  }
}
