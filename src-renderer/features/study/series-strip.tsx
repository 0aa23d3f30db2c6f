import { FileText, TriangleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { StudySeries } from '../../../src-shared/studies.ts'
import { thumbnailUrl } from '../../api/studies.ts'
import { useCommands } from '../../ui/commands-context.tsx'
import { Picture } from '../../ui/picture.tsx'
import { Tooltip } from '../../ui/tooltip.tsx'
import { warningTexts } from './series-warnings.ts'
import { useViewer } from './viewer-link.tsx'

/** Every series of the study; what can't be drawn is listed last, with its reason. */
export function SeriesStrip({ series }: Readonly<{ series: readonly StudySeries[] }>) {
  const viewer = useViewer()
  const openUid = useStore(viewer.store, ({ series: state }) => (state.kind === 'none' ? null : state.seriesUid))
  const viewable = series.filter((one) => one.isViewable)
  const step = (by: number) => {
    const at = viewable.findIndex((one) => one.seriesUid === openUid)
    const next = viewable[Math.min(viewable.length - 1, Math.max(0, at + by))]
    if (next !== undefined && next.seriesUid !== openUid) void viewer.openSeries(next.seriesUid)
  }
  useCommands([
    { id: 'study.previous-series', title: 'Previous series', group: 'Study', keys: ['['], run: () => { step(-1) } },
    { id: 'study.next-series', title: 'Next series', group: 'Study', keys: [']'], run: () => { step(1) } }
  ])
  return (
    <nav className="strip" aria-label="Series">
      <ul>
        {[...viewable, ...series.filter((one) => !one.isViewable)].map((one) => <li key={one.seriesUid}><SeriesItem series={one} isOpen={one.seriesUid === openUid} onOpen={() => { void viewer.openSeries(one.seriesUid) }} /></li>)}
      </ul>
    </nav>
  )
}

function SeriesItem({ series, isOpen, onOpen }: Readonly<{ series: StudySeries, isOpen: boolean, onOpen: () => void }>) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => { if (isOpen) button.current?.scrollIntoView({ block: 'nearest' }) }, [isOpen])
  const warnings = warningTexts(series)
  const name = series.description || `Series ${series.seriesNumber ?? ''}`.trim()
  return (
    <button ref={button} type="button" className="strip-item" disabled={!series.isViewable} onClick={onOpen} {...(isOpen ? { 'aria-current': true } : {})}>
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
