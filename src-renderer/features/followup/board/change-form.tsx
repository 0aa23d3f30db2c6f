import { useState } from 'react'
import { actionConditions, risks, type ActionCondition, type ActionPatch, type ScheduledAction } from '../../../../src-shared/followup.ts'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { conditionWords, filledText, riskWords } from '../followup-texts.ts'
import { Choice, optionsOf, Preview, TextBox } from '../parts.tsx'
import { instantOfLocal, localInput } from '../times.ts'
import { useActionActs } from '../use-followup.ts'
import { useSite } from '../use-site.ts'

/** When, how pressing, in which words, and under what conditions. Only what was changed is written. */
export function ChangeForm({ action, onDone }: Readonly<{ action: ScheduledAction, onDone: () => void }>) {
  const { change } = useActionActs()
  const site = useSite()
  const { dueAt, timeZone } = action
  const [local, setLocal] = useState(() => localInput(dueAt, timeZone))
  const [risk, setRisk] = useState(action.risk)
  const [text, setText] = useState(action.text)
  const [conditions, setConditions] = useState(action.conditions)
  const at = instantOfLocal(local, timeZone)
  const isMessage = action.kind === 'sms' || action.kind === 'call'
  const hasWords = !isMessage || text.trim() !== ''
  const patch: ActionPatch = {
    revision: action.revision, ...(at === null || local === localInput(dueAt, timeZone) ? {} : { dueAt: at }), ...(risk === action.risk ? {} : { risk }), ...(text.trim() === action.text ? {} : { text: filledText(text, { ...site, link: '{link}' }) }),
    ...(conditions.length === action.conditions.length && conditions.every((one) => action.conditions.includes(one)) ? {} : { conditions })
  }
  const save = () => {
    if (Object.keys(patch).length === 1) onDone()
    else change.mutate({ id: action.id, patch }, { onSuccess: onDone })
  }
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); save() }}>
      <div className="followup-pair">
        <Field label={`When, by the clock where the patient is (${timeZone})`} type="datetime-local" value={local} required error={at === null ? 'A date and a time.' : null} onChange={(event) => { setLocal(event.target.value) }} />
        <Choice label="Risk" value={risk} options={optionsOf(risks, riskWords)} onChoose={setRisk} />
      </div>
      <TextBox label={isMessage ? 'Text' : 'What is to be done'} value={text} onChange={setText} />
      {isMessage ? <Preview text={text} isSms={action.kind === 'sms'} /> : null}
      <Conditions conditions={conditions} onChange={setConditions} />
      {change.isError ? <p className="field-error" role="alert">{messageOf(change.error)}</p> : null}
      <div className="dialog-actions"><Button onClick={onDone}>Leave it</Button><Button tone="primary" isSubmit disabled={at === null || !hasWords || change.isPending}>Save</Button></div>
    </form>
  )
}

/** Checked when the time has come; where one does not hold, the action is skipped and says so. */
export function Conditions({ conditions, onChange }: Readonly<{ conditions: readonly ActionCondition[], onChange: (conditions: ActionCondition[]) => void }>) {
  return (
    <fieldset className="followup-box"><legend>Only</legend>
      {actionConditions.map((one) => <label key={one} className="row"><input type="checkbox" checked={conditions.includes(one)} onChange={(event) => { onChange(event.target.checked ? [...conditions, one] : conditions.filter((other) => other !== one)) }} /><span>{conditionWords[one]}</span></label>)}
    </fieldset>
  )
}
