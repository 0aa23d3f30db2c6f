import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import type { RowId, StudyUid } from '../../../src-shared/ids.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { useLine } from '../../api/line.ts'
import { followupBoardQuery } from '../../api/queries.ts'
import { useCommands } from '../../ui/commands-context.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { Board } from './board/board.tsx'
import { mockSentence } from './followup-texts.ts'
import { Tabs, type Options } from './parts.tsx'
import { Patients } from './patients/patients.tsx'
import { StudyPlan } from './study/study-plan.tsx'
import { Templates } from './templates/templates.tsx'
import './followup.css'

type Tab = 'board' | 'patients' | 'templates'
const names: Options<Tab> = [['board', 'Board'], ['patients', 'Patients'], ['templates', 'Templates']]

/** What happens after a report: what is due, with whom it was spoken about what, and in which words. A study in the address shows its plan. */
export function FollowupScreen({ patientId, studyUid }: Readonly<{ patientId: RowId | null, studyUid: StudyUid | null }>) {
  const navigate = useNavigate()
  const board = useQuery(followupBoardQuery(useApi()))
  const line = useLine((store) => store.state)
  const [tab, setTab] = useState<Tab>('board')
  const shown = studyUid !== null ? null : patientId !== null ? 'patients' : tab
  const open = (next: Tab) => { setTab(next); void navigate({ to: '/follow-up', search: {} }) }
  useCommands([
    { id: 'followup.board', run: () => { open('board') } }, { id: 'followup.patients', run: () => { open('patients') } }, { id: 'followup.templates', run: () => { open('templates') } }
  ])
  const isOld = line === 'down' || (board.isError && board.data !== undefined)
  return (
    <div className="followup" data-stale={isOld}>
      {board.data?.mode === 'mock' ? <p className="followup-band mock-mark" role="note">{mockSentence}</p> : null}
      {board.data === undefined || board.data.held === null ? null : <p className="banner banner-warning" role="alert"><CircleAlert aria-hidden />Nothing is sent now. {board.data.held}</p>}
      <header className="row followup-head">
        <h1>Follow-up</h1>
        <Tabs label="What is shown" tabs={names} current={shown} onOpen={open} />
        <span className="grow" />
        {isOld ? <span className="badge badge-warning">may be out of date</span> : null}
      </header>
      <div className="followup-panel" role="tabpanel" aria-label={shown === null ? 'Plan of a study' : names.find(([value]) => value === shown)?.[1] ?? ''}>
        {studyUid !== null ? <StudyPlan key={studyUid} studyUid={studyUid} />
          : shown === 'patients' ? <Patients patientId={patientId} />
            : shown === 'templates' ? <Templates />
              : board.data !== undefined ? <Board board={board.data} />
                : board.isError ? <ErrorState title="The board can't be read" message={messageOf(board.error)} onRetry={() => { void board.refetch() }} /> : <><Skeleton height={40} /><Skeleton height={320} /></>}
      </div>
    </div>
  )
}
