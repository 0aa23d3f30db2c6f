import { Plus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { Finding } from '../../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { useStudyScreen } from '../study-state.ts'
import { useReadings } from '../reader/use-readings.ts'
import { useJumpToFinding } from '../viewer-link.tsx'
import { useFindingActions } from './finding-actions.ts'
import { FindingCard } from './finding-card.tsx'
import { groupFindings } from './finding-groups.ts'

type TabProps = Readonly<{ studyUid: StudyUid, findings: readonly Finding[], isReadOnly: boolean, hasAnalysis: boolean }>

export function FindingsTab({ studyUid, findings, isReadOnly, hasAnalysis }: TabProps) {
  const set = useStudyScreen((state) => state.set)
  const groups = groupFindings(findings)
  const cards = (list: readonly Finding[]) => <CardList studyUid={studyUid} findings={list} isReadOnly={isReadOnly} />
  return (
    <div className="findings">
      {groups.standing.length > 0 ? cards(groups.standing) : <p className="quiet panel-note">{hasAnalysis ? 'Nothing was measured that looks like a stone.' : 'This study has not been analysed. What you see can be added by hand.'}</p>}
      {isReadOnly ? null : <div className="panel-note"><Button onClick={() => { set({ editingFindingId: 'new' }) }}><Plus aria-hidden />Add by hand <CommandKeys command="finding.add" /></Button></div>}
      <Fold title="Looks like something else" findings={groups.mimics}>{cards(groups.mimics)}</Fold>
      <Fold title="Rejected" findings={groups.rejected}>{cards(groups.rejected)}</Fold>
    </div>
  )
}

function CardList({ studyUid, findings, isReadOnly }: Readonly<Omit<TabProps, 'hasAnalysis'>>) {
  const selectedId = useStudyScreen((state) => state.selectedFindingId)
  const set = useStudyScreen((state) => state.set)
  const { verdict } = useFindingActions(studyUid)
  const jump = useJumpToFinding()
  const looks = useReadings(studyUid).data?.readings ?? []
  return findings.map((finding) => (
    <FindingCard key={finding.id} finding={finding} isSelected={finding.id === selectedId} isReadOnly={isReadOnly}
      secondLook={looks.find(({ findingId, task, state }) => findingId === finding.id && task === 'second-look' && state === 'done') ?? null}
      onSelect={() => { set({ selectedFindingId: finding.id }); jump(finding) }}
      onVerdict={(given) => { verdict.mutate({ finding, verdict: given }) }}
      onEdit={() => { set({ editingFindingId: finding.id }) }} />
  ))
}

/** Folded away with a count, never gone. Opens by itself when what is selected lies in it. */
function Fold({ title, findings, children }: Readonly<{ title: string, findings: readonly Finding[], children: ReactNode }>) {
  const [isOpen, setIsOpen] = useState(false)
  const hasSelected = useStudyScreen((state) => findings.some((finding) => finding.id === state.selectedFindingId))
  if (findings.length === 0) return null
  const isShown = isOpen || hasSelected
  return (
    <section className="fold">
      <button type="button" className="fold-head" aria-expanded={isShown} onClick={() => { setIsOpen(!isShown) }}>{title}<span className="fold-count">{findings.length}</span></button>
      {isShown ? children : null}
    </section>
  )
}
