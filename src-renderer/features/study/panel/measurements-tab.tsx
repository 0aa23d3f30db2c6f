import { useQuery } from '@tanstack/react-query'
import { ClipboardCopy, Redo2, Ruler, Undo2 } from 'lucide-react'
import { useStore } from 'zustand'
import { assertNever } from '../../../../src-shared/errors.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { detailQuery } from '../../../api/queries.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { useChordOf } from '../../../ui/commands-context.tsx'
import { chordText } from '../../../ui/keys.ts'
import { useNotify } from '../../../ui/notices.tsx'
import { EmptyState } from '../../../ui/states.tsx'
import type { StudyViewer } from '../../../viewer/index.ts'
import { KeyImagesList } from '../key-images/key-images-list.tsx'
import { useViewer } from '../viewer-link.tsx'
import { groupMeasurements, measurementTable, type MeasurementGroup } from './measurement-groups.ts'
import { MeasurementRow } from './measurement-row.tsx'
import './measurements.css'

/** Everything that was drawn, by series, with its values, their units and basis; a click shows it where it was drawn. */
export function MeasurementsTab({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const viewer = useViewer()
  const measurements = useStore(viewer.store, (state) => state.measurements)
  const selectedId = useStore(viewer.store, (state) => state.selectedMeasurementId)
  const detail = useQuery(detailQuery(useApi(), studyUid))
  const groups = groupMeasurements(measurements, detail.data?.series ?? [])
  return (
    <div className="panel-fill">
      <SaveBanner viewer={viewer} />
      <Bar viewer={viewer} groups={groups} />
      {measurements.length === 0 ? <NothingMeasured /> : (
        <div className="measured" onKeyDown={(event) => { if (moveFocus(event.currentTarget, event.key)) event.preventDefault() }} role="presentation">
          {groups.map(({ seriesUid, title, measurements: members }) => (
            <section key={seriesUid} aria-label={title}>
              <h3 className="measured-series"><span className="grow">{title}</span><span className="tab-count">{members.length}</span></h3>
              <ul>{members.map((one) => <MeasurementRow key={one.id} viewer={viewer} measurement={one} isSelected={one.id === selectedId} />)}</ul>
            </section>
          ))}
        </div>
      )}
      <KeyImagesList studyUid={studyUid} onJump={({ seriesUid, sopInstanceUid, frameNumber }) => { void viewer.jumpTo({ seriesUid, sopInstanceUid, frameNumber, centreMm: null }) }} />
    </div>
  )
}

function NothingMeasured() {
  const named = (name: string, chord: string | undefined) => chord === undefined ? name : `${name} (${chordText(chord)})`
  const length = named('Length', useChordOf('viewer.tool.length')), ellipse = named('Ellipse', useChordOf('viewer.tool.ellipse'))
  return <EmptyState icon={<Ruler aria-hidden />} title="Nothing measured by hand" text={`Choose a measuring tool from the toolbar, as ${length} or ${ellipse}, and draw in the image.`} />
}

/** Up and down go from one measurement to the next. */
function moveFocus(list: HTMLElement, key: string): boolean {
  const by = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
  const rows = [...list.querySelectorAll<HTMLElement>('.measured-main')]
  const at = rows.findIndex((row) => row === document.activeElement)
  if (by === 0 || at < 0) return false
  rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus()
  return true
}

function Bar({ viewer, groups }: Readonly<{ viewer: StudyViewer; groups: readonly MeasurementGroup[] }>) {
  const steps = useStore(viewer.store, (state) => state.steps)
  const notify = useNotify()
  const count = groups.reduce((sum, { measurements }) => sum + measurements.length, 0)
  const copy = () => {
    navigator.clipboard.writeText(measurementTable(groups)).then(
      () => { notify('done', count === 1 ? 'One measurement is copied as a table.' : `${String(count)} measurements are copied as a table.`) },
      () => { notify('error', 'The clipboard refused the measurements. Click into the window and copy again.') }
    )
  }
  return (
    <div className="measured-bar">
      <span className="grow quiet small">{count === 1 ? '1 measurement' : `${String(count)} measurements`}</span>
      <IconButton name={steps.undo === null ? 'Nothing to undo' : `Undo: ${steps.undo}`} aria-disabled={steps.undo === null} onClick={() => { viewer.run({ name: 'undo' }) }}><Undo2 aria-hidden /></IconButton>
      <IconButton name={steps.redo === null ? 'Nothing to do again' : `Do again: ${steps.redo}`} aria-disabled={steps.redo === null} onClick={() => { viewer.run({ name: 'redo' }) }}><Redo2 aria-hidden /></IconButton>
      <IconButton name="Copy as a table" aria-disabled={count === 0} onClick={() => { if (count > 0) copy() }}><ClipboardCopy aria-hidden /></IconButton>
    </div>
  )
}

function SaveBanner({ viewer }: Readonly<{ viewer: StudyViewer }>) {
  const save = useStore(viewer.store, (state) => state.save)
  switch (save.kind) {
    case 'saved': return null
    case 'saving': return <output className="panel-note quiet small">Saving {save.waiting}…</output>
    case 'failed': return <div className="banner banner-warning" role="alert"><span className="grow">Not saved: {save.reason}</span><Button onClick={() => { viewer.retrySaving() }}>Save now</Button></div>
    default: return assertNever(save)
  }
}
