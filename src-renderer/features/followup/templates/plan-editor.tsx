import { Plus, Trash2 } from 'lucide-react'
import { actionConditions, actionKinds, risks, type ActionKind, type MessageTemplate, type PlanStep, type PlanTemplate, type PlanTemplateWrite } from '../../../../src-shared/followup.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { afterText, conditionWords, kindWords, riskWords } from '../followup-texts.ts'
import { Choice, optionsOf } from '../parts.tsx'
import { useTemplateActs } from '../use-followup.ts'
import { TemplateActs } from './template-acts.tsx'

type EditorProps = Readonly<{ template: PlanTemplate, draft: PlanTemplateWrite | null, messages: readonly MessageTemplate[], isStored: boolean, mayEdit: boolean, onDraft: (draft: PlanTemplateWrite | null) => void }>
const longestHours = 24 * 366
const isMessage = (kind: ActionKind): kind is 'sms' | 'call' => kind === 'sms' || kind === 'call'
const another: PlanStep = { kind: 'task', afterHours: 24, templateId: null, text: '', conditions: [], risk: 'routine' }

/** Steps with their hours from the start, their words, and what has to hold. */
export function PlanEditor({ template, draft, messages, isStored, mayEdit, onDraft }: EditorProps) {
  const { savePlan } = useTemplateActs()
  const { id, name, steps, revision } = draft ?? template
  const set = (change: Partial<PlanTemplateWrite>) => { onDraft({ id, name, steps, revision, ...change }) }
  const setStep = (at: number, change: Partial<PlanStep>) => { set({ steps: steps.map((step, index) => (index === at ? { ...step, ...change } : step)) }) }
  return (
    <form className="followup-editor" aria-label={`Plan ${template.name}`} onSubmit={(event) => { event.preventDefault(); savePlan.mutate({ id, name: name.trim(), steps, revision }, { onSuccess: () => { onDraft(null) } }) }}>
      <Field label="Name" value={name} maxLength={80} disabled={!mayEdit} onChange={(event) => { set({ name: event.target.value }) }} />
      <fieldset className="fieldset-plain followup-steps-table" disabled={!mayEdit}>
        <table className="plain-table">
          <caption className="visually-hidden">Steps</caption>
          <thead><tr><th scope="col">What</th><th scope="col">Hours after the start</th><th scope="col">Words</th><th scope="col">Only</th><th scope="col">Risk</th><th scope="col"><span className="visually-hidden">Acts</span></th></tr></thead>
          {/* Steps have no name but their place. */}
          {/* oxlint-disable-next-line react/no-array-index-key -- every field is controlled, so a place may stand for its step */}
          <tbody>{steps.map((step, at) => <StepRow key={at} step={step} at={at} messages={messages} isOnly={steps.length === 1} onChange={(change) => { setStep(at, change) }} onRemove={() => { set({ steps: steps.filter((_, index) => index !== at) }) }} />)}</tbody>
        </table>
        <Button disabled={steps.length >= 20} onClick={() => { set({ steps: [...steps, { ...another, afterHours: Math.max(...steps.map(({ afterHours }) => afterHours)) }] }) }}><Plus aria-hidden />Add a step</Button>
      </fieldset>
      <TemplateActs kind="plans" template={template} isStored={isStored} isChanged={draft !== null} mayEdit={mayEdit} lacks={lackOf(name, steps)} isSaving={savePlan.isPending} onUndo={() => { onDraft(null) }} />
    </form>
  )
}

function lackOf(name: string, steps: readonly PlanStep[]): string | null {
  if (name.trim() === '') return 'It needs a name.'
  const at = steps.findIndex(({ kind, templateId, text }) => isMessage(kind) && templateId === null && text.trim() === '')
  return at < 0 ? null : `Step ${at + 1} needs words.`
}

type RowProps = Readonly<{ step: PlanStep, at: number, messages: readonly MessageTemplate[], isOnly: boolean, onChange: (change: Partial<PlanStep>) => void, onRemove: () => void }>

function StepRow({ step, at, messages, isOnly, onChange, onRemove }: RowProps) {
  const { kind, afterHours, conditions, risk } = step
  const of = `step ${at + 1}`
  const setHours = (text: string) => { const hours = Number(text); if (text !== '' && hours >= 0 && hours <= longestHours) onChange({ afterHours: hours }) }
  return (
    <tr>
      <td><Choice label={`Kind of ${of}`} isBare value={kind} options={optionsOf(actionKinds, kindWords)} onChoose={(next) => { onChange({ kind: next, templateId: isMessage(next) ? messages.find((one) => one.kind === next)?.id ?? null : null, text: '' }) }} /></td>
      <td><input key={afterHours} className="input tabular" type="number" min={0} max={longestHours} step="any" aria-label={`Hours to ${of}`} defaultValue={afterHours} onBlur={(event) => { setHours(event.target.value) }} /><span className="quiet small">{afterText(afterHours)}</span></td>
      <td><Words step={step} of={of} messages={messages} onChange={onChange} /></td>
      <td>{actionConditions.map((one) => <label key={one} className="row small"><input type="checkbox" checked={conditions.includes(one)} onChange={(event) => { onChange({ conditions: event.target.checked ? [...conditions, one] : conditions.filter((other) => other !== one) }) }} /><span>{conditionWords[one]}</span></label>)}</td>
      <td><Choice label={`Risk of ${of}`} isBare value={risk} options={optionsOf(risks, riskWords)} onChoose={(next) => { onChange({ risk: next }) }} /></td>
      <td><IconButton name={`Remove ${of}`} disabled={isOnly} onClick={onRemove}><Trash2 aria-hidden /></IconButton></td>
    </tr>
  )
}

function Words({ step: { kind, templateId, text }, of, messages, onChange }: Readonly<{ step: PlanStep, of: string, messages: readonly MessageTemplate[], onChange: (change: Partial<PlanStep>) => void }>) {
  if (kind === 'portal-release') return <span className="quiet">the text for the patient</span>
  if (kind === 'export') return <span className="quiet">images and report</span>
  const own = <input className="input" aria-label={`Words of ${of}`} maxLength={500} value={text} onChange={(event) => { onChange({ text: event.target.value }) }} />
  if (!isMessage(kind)) return own
  return (
    <div className="stack">
      <Choice label={`Template of ${of}`} isBare value={templateId ?? ''} options={[['', 'own words'], ...messages.filter((one) => one.kind === kind).map(({ id, name }) => [id, name] as const)]} onChoose={(id) => { onChange({ templateId: id === '' ? null : id, text: '' }) }} />
      {templateId === null ? own : null}
    </div>
  )
}
