import { FileText, TriangleAlert } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { StudySeries } from '../../../src-shared/studies.ts'
import { useApi } from '../../api/api-context.tsx'
import { detailQuery } from '../../api/queries.ts'
import { thumbnailUrl } from '../../api/studies.ts'
import { Picture } from '../../ui/picture.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { panesOfGrid, visiblePanes } from '../../viewer/index.ts'
import { KeyImageCount } from './key-images/key-image-marks.tsx'
import { warningTexts } from './series-warnings.ts'
import { useStudyScreen } from './study-state.ts'
import { useViewer } from './viewer-link.tsx'
import { writeSeriesDrag } from './viewports/series-drag.ts'

/** `isOther`: not the study that is read, whose overlays the panel lists. */
type StripProps = Readonly<{ studyUid: StudyUid, series: readonly StudySeries[], isOther?: boolean }>

/** Every series of the study, and of another study of the patient that stands in one of the panes. */
export function SeriesStrip({ studyUid, series }: StripProps) {
  const viewer = useViewer()
  const others = useStore(viewer.store, useShallow((state) => [...new Set(panesOfGrid(state).flatMap((id) => state.panes[id].studyUid ?? []))].filter((uid) => uid !== studyUid)))
  return (
    <nav className="strip" aria-label="Series">
      <SeriesList studyUid={studyUid} series={series} />
      {others.map((uid) => <OtherStudy key={uid} studyUid={uid} />)}
    </nav>
  )
}

/** An earlier study beside the one that is read: its date stands over its series, so that nobody takes one for the other. */
function OtherStudy({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const detail = useQuery(detailQuery(useApi(), studyUid)).data
  if (detail === undefined) return <div className="panel-loading"><Skeleton height={90} /></div>
  return (
    <section aria-label={`Other study of ${detail.study.studyDate ?? 'unknown date'}`}>
      <h2 className="strip-head">{detail.study.studyDate ?? 'No date'}</h2>
      <SeriesList studyUid={studyUid} series={detail.series} isOther />
    </section>
  )
}

/** What can't be drawn is listed last, with its reason. */
function SeriesList({ studyUid, series, isOther = false }: StripProps) {
  const viewer = useViewer()
  const openUid = useStore(viewer.store, ({ panes, activePane }) => panes[activePane].seriesUid)
  const shownUids = useStore(viewer.store, useShallow((state) => visiblePanes(state).flatMap((id) => state.panes[id].seriesUid ?? [])))
  const set = useStudyScreen((state) => state.set)
  const viewable = series.filter((one) => one.isViewable)
  useEffect(() => {
    viewer.setSeriesOrder(studyUid, series.filter((one) => one.isViewable).map(({ seriesUid, modality, description, frameOfReferenceUid, frames }) => ({ seriesUid, modality, description, frameOfReferenceUid, frames })))
  }, [viewer, studyUid, series])
  return (
    <ul>
      {[...viewable, ...series.filter((one) => !one.isViewable)].map((one) => <li key={one.seriesUid}><SeriesItem series={one} studyUid={studyUid} isOpen={one.seriesUid === openUid} isShown={shownUids.includes(one.seriesUid)} canOpen={one.isViewable || (!isOther && overlayModalities.has(one.modality))} onOpen={() => { if (one.isViewable) void viewer.openSeries(one.seriesUid); else set({ tab: 'overlays', openOverlayUid: one.seriesUid }) }} /></li>)}
    </ul>
  )
}

type SeriesItemProps = Readonly<{ studyUid: StudyUid, series: StudySeries, isOpen: boolean, isShown: boolean, canOpen: boolean, onOpen: () => void }>

/** Series of these are read or drawn from the panel's overlays, which a click on them opens. */
const overlayModalities: ReadonlySet<string> = new Set(['SR', 'SEG', 'RTSTRUCT', 'KO', 'PR', 'DOC'])

/** Opens in the active pane by a click, and in any pane by dragging it there. */
function SeriesItem({ studyUid, series, isOpen, isShown, canOpen, onOpen }: SeriesItemProps) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => { if (isOpen) button.current?.scrollIntoView({ block: 'nearest' }) }, [isOpen])
  const warnings = warningTexts(series)
  const name = series.description || `Series ${series.seriesNumber ?? ''}`.trim()
  return (
    <button ref={button} type="button" className="strip-item" data-shown={isShown} disabled={!canOpen} onClick={onOpen}
      draggable={series.isViewable} onDragStart={(event) => { writeSeriesDrag(event.dataTransfer, { studyUid, seriesUid: series.seriesUid }) }} {...(isOpen ? { 'aria-current': true } : {})}>
      <span className="strip-picture" data-document={!series.isViewable}>
        {series.isViewable ? <Picture src={thumbnailUrl(series.seriesUid)} alt="" waitsForView /> : <FileText aria-hidden />}
        <span className="strip-count">{series.frames}<span className="visually-hidden"> {series.frames === 1 ? 'image' : 'images'}. </span></span>
        <KeyImageCount studyUid={studyUid} seriesUid={series.seriesUid} />
        {warnings.length === 0 ? null : <Tooltip text={warnings.join(' ')} side="right"><span className="strip-warning"><TriangleAlert aria-hidden /><span className="visually-hidden">{warnings.join(' ')} </span></span></Tooltip>}
      </span>
      <span className="strip-name">{series.modality} · {name}</span>
      {series.notViewableReason === null ? null : <span className="strip-reason">{series.notViewableReason}</span>}
    </button>
  )
}
