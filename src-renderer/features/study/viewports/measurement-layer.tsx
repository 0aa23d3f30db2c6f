import { useStore } from 'zustand'
import { labelLines, outlineOf, placeLabels, showsMeasurement, type Measurement, type PaneId, type PaneView, type StudyViewer } from '../../../viewer/index.ts'
import { DraftShape, MeasurementShape } from './measurement-shape.tsx'
import './measurements.css'

/** The measurements on the picture of one pane, and the one being drawn; their words keep off the drawings and off each other. Goes into the pane's SVG. */
export function MeasurementLayer({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const measurements = useStore(viewer.store, (state) => state.measurements)
  const selectedId = useStore(viewer.store, (state) => state.selectedMeasurementId)
  const draft = useStore(viewer.store, (state) => state.draft)
  const writing = useStore(viewer.store, (state) => state.writing)
  // Drawn anew with each picture of the pane, which counts them.
  const pane = useStore(viewer.store, (state) => state.panes[id])
  const view = viewer.pane(id)
  const shown = measurements.filter((measurement) => showsMeasurement({ pane, view }, measurement)).flatMap((measurement) => drawn(measurement, view, writing?.place === 'pane' && writing.id === measurement.id))
  const places = placeLabels(shown.map(({ anchors, textLines }) => ({ lines: anchors, textLines })), view.size)
  const outlineOfDraft = draft?.pane === id ? outlineOf(draft, (point) => view.project(point), true) : null
  return (
    <>
      {shown.map(({ measurement, outline, textLines }, at) => {
        const place = places[at]
        return place === undefined ? null : (
          <MeasurementShape
            key={measurement.id} measurement={measurement} outline={outline} textLines={textLines} place={place} isSelected={measurement.id === selectedId}
            onSelect={() => { viewer.selectMeasurement(measurement.id) }} onWrite={() => { viewer.labels.start(measurement.id, 'pane') }}
          />
        )
      })}
      {outlineOfDraft === null ? null : <DraftShape outline={outlineOfDraft} />}
    </>
  )
}

/** A text has no lines: its words stand beside its point. */
function drawn(measurement: Measurement, view: PaneView, isWritten: boolean) {
  const outline = outlineOf(measurement, (point) => view.project(point))
  if (outline === null) return []
  // Under the field in which they are written, the words would stand twice.
  const textLines = isWritten ? [] : labelLines(measurement)
  return [{ measurement, outline, textLines, anchors: outline.lines.length > 0 ? outline.lines : [outline.handles] }]
}
