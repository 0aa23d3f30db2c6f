import { Check, ImageOff, Pencil, RotateCcw, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ImageRef, Statement, StatementSpan, StatementVerdict } from '../../../../src-shared/reading.ts'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { textOf } from '../../../ui/form.ts'
import { statusNames } from '../../../ui/finding-texts.ts'
import { Tooltip } from '../../../ui/tooltip.tsx'

export type StatementCardProps = Readonly<{
  statement: Statement, isSelected: boolean, isReadOnly: boolean
  onImage: (image: ImageRef) => void, onFinding: (findingId: string) => void
  onVerdict: (verdict: StatementVerdict['verdict'], text?: string) => void
  isAmending: boolean, onAmend: (isOpen: boolean) => void
}>

/** One sentence of a model, for a clinician to take in, throw out, or say better. */
export function StatementCard({ statement, isSelected, isReadOnly, onImage, onFinding, onVerdict, isAmending, onAmend }: StatementCardProps) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => { if (isSelected) card.current?.scrollIntoView({ block: 'nearest' }) }, [isSelected])
  const words = statement.spans.map(({ text }) => text).join('')
  return (
    <article ref={card} className={`statement statement-is-${statement.status}`} data-selected={isSelected} data-statement={statement.id} aria-label={`Sentence of the reader: ${words}`}>
      <p className="statement-text">{statement.spans.map((span, index) => <Span key={index} span={span} onFinding={onFinding} />)}</p>
      {statement.amendedText === null ? null : <p className="statement-amended">{statement.amendedText}</p>}
      <div className="statement-badges">
        <span className="badge badge-model">model</span>
        {statement.isMock ? <span className="badge mock-mark">MOCK</span> : null}
        <span className={`badge finding-state-${statement.status}`}>{statusNames[statement.status]}{statement.decidedBy === null ? '' : ` · ${statement.decidedBy}`}</span>
        {statement.isLocated ? statement.images.map((image) => <button key={image.label} type="button" className="statement-image" onClick={() => { onImage(image) }} aria-label={`Show image ${image.label}`}>{image.label}</button>)
          : <span className="small quiet"><ImageOff aria-hidden className="statement-icon" /> unlocated</span>}
      </div>
      {statement.isFlagged ? <p className="statement-why">{statement.status === 'proposed' ? 'Holds up the signature: it names a number that no measurement stands behind. Accepted, it stands without the number.' : 'A number that no measurement stands behind was cut out.'}</p> : null}
      {isReadOnly ? null : isAmending ? <Amendment words={statement.amendedText ?? words} onCancel={() => { onAmend(false) }} onSave={(text) => { onVerdict('amend', text); onAmend(false) }} /> : (
        <div className="finding-verdict">
          {statement.status === 'accepted' ? null : <Button onClick={() => { onVerdict('accept') }}><Check aria-hidden />Accept {isSelected ? <CommandKeys command="statement.accept" /> : null}</Button>}
          {statement.status === 'rejected' ? null : <Button onClick={() => { onVerdict('reject') }}><X aria-hidden />Reject {isSelected ? <CommandKeys command="statement.reject" /> : null}</Button>}
          <Button tone="quiet" onClick={() => { onAmend(true) }}><Pencil aria-hidden />Amend</Button>
          {statement.status === 'proposed' ? null : <Button tone="quiet" onClick={() => { onVerdict('reopen') }}><RotateCcw aria-hidden />Reopen</Button>}
        </div>
      )}
    </article>
  )
}

function Span({ span, onFinding }: Readonly<{ span: StatementSpan, onFinding: (findingId: string) => void }>) {
  switch (span.type) {
    case 'text': return span.text
    case 'cut': return <Tooltip text="No measurement stands behind this number. It is cut out."><del className="statement-cut">{span.text}</del></Tooltip>
    case 'number': {
      const { findingId } = span
      return findingId === null ? <span className="report-chip">{span.text}</span> : <Tooltip text={`Measured: ${span.measured ?? ''} ${span.unit}`}><button type="button" className="report-chip-button report-chip" onClick={() => { onFinding(findingId) }}>{span.text}</button></Tooltip>
    }
  }
}

function Amendment({ words, onCancel, onSave }: Readonly<{ words: string, onCancel: () => void, onSave: (text: string) => void }>) {
  const [text, setText] = useState(words)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => { field.current?.focus() }, [])
  return (
    <form className="statement-form" onSubmit={(event) => { event.preventDefault(); const given = textOf(new FormData(event.currentTarget), 'text').trim(); if (given !== '') onSave(given) }}>
      <label className="field"><span className="field-label">Your words</span><textarea ref={field} className="input" name="text" rows={3} maxLength={2000} required value={text} onChange={(event) => { setText(event.target.value) }} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); onCancel() } }} /></label>
      <div className="row"><Button isSubmit tone="primary">Use these words</Button><Button onClick={onCancel}>Cancel</Button></div>
    </form>
  )
}
