import { Link } from '@tanstack/react-router'
import { Check, PencilLine, RotateCw, Route, X } from 'lucide-react'
import type { ScheduledAction } from '../../../../src-shared/followup.ts'
import { Button } from '../../../ui/button.tsx'
import { shortPersonName } from '../../../ui/format.ts'
import { useHasRole } from '../../session/index.ts'
import { canAct, conditionWords, doneWord, kindWords, shownText } from '../followup-texts.ts'
import { KindMark, RiskMark, StateMark } from '../parts.tsx'
import { relativeText, zonedText } from '../times.ts'
import { useDesk } from './action-desk.tsx'

type CardProps = Readonly<{ action: ScheduledAction, nowMs: number, isOfPatient?: boolean, isOfStudy?: boolean }>

/** One action: whose, what, when, in which words, how it stands, and what can be done. `isOfPatient`: the screen says whose it is. */
export function ActionCard({ action, nowMs, isOfPatient = false, isOfStudy = false }: CardProps) {
  const { kind, risk, state, dueAt, doneAt, timeZone, text, outcome, conditions, attempts, patientId, patientName } = action
  const name = shortPersonName(patientName)
  const at = doneAt ?? dueAt
  return (
    <li className="followup-card" data-risk={risk} data-state={state}>
      <div className="row followup-card-head">
        {isOfPatient ? null : <Link className="followup-card-name" to="/follow-up" search={{ patient: patientId }}>{name}</Link>}
        <KindMark kind={kind} /><RiskMark risk={risk} />
      </div>
      <p className="small tabular"><time dateTime={at}>{zonedText(at, timeZone)}</time> <span className="quiet">{timeZone}, {relativeText(at, nowMs)}</span></p>
      {conditions.length === 0 ? null : <p className="small quiet">Only {conditions.map((one) => conditionWords[one]).join(' and ')}.</p>}
      {text === '' ? null : <p className="followup-words">{shownText(text)}</p>}
      <p className="small"><StateMark state={state} />{outcome === '' ? '' : <span className="followup-outcome"> {outcome}</span>}{attempts > 1 ? <span className="quiet"> {attempts} tries.</span> : null}</p>
      <Acts action={action} name={name} isOfStudy={isOfStudy} />
    </li>
  )
}

function Acts({ action, name, isOfStudy }: Readonly<{ action: ScheduledAction, name: string, isOfStudy: boolean }>) {
  const run = useDesk()
  const maySend = useHasRole('clinician', 'admin')
  const of = `${kindWords[action.kind].toLowerCase()} for ${name}`
  const can = { change: maySend && canAct('change', action), done: canAct('done', action), retry: maySend && canAct('retry', action), cancel: canAct('cancel', action) }
  const study = isOfStudy ? null : action.studyUid
  if (study === null && !can.change && !can.done && !can.retry && !can.cancel) return null
  return (
    <div className="row followup-card-acts">
      {can.done ? <Button aria-label={`${doneWord(action)}: ${of}`} onClick={() => { run('done', action) }}><Check aria-hidden />{doneWord(action)}</Button> : null}
      {can.retry ? <Button tone="quiet" aria-label={`Once more: ${of}`} onClick={() => { run('retry', action) }}><RotateCw aria-hidden />Once more</Button> : null}
      {can.change ? <Button tone="quiet" aria-label={`Change: ${of}`} onClick={() => { run('change', action) }}><PencilLine aria-hidden />Change</Button> : null}
      {can.cancel ? <Button tone="quiet" aria-label={`Call off: ${of}`} onClick={() => { run('cancel', action) }}><X aria-hidden />Call off</Button> : null}
      {study === null ? null : <Link className="button button-quiet followup-to" to="/follow-up" search={{ study }} aria-label={`Plan: ${of}`}><Route aria-hidden />Plan</Link>}
    </div>
  )
}
