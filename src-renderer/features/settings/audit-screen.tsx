import { useInfiniteQuery } from '@tanstack/react-query'
import { Link2, Link2Off } from 'lucide-react'
import { useState } from 'react'
import type { AuditEntry } from '../../../src-shared/accounts.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { Button } from '../../ui/button.tsx'
import { useDebounced } from '../../ui/debounced.ts'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import './settings.css'

const firstPage: number | null = null

/** The append-only trail, newest first, with the state of its chain of hashes. */
export function AuditScreen() {
  const api = useApi()
  const [subject, setSubject] = useState('')
  const settled = useDebounced(subject.trim(), 250)
  const audit = useInfiniteQuery({
    queryKey: ['audit', settled], initialPageParam: firstPage,
    queryFn: ({ pageParam, signal }) => api.accounts.audit({ before: pageParam, subject: settled, limit: 100 }, signal),
    getNextPageParam: (page) => page.next
  })
  const isIntact = audit.data?.pages.every((page) => page.isIntact)
  return (
    <div className="settings settings-wide">
      <div className="row">
        <h1 className="grow">Audit trail</h1>
        {isIntact === undefined ? null : isIntact ? <span className="badge badge-measured"><Link2 aria-hidden />chain intact</span> : <span className="badge badge-danger"><Link2Off aria-hidden />chain broken: the trail was changed from outside</span>}
        <input className="input settings-subject" aria-label="Show one subject only" placeholder="Only this subject (its id)" value={subject} onChange={(event) => { setSubject(event.target.value) }} />
      </div>
      {audit.data === undefined ? (audit.isError ? <ErrorState title="The trail can't be read" message={messageOf(audit.error)} onRetry={() => { void audit.refetch() }} /> : <Skeleton height={200} />) : (
        <table className="plain-table">
          <thead><tr><th scope="col">No.</th><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Subject</th><th scope="col">Detail</th><th scope="col">Hash</th></tr></thead>
          <tbody>{audit.data.pages.flatMap((page) => page.entries).map((entry) => <Entry key={entry.sequence} entry={entry} />)}</tbody>
        </table>
      )}
      {audit.hasNextPage ? <div><Button disabled={audit.isFetchingNextPage} onClick={() => { void audit.fetchNextPage() }}>Show older</Button></div> : null}
    </div>
  )
}

function Entry({ entry }: Readonly<{ entry: AuditEntry }>) {
  const detail = Object.entries(entry.detail).map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')
  return (
    <tr>
      <td>{entry.sequence}</td><td className="settings-nowrap">{new Date(entry.at).toLocaleString('en-GB')}</td><td>{entry.actorName}</td><td>{entry.action}</td>
      <td className="settings-path">{entry.subject}</td><td className="settings-path">{detail}</td><td className="settings-path settings-nowrap" title={entry.hash}>{entry.hash.slice(0, 10)}</td>
    </tr>
  )
}
