import { Check, MapPin, Pencil, RotateCcw, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Finding, VerdictRequest } from '../../../../src-shared/analysis.ts'
import { cropUrl } from '../../../api/analysis.ts'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { densityTexts, findingTitle, originNames, sizeWithErrorText, statusNames } from '../../../ui/finding-texts.ts'
import { Picture } from '../../../ui/picture.tsx'
import type { Reading } from '../../../../src-shared/reading.ts'
import { SecondLookNote } from '../reader/second-look-note.tsx'
import { originalOf } from './finding-groups.ts'

type CardProps = Readonly<{
  finding: Finding
  isSelected: boolean
  isReadOnly: boolean
  /** What a model made of it at a second look. */
  secondLook: Reading | null
  onSelect: () => void
  onVerdict: (verdict: VerdictRequest['verdict']) => void
  onEdit: () => void
}>

/** One finding: what, how large with its error, where, why, and the clinician's verdict on it. */
export function FindingCard({ finding, isSelected, isReadOnly, secondLook, onSelect, onVerdict, onEdit }: CardProps) {
  const card = useRef<HTMLElement>(null)
  const density = densityTexts(finding)
  useEffect(() => { if (isSelected) card.current?.scrollIntoView({ block: 'nearest' }) }, [isSelected])
  return (
    <article ref={card} className={`finding finding-${finding.origin} finding-is-${finding.status}`} data-selected={isSelected} aria-label={findingTitle(finding)}>
      <button type="button" className="finding-main" onClick={onSelect} aria-pressed={isSelected}>
        <Picture className="finding-crop" src={cropUrl(finding)} alt="" />
        <span className="finding-facts">
          <span className="finding-title">{findingTitle(finding)}</span>
          <Value finding={finding} field="diameterMm" text={sizeWithErrorText(finding)} isBig />
          <span className="finding-numbers">
            <Value finding={finding} field="volumeMm3" text={finding.volumeMm3 === null ? null : `${Math.round(finding.volumeMm3)} mm³`} />
            <Value finding={finding} field="meanHu" text={density.mean} />
            <Value finding={finding} field="maxHu" text={density.max} />
          </span>
        </span>
      </button>
      <div className="finding-badges">
        <span className={`badge badge-${finding.origin}`}>{originNames[finding.origin]}</span>
        <span className={`badge finding-state-${finding.status}`}>{statusNames[finding.status]}{finding.decidedBy === null ? '' : ` · ${finding.decidedBy}`}</span>
        {finding.confidence === null ? null : <span className="small quiet">confidence {Math.round(finding.confidence * 100)} %</span>}
      </div>
      {finding.reason === '' ? null : <p className="finding-why">{finding.reason}</p>}
      {secondLook === null ? null : <SecondLookNote reading={secondLook} finding={finding} />}
      {finding.note === '' ? null : <p className="finding-note">{finding.note}</p>}
      {isReadOnly ? null : <Verdict finding={finding} isSelected={isSelected} onVerdict={onVerdict} onEdit={onEdit} />}
    </article>
  )
}

/** An edited value is marked and keeps what was measured beside it. */
function Value({ finding, field, text, isBig = false }: Readonly<{ finding: Finding, field: 'diameterMm' | 'volumeMm3' | 'meanHu' | 'maxHu', text: string | null, isBig?: boolean }>) {
  if (text === null) return null
  const original = originalOf(finding, field)
  const isEdited = finding.edits.some((edit) => edit.field === field)
  return (
    <span className={isBig ? 'finding-size' : ''}>
      {text}{isEdited ? <span className="finding-edited"> edited{original === null ? '' : `, measured ${typeof original === 'number' ? Number(original.toFixed(1)) : original}`}</span> : null}
    </span>
  )
}

function Verdict({ finding, isSelected, onVerdict, onEdit }: Readonly<Pick<CardProps, 'finding' | 'isSelected' | 'onVerdict' | 'onEdit'>>) {
  const key = (command: string) => (isSelected ? <CommandKeys command={command} /> : null)
  const isStanding = finding.status === 'accepted' || finding.status === 'amended'
  return (
    <div className="finding-verdict">
      {isStanding ? null : <Button onClick={() => { onVerdict('accept') }}><Check aria-hidden />Accept {key('finding.accept')}</Button>}
      {finding.status === 'rejected' ? null : <Button onClick={() => { onVerdict('reject') }}><X aria-hidden />Reject {key('finding.reject')}</Button>}
      {finding.status === 'proposed' ? null : <Button tone="quiet" onClick={() => { onVerdict('reopen') }}><RotateCcw aria-hidden />Reopen {key('finding.reopen')}</Button>}
      <Button tone="quiet" onClick={onEdit}><Pencil aria-hidden />Edit {key('finding.edit')}</Button>
      {isSelected ? <span className="finding-here" title="Marked in the image"><MapPin aria-hidden /></span> : null}
    </div>
  )
}
