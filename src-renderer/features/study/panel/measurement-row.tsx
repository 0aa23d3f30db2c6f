import { Pencil, Trash2 } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import { IconButton } from '../../../ui/button.tsx'
import { toolNames, valueText, type Measurement, type StudyViewer } from '../../../viewer/index.ts'
import { labelInput } from '../label-input.ts'

type MeasurementRowProps = Readonly<{ viewer: StudyViewer; measurement: Measurement; isSelected: boolean }>

/** One measurement in the list. Enter shows it, F2 writes its label, Delete takes it away (and undo brings it back). */
export function MeasurementRow({ viewer, measurement, isSelected }: MeasurementRowProps) {
  const isWriting = useStore(viewer.store, ({ writing }) => writing?.id === measurement.id && writing.place === 'list')
  const { id, tool, label, note, basisText, values } = measurement
  const name = toolNames[tool]
  const write = () => { viewer.labels.start(id, 'list') }
  return (
    <li data-selected={isSelected} data-row={id}>
      {isWriting ? <LabelField viewer={viewer} label={label} name={name} /> : (
        <button
          type="button" className="measured-main" onClick={() => { void viewer.showMeasurement(id) }} onFocus={() => { viewer.selectMeasurement(id) }}
          onKeyDown={(event) => { if (event.key === 'F2') { event.preventDefault(); write() } }}
        >
          <span><span className="quiet">{name}</span>{label === '' ? '' : ` · ${label}`}</span>
          {values.length === 0 ? null : <span className="measured-values">{[...values.map((value) => valueText(tool, value)), ...(note === null ? [] : [note])].map((part) => <span key={part}>{part}</span>)}</span>}
          {values.length === 0 ? null : <span className="quiet small">{basisText}</span>}
        </button>
      )}
      <IconButton name={`Label this ${name.toLowerCase()}`} chord="f2" onClick={write}><Pencil aria-hidden /></IconButton>
      <IconButton name={`Delete this ${name.toLowerCase()}`} onClick={() => { viewer.removeMeasurement(id) }}><Trash2 aria-hidden /></IconButton>
    </li>
  )
}

function LabelField({ viewer, label, name }: Readonly<{ viewer: StudyViewer; label: string; name: string }>) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const row = field.current?.closest('li')
    field.current?.select()
    // The row's own button is back by then.
    return () => { setTimeout(() => { if (document.activeElement === document.body) row?.querySelector<HTMLElement>('.measured-main')?.focus() }, 0) }
  }, [])
  return <input ref={field} className="measured-label" aria-label={`Label of this ${name.toLowerCase()}`} value={label} {...labelInput(viewer)} />
}
