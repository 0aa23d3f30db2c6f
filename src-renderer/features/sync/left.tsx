import { useMutation, useQuery } from '@tanstack/react-query'
import { FileDown, Inbox } from 'lucide-react'
import type { SyncReport } from '../../../src-shared/sync.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { syncReportQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { bytesText } from '../../ui/format.ts'
import { useNotify } from '../../ui/notices.tsx'
import { saveBytes } from '../../ui/save-bytes.ts'
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx'
import { targetNames } from './sync-texts.ts'

/** What left in the last 31 days, day by day, each as the target confirmed it. */
export function Left() {
  const api = useApi()
  const notify = useNotify()
  const save = useMutation({ mutationFn: async () => saveBytes('vigil-what-left.csv', await api.sync.openCsv()), onError: (error) => { notify('error', messageOf(error)) } })
  const report = useQuery(syncReportQuery(api))
  if (report.data === undefined) return report.isError ? <ErrorState title="The report can't be read" message={messageOf(report.error)} onRetry={() => { void report.refetch() }} /> : <Skeleton height={160} />
  const { lines, more } = report.data
  if (lines.length === 0) return <EmptyState icon={<Inbox aria-hidden />} title="Nothing has left in the last 31 days" text="Each thing that leaves is listed here with its time, its place and the checksum that the target gave back." />
  return (
    <>
      <div className="row sync-bar"><span className="quiet small grow">The last 31 days{more ? ', the newest 1,000' : ''}</span><Button onClick={() => { save.mutate() }}><FileDown aria-hidden />Save as CSV</Button></div>
      <div className="sync-scroller">{daysOf(lines).map(([day, ofDay]) => (
        <section key={day} aria-label={day}>
          <h3 className="sync-day">{day}</h3>
          <table className="plain-table">
            <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Where to</th><th scope="col">Size</th><th scope="col">Place</th><th scope="col">Checksum</th></tr></thead>
            <tbody>{ofDay.map((line) => (
              <tr key={`${line.at} ${line.place}`}>
                <td className="sync-nowrap">{new Date(line.at).toLocaleTimeString('en-GB')}</td><td>{line.title}</td><td className="sync-nowrap">{targetNames[line.target]}</td><td className="sync-nowrap">{bytesText(line.bytes)}</td>
                <td className="sync-place">{line.place}</td><td className="sync-place sync-nowrap">{line.checksum}</td>
              </tr>
            ))}</tbody>
          </table>
        </section>
      ))}</div>
    </>
  )
}

function daysOf(lines: SyncReport['lines']): readonly (readonly [string, SyncReport['lines']])[] {
  return [...Map.groupBy(lines, ({ at }) => new Date(at).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }))]
}
