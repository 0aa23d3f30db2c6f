import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import { showsMeasurement, visiblePanes, type Measurement, type PaneId, type StudyViewer, type ViewerState } from '../../../viewer/index.ts'
import { labelInput } from '../label-input.ts'

/** Where the words of an arrow, a text or a label are written: over the picture, at the drawing. Enter keeps them, Escape takes them back. */
export function LabelEntry({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const writing = useStore(viewer.store, (state) => state.writing)
  const measurement = useStore(viewer.store, (state) => state.measurements.find((one) => one.id === state.writing?.id))
  const home = useStore(viewer.store, (state) => (measurement === undefined ? null : homeOf(viewer, state, measurement)))
  const view = viewer.pane(id)
  if (writing?.place !== 'pane' || measurement === undefined || home !== id) return null
  const point = measurement.pointsMm[measurement.tool === 'arrow' ? 1 : 0]
  const at = point === undefined ? null : view.project(point)
  if (at === null) return null
  const left = Math.max(4, Math.min(at[0] + 8, view.size.width - widthPx - 4)), top = Math.max(4, Math.min(at[1] - 12, view.size.height - 32))
  return <Field viewer={viewer} label={measurement.label} style={{ left, top, width: widthPx }} />
}

/** Of the panes that show a measurement the active one, else the first. */
function homeOf(viewer: StudyViewer, state: ViewerState, measurement: Measurement): PaneId | null {
  const showing = visiblePanes(state).filter((pane) => showsMeasurement({ pane: state.panes[pane], view: viewer.pane(pane) }, measurement))
  return showing.find((pane) => pane === state.activePane) ?? showing[0] ?? null
}

const widthPx = 220

function Field({ viewer, label, style }: Readonly<{ viewer: StudyViewer; label: string; style: Readonly<{ left: number; top: number; width: number }> }>) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const element = field.current
    element?.select()
    return () => { element?.closest<HTMLElement>('.pane')?.focus() }
  }, [])
  return <input ref={field} className="label-entry" aria-label="Words of the measurement" value={label} style={style} {...labelInput(viewer)} />
}
