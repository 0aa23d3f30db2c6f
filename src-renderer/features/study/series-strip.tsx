import { FileText, TriangleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { StudySeries } from '../../../src-shared/studies.ts'
import { thumbnailUrl } from '../../api/studies.ts'
import { Picture } from '../../ui/picture.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { visiblePanes } from '../../viewer/index.ts'
import { warningTexts } from './series-warnings.ts'
import { useViewer } from './viewer-link.tsx'
import { writeSeriesDrag } from './viewports/series-drag.ts'

/** Every series of the study; what can't be drawn is listed last, with its reason. */
export function SeriesStrip({ studyUid, series }: Readonly<{ studyUid: StudyUid, series: readonly StudySeries[] }>) {
  const viewer = useViewer()
  const openUid = useStore(viewer.store, ({ panes, activePane }) => panes[activePane].seriesUid)
  const shownUids = useStore(viewer.store, useShallow((state) => visiblePanes(state).flatMap((id) => state.panes[id].seriesUid ?? [])))
  const viewable = series.filter((one) => one.isViewable)
  useEffect(() => {
    viewer.setSeriesOrder(studyUid, series.filter((one) => one.isViewable).map(({ seriesUid, modality, frameOfReferenceUid, frames }) => ({ seriesUid, modality, frameOfReferenceUid, frames })))
  }, [viewer, studyUid, series])
  return (
    <nav className="strip" aria-label="Series">
      <ul>
        {[...viewable, ...series.filter((one) => !one.isViewable)].map((one) => <li key={one.seriesUid}><SeriesItem series={one} studyUid={studyUid} isOpen={one.seriesUid === openUid} isShown={shownUids.includes(one.seriesUid)} onOpen={() => { void viewer.openSeries(one.seriesUid) }} /></li>)}
      </ul>
    </nav>
  )
}

type SeriesItemProps = Readonly<{ studyUid: StudyUid, series: StudySeries, isOpen: boolean, isShown: boolean, onOpen: () => void }>

/** Opens in the active pane by a click, and in any pane by dragging it there. */
function SeriesItem({ studyUid, series, isOpen, isShown, onOpen }: SeriesItemProps) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => { if (isOpen) button.current?.scrollIntoView({ block: 'nearest' }) }, [isOpen])
  const warnings = warningTexts(series)
  const name = series.description || `Series ${series.seriesNumber ?? ''}`.trim()
  return (
    <button ref={button} type="button" className="strip-item" data-shown={isShown} disabled={!series.isViewable} onClick={onOpen}
      draggable={series.isViewable} onDragStart={(event) => { writeSeriesDrag(event.dataTransfer, { studyUid, seriesUid: series.seriesUid }) }} {...(isOpen ? { 'aria-current': true } : {})}>
      <span className="strip-picture">
        {series.isViewable ? <Picture src={thumbnailUrl(series.seriesUid)} alt="" /> : <FileText aria-hidden />}
        <span className="strip-count">{series.frames}<span className="visually-hidden"> {series.frames === 1 ? 'image' : 'images'}. </span></span>
        {warnings.length === 0 ? null : <Tooltip text={warnings.join(' ')} side="right"><span className="strip-warning"><TriangleAlert aria-hidden /><span className="visually-hidden">{warnings.join(' ')} </span></span></Tooltip>}
      </span>
      <span className="strip-name">{series.modality} · {name}</span>
      {series.notViewableReason === null ? null : <span className="strip-reason">{series.notViewableReason}</span>}
    </button>
  )
}
