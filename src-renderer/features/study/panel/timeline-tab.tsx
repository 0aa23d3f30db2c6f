import { useQuery } from '@tanstack/react-query'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { timelineQuery } from '../../../api/queries.ts'
import { durationText, instantText } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { ErrorState, Skeleton } from '../../../ui/states.tsx'

/** What happened to this study, newest first: by whom, how long it took, what failed. */
export function TimelineTab({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const { data, isError, error, refetch } = useQuery(timelineQuery(useApi(), studyUid))
  const now = useNow(60_000)
  if (data === undefined) return isError ? <ErrorState title="The timeline can't be read" message={messageOf(error)} onRetry={() => { void refetch() }} /> : <div className="panel-loading"><Skeleton /><Skeleton /><Skeleton /></div>
  return (
    <ol className="timeline">
      {data.toReversed().map((entry, index) => (
        <li key={`${entry.at}${index}`} className={`timeline-entry timeline-${entry.kind}`} data-error={entry.isError}>
          <time dateTime={entry.at} className="quiet small">{instantText(entry.at, now)}</time>
          <p>{entry.isError ? <strong>Failed: </strong> : null}{entry.text}</p>
          <p className="quiet small">{[entry.actor, entry.durationMs === null ? '' : durationText(entry.durationMs)].filter((part) => part !== '').join(' · ')}</p>
        </li>
      ))}
    </ol>
  )
}
