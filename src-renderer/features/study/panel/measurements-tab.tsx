import { Ruler, Trash2 } from 'lucide-react'
import { useStore } from 'zustand'
import { assertNever } from '../../../../src-shared/errors.ts'
import type { AnnotationTool } from '../../../../src-shared/annotations.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/states.tsx'
import type { StudyViewer } from '../../../viewer/index.ts'
import { useViewer } from '../viewer-link.tsx'

const toolNames: Readonly<Record<AnnotationTool, string>> = { length: 'Length', angle: 'Angle', ellipse: 'Ellipse', probe: 'Probe' }

/** Everything that was drawn, with its values; a click shows it where it was drawn. */
export function MeasurementsTab() {
  const viewer = useViewer()
  const measurements = useStore(viewer.store, (state) => state.measurements)
  const selectedId = useStore(viewer.store, (state) => state.selectedMeasurementId)
  const show = (id: string) => {
    viewer.selectMeasurement(id)
    void viewer.showMeasurement(id)
  }
  return (
    <div className="panel-fill">
      <SaveBanner viewer={viewer} />
      {measurements.length === 0 ? <EmptyState icon={<Ruler aria-hidden />} title="Nothing measured by hand" text="Choose length (l), angle (g), ellipse (o) or probe (h), and draw in the image." /> : (
        <ul className="measurements">
          {measurements.map((one) => (
            <li key={one.id} data-selected={one.id === selectedId}>
              <button type="button" className="measurement" onClick={() => { show(one.id) }}><span className="quiet">{toolNames[one.tool]}{one.label === '' ? '' : ` · ${one.label}`}</span><span>{one.text}</span><span className="quiet small">{one.basis}</span></button>
              <IconButton name={`Delete this ${toolNames[one.tool].toLowerCase()}`} onClick={() => { viewer.removeMeasurement(one.id) }}><Trash2 aria-hidden /></IconButton>
            </li>
          ))}
        </ul>
      )}
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
