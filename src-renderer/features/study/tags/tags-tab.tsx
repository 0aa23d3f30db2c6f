import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, Tags } from 'lucide-react'
import { useState } from 'react'
import type { SeriesUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { StudySeries } from '../../../../src-shared/studies.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { detailQuery, instancesQuery } from '../../../api/queries.ts'
import { IconButton } from '../../../ui/button.tsx'
import { useDebounced } from '../../../ui/debounced.ts'
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx'
import { useViewer } from '../viewer-link.tsx'
import { useShownInstance } from './shown-instance.ts'
import { TagBrowser } from './tag-browser.tsx'
import './tags.css'

/** Every attribute of the image in the active pane, or of a document of the study that no pane can show. */
export function TagsTab({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const { data } = useQuery(detailQuery(useApi(), studyUid))
  const [chosen, setChosen] = useState<SeriesUid | null>(null)
  const documents = data?.series.filter((one) => !one.isViewable) ?? []
  // A study of documents alone shows no image to begin with.
  const document = documents.find((one) => one.seriesUid === chosen) ?? (documents.length === data?.series.length ? documents[0] : undefined) ?? null
  return (
    <div className="tags">
      {documents.length === 0 ? null : (
        <select className="input tags-of" aria-label="Attributes of" value={document?.seriesUid ?? ''} onChange={(event) => { setChosen(documents.find((one) => one.seriesUid === event.target.value)?.seriesUid ?? null) }}>
          {documents.length === data?.series.length ? null : <option value="">The image shown</option>}
          {documents.map((one) => <option key={one.seriesUid} value={one.seriesUid}>{seriesText(one)}</option>)}
        </select>
      )}
      {document === null ? <ShownImage /> : <Document key={document.seriesUid} series={document} />}
    </div>
  )
}

function ShownImage() {
  const shown = useShownInstance(useViewer())
  // While slices run past under the wheel none of them is asked for.
  const settled = useDebounced(shown?.sopInstanceUid ?? null, 200)
  if (shown === null || settled === null) return <EmptyState icon={<Tags aria-hidden />} title="No image is shown" text="The attributes are those of the image in the active pane." />
  const isSettled = settled === shown.sopInstanceUid
  return <TagBrowser sopInstanceUid={settled} frameNumber={shown.frameNumber} about={shown.about} isWaiting={!isSettled} />
}

/** Structured reports, segmentations and the like, one instance at a time. */
function Document({ series }: Readonly<{ series: StudySeries }>) {
  const { data, isError, error, refetch } = useQuery(instancesQuery(useApi(), series.seriesUid))
  const [at, setAt] = useState(0)
  if (data === undefined) return isError ? <ErrorState title="The series can't be read" message={messageOf(error)} onRetry={() => { void refetch() }} /> : <div className="panel-loading"><Skeleton /><Skeleton /></div>
  const uid = data[at] ?? data[0]
  if (uid === undefined) return <EmptyState icon={<Tags aria-hidden />} title="This series is empty" />
  return (
    <>
      {data.length < 2 ? null : (
        <div className="tags-step">
          <IconButton name="Previous document" disabled={at === 0} onClick={() => { setAt(at - 1) }}><ChevronLeft aria-hidden /></IconButton>
          <span>{at + 1} of {data.length}</span>
          <IconButton name="Next document" disabled={at >= data.length - 1} onClick={() => { setAt(at + 1) }}><ChevronRight aria-hidden /></IconButton>
        </div>
      )}
      <TagBrowser sopInstanceUid={uid} frameNumber={null} about={seriesText(series)} isWaiting={false} />
    </>
  )
}

function seriesText({ modality, description, seriesNumber }: StudySeries): string {
  return [modality, description || `Series ${seriesNumber ?? ''}`.trim()].filter((part) => part !== '').join(' · ')
}
