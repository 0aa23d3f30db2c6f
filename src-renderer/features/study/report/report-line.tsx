import { Crosshair, Trash2, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ReportLine, ReportSpan } from '../../../../src-shared/reports.ts'
import { Button } from '../../../ui/button.tsx'
import { originNames } from '../../../ui/finding-texts.ts'
import { Tooltip } from '../../../ui/tooltip.tsx'
import { applyTextEdit, restoreChip, textOfSpans, withoutEmptyChips, type NumberSpan } from './spans.ts'

type LineProps = Readonly<{
  line: ReportLine
  label: string
  onChange: (line: ReportLine) => void
  onRemove: () => void
  onLeave: () => void
  onJump: (findingId: string) => void
}>

/**
 * One line, written as plain text over a painted copy of itself in which the bound numbers stand out. A plain text field is robust: it
 * pastes, undoes, spells and speaks as every other one, and the binding is worked out from what changed.
 */
export function EditableLine({ line, label, onChange, onRemove, onLeave, onJump }: LineProps) {
  const edited = line.spans.flatMap((span, index) => (span.type === 'number' && span.isEdited && span.measured !== null ? [{ span, index }] : []))
  const leave = () => {
    const spans = withoutEmptyChips(line.spans)
    if (spans.length !== line.spans.length) onChange({ ...line, spans })
    onLeave()
  }
  return (
    <li className={`report-line report-line-${line.origin}`}>
      <div className="report-text">
        <div className="report-paint" aria-hidden>{line.spans.map((span, index) => <Painted key={index} span={span} />)}{'\u200b'}</div>
        <textarea aria-label={label} rows={1} spellCheck value={textOfSpans(line.spans)} onBlur={leave}
          onChange={(event) => { onChange({ ...line, spans: applyTextEdit(line.spans, event.target.value.replaceAll('\n', ' ')) }) }} />
      </div>
      <div className="report-line-foot">
        <span className={`badge badge-${line.origin}`}>{originNames[line.origin]}</span>
        {edited.map(({ span, index }) => <EditedChip key={index} span={span} onRestore={() => { onChange({ ...line, spans: restoreChip(line.spans, index) }) }} />)}
        <span className="grow" />
        {line.findingId === null ? null : <LineButton name="Show its finding in the image" onClick={() => { onJump(line.findingId ?? '') }}><Crosshair aria-hidden /></LineButton>}
        <LineButton name="Remove this line" onClick={onRemove}><Trash2 aria-hidden /></LineButton>
      </div>
    </li>
  )
}

function LineButton({ name, onClick, children }: Readonly<{ name: string, onClick: () => void, children: ReactNode }>) {
  return <Tooltip text={name}><button type="button" className="report-line-button" aria-label={name} onClick={onClick}>{children}</button></Tooltip>
}

function Painted({ span }: Readonly<{ span: ReportSpan }>) {
  return span.type === 'text' ? span.text : <mark className={chipClass(span)}>{span.text}</mark>
}

/** What was measured, beside what was typed over it, and the way back. */
function EditedChip({ span, onRestore }: Readonly<{ span: NumberSpan, onRestore: () => void }>) {
  return (
    <span className="report-edited">
      {span.text === '' ? 'number removed' : `${span.text} edited`}, measured {span.measured} {span.unit}
      <Button tone="quiet" onClick={onRestore}><Undo2 aria-hidden />Restore<span className="visually-hidden"> the measured {span.measured} {span.unit}</span></Button>
    </span>
  )
}

/** A line that can't be changed any more; each number tells where it is from. */
export function FixedLine({ line, onJump }: Readonly<{ line: ReportLine, onJump: (findingId: string) => void }>) {
  return (
    <li className={`report-line report-line-${line.origin}`}>
      <p className="report-fixed">
        {line.spans.map((span, index) => (span.type === 'text' ? span.text : (
          <Tooltip key={index} text={chipText(span)}>
            <button type="button" className={`report-chip-button ${chipClass(span)}`} disabled={span.findingId === null} onClick={() => { if (span.findingId !== null) onJump(span.findingId) }}>{span.text}</button>
          </Tooltip>
        )))}
      </p>
      <div className="report-line-foot"><span className={`badge badge-${line.origin}`}>{originNames[line.origin]}</span></div>
    </li>
  )
}

export function chipText(span: NumberSpan): string {
  const unit = span.unit === '' ? '' : ` ${span.unit}`
  if (span.measured === null) return `${span.text}${unit}, without a measurement`
  return span.isEdited ? `Edited. Measured: ${span.measured}${unit}` : `Measured: ${span.measured}${unit}`
}

function chipClass(span: NumberSpan): string {
  return span.isEdited ? 'report-chip report-chip-edited' : 'report-chip'
}
