import { Plus } from 'lucide-react'
import type { Finding } from '../../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { Report, ReportContent } from '../../../../src-shared/reports.ts'
import { Button } from '../../../ui/button.tsx'
import { useCommands } from '../../../ui/commands-context.tsx'
import { useJumpToFindingId } from '../viewer-link.tsx'
import { useDraft, useDrafts } from './drafts-context.tsx'
import { ConflictBox } from './conflict-box.tsx'
import { EditableLine } from './report-line.tsx'
import { ReportExtras } from './report-extras.tsx'
import { SignFoot } from './sign-foot.tsx'
import { sections, withLine, withNewLine, type Section } from './spans.ts'

const titles: Readonly<Record<Section, string>> = { technique: 'Technique', findings: 'Findings', impression: 'Impression' }

export function ReportEditor({ studyUid, report, findings }: Readonly<{ studyUid: StudyUid, report: Report, findings: readonly Finding[] }>) {
  const drafts = useDrafts()
  const draft = useDraft(studyUid)
  const content = draft?.content ?? report.content
  const edit = (next: ReportContent) => { drafts.edit(studyUid, report, next) }
  useCommands([{ id: 'report.save', run: () => { void drafts.flush(studyUid) } }])
  return (
    <div className="report">
      <div className="report-scroll">
        {draft?.kind === 'conflict' ? <ConflictBox studyUid={studyUid} draft={draft} /> : null}
        {sections.map((section) => <ReportSection key={section} section={section} studyUid={studyUid} content={content} findings={findings} onEdit={edit} />)}
        <ReportExtras studyUid={studyUid} report={report} />
      </div>
      <SignFoot studyUid={studyUid} report={report} draft={draft} />
    </div>
  )
}

type SectionProps = Readonly<{ section: Section, studyUid: StudyUid, content: ReportContent, findings: readonly Finding[], onEdit: (content: ReportContent) => void }>

function ReportSection({ section, studyUid, content, findings, onEdit }: SectionProps) {
  const drafts = useDrafts()
  const jump = useJumpToFindingId(findings)
  return (
    <section className="report-section" aria-label={titles[section]}>
      <div className="report-section-head"><h3 className="grow">{titles[section]}</h3><Button tone="quiet" aria-label={`Add a line to ${titles[section]}`} onClick={() => { onEdit(withNewLine(content, section, crypto.randomUUID())) }}><Plus aria-hidden />Line</Button></div>
      {content[section].length === 0 ? <p className="quiet small">Nothing written yet.</p> : null}
      <ul>
        {content[section].map((line, index) => (
          <EditableLine key={line.id} line={line} label={`${titles[section]}, line ${index + 1}`} onJump={jump}
            onChange={(next) => { onEdit(withLine(content, section, line.id, next)) }} onRemove={() => { onEdit(withLine(content, section, line.id, null)) }} onLeave={() => { void drafts.flush(studyUid) }} />
        ))}
      </ul>
    </section>
  )
}
