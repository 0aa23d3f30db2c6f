import { useQuery } from '@tanstack/react-query'
import { Eye, EyeOff, Layers } from 'lucide-react'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { OverlaySummary } from '../../../../src-shared/overlays.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { overlaysQuery } from '../../../api/overlays.ts'
import { detailQuery } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx'
import { useStudyScreen } from '../study-state.ts'
import { OverlayCard } from './overlay-card.tsx'
import { useOverlayJumps } from './overlay-jumps.ts'
import { allOrNone } from './overlay-switches.ts'
import './overlays.css'

/** What other objects of the study say about its images: drawn where they belong when switched on, or read here. */
export function OverlaysTab({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const api = useApi()
  const { data, isError, error, refetch } = useQuery(overlaysQuery(api, studyUid))
  const series = useQuery(detailQuery(api, studyUid)).data?.series ?? []
  const jumps = useOverlayJumps(studyUid)
  if (data === undefined) return isError ? <ErrorState title="The overlays can't be read" message={messageOf(error)} onRetry={() => { void refetch() }} /> : <div className="panel-loading"><Skeleton /><Skeleton /><Skeleton /></div>
  if (data.overlays.length === 0) return <EmptyState icon={<Layers aria-hidden />} title="Nothing lies over these images" text="Contours, segmentations, structured reports, key image selections, presentation states and documents of the study are listed here." />
  return (
    <div className="panel-fill">
      <Bar overlays={data.overlays} />
      <ul className="object-list">{data.overlays.map((summary) => <li key={summary.sopInstanceUid}><OverlayCard summary={summary} series={series} jumps={jumps} /></li>)}</ul>
      {data.left === 0 ? null : <p className="panel-note quiet">{data.left} more are not listed.</p>}
    </div>
  )
}

function Bar({ overlays }: Readonly<{ overlays: readonly OverlaySummary[] }>) {
  const on = useStudyScreen((state) => state.overlaysOn)
  const set = useStudyScreen((state) => state.set)
  const drawable = overlays.filter(({ isDrawable }) => isDrawable).length
  const words = drawable === 0 ? 'None can be drawn' : `${on.length} of ${drawable} shown`
  return (
    <div className="object-bar">
      <span className="grow quiet small">{words}</span>
      <Button disabled={drawable === 0} onClick={() => { set({ overlaysOn: allOrNone(on, overlays) }) }}>{on.length > 0 ? <EyeOff aria-hidden /> : <Eye aria-hidden />}{on.length > 0 ? 'Hide all' : 'Show all'}</Button>
    </div>
  )
}
