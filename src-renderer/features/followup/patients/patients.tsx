import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Search, UserRound, UsersRound } from 'lucide-react'
import { useRef, useState } from 'react'
import type { FollowupPatient } from '../../../../src-shared/followup.ts'
import type { RowId } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { followupPatientsQuery, followupThreadQuery } from '../../../api/queries.ts'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { useCommands } from '../../../ui/commands-context.tsx'
import { useDebounced } from '../../../ui/debounced.ts'
import { counted, shortPersonName } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx'
import { relativeText } from '../times.ts'
import { PatientView } from './patient-view.tsx'

/** Everybody who is followed up, and the one that is open. */
export function Patients({ patientId }: Readonly<{ patientId: RowId | null }>) {
  const [search, setSearch] = useState('')
  const box = useRef<HTMLInputElement>(null)
  const found = useQuery(followupPatientsQuery(useApi(), useDebounced(search.trim(), 200)))
  useCommands([{ id: 'followup.search', run: () => { box.current?.focus() } }])
  return (
    <div className="followup-patients">
      <section className="followup-list" aria-label="Patients">
        <div className="followup-search"><Search aria-hidden /><input ref={box} className="input" aria-label="Search the patients" placeholder="Name or number" spellCheck={false} value={search} onChange={(event) => { setSearch(event.target.value) }} /><CommandKeys command="followup.search" /></div>
        {found.data === undefined ? (found.isError ? <ErrorState title="The patients can't be read" message={messageOf(found.error)} onRetry={() => { void found.refetch() }} /> : <><Skeleton height={44} /><Skeleton height={44} /></>)
          : found.data.patients.length === 0 ? (search === '' ? <EmptyState icon={<UsersRound aria-hidden />} title="Nobody yet" text="A patient comes here with the first signed report, or when the follow-up of a study is opened." /> : <EmptyState icon={<UsersRound aria-hidden />} title="Nobody of that name" text="The name, or the number of the images." />)
            : <Rows patients={found.data.patients} patientId={patientId} more={found.data.more} />}
      </section>
      {patientId === null ? <EmptyState icon={<UserRound aria-hidden />} title="No patient is open" text="Choose one on the left to see what was written, said and agreed." /> : <Opened key={patientId} patientId={patientId} />}
    </div>
  )
}

function Rows({ patients, patientId, more }: Readonly<{ patients: readonly FollowupPatient[], patientId: RowId | null, more: boolean }>) {
  const now = useNow(60_000)
  const navigate = useNavigate()
  return (
    <ul className="followup-rows">
      {patients.map(({ id, name, patientId: number, unread, openTasks, nextDueAt }) => (
        <li key={id}>
          <button type="button" className="followup-row" {...(id === patientId ? { 'aria-current': 'true' as const } : {})} onClick={() => { void navigate({ to: '/follow-up', search: { patient: id } }) }}>
            <span className="row"><b className="grow ellipsis">{shortPersonName(name)}</b>{unread > 0 ? <span className="badge badge-accent">{counted(unread, 'new text')}</span> : null}</span>
            <span className="row small quiet"><span className="grow ellipsis">{number}</span>{openTasks > 0 ? <span className="badge badge-warning">{counted(openTasks, 'task')}</span> : null}{nextDueAt === null ? null : <span className="tabular">next {relativeText(nextDueAt, now)}</span>}</span>
          </button>
        </li>
      ))}
      {more ? <li className="quiet small followup-none">There are more: search for them.</li> : null}
    </ul>
  )
}

function Opened({ patientId }: Readonly<{ patientId: RowId }>) {
  const thread = useQuery(followupThreadQuery(useApi(), patientId))
  if (thread.data !== undefined) return <PatientView thread={thread.data} />
  return thread.isError ? <ErrorState title="The conversation can't be read" message={messageOf(thread.error)} onRetry={() => { void thread.refetch() }} /> : <div className="panel-loading"><Skeleton width="40%" /><Skeleton height={240} /></div>
}
