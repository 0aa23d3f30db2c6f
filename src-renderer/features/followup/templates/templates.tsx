import { useQuery } from '@tanstack/react-query'
import { MessageSquareText, Phone, Plus, Route } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { MessageTemplate, MessageTemplateWrite, PlanTemplate, PlanTemplateWrite, TemplateList } from '../../../../src-shared/followup.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { followupTemplatesQuery } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { ErrorState, Skeleton } from '../../../ui/states.tsx'
import { useHasRole } from '../../session/index.ts'
import { templateIdOf } from '../followup-texts.ts'
import { MessageEditor } from './message-editor.tsx'
import { PlanEditor } from './plan-editor.tsx'

type Chosen = Readonly<{ kind: 'messages' | 'plans', id: string }>
/** What is typed and not saved, by template: going to another one loses nothing. */
type Drafts = Readonly<{ messages: Readonly<Record<string, MessageTemplateWrite>>, plans: Readonly<Record<string, PlanTemplateWrite>> }>

export function Templates() {
  const templates = useQuery(followupTemplatesQuery(useApi()))
  if (templates.data !== undefined) return <Known list={templates.data} />
  return templates.isError ? <ErrorState title="The templates can't be read" message={messageOf(templates.error)} onRetry={() => { void templates.refetch() }} /> : <Skeleton height={320} />
}

const without = <T,>(all: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> => Object.fromEntries(Object.entries(all).filter(([other]) => other !== id))
const newMessage = (id: string): MessageTemplate => ({ id, name: 'New message', kind: 'sms', texts: { en: '{clinic}: Reply STOP to end messages.', es: '{clinic}: Responda STOP para terminar.' }, isBuiltIn: false, revision: 0 })
const newPlan = (id: string): PlanTemplate => ({ id, name: 'New plan', steps: [{ kind: 'portal-release', afterHours: 0, templateId: null, text: '', conditions: [], risk: 'routine' }], isBuiltIn: false, revision: 0 })
const withDrafts = <T extends Readonly<{ id: string }>>(stored: readonly T[], added: readonly T[]): readonly T[] => [...stored, ...added.filter(({ id }) => !stored.some((one) => one.id === id))]

function Known({ list }: Readonly<{ list: TemplateList }>) {
  const mayEdit = useHasRole('clinician', 'admin')
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [drafts, setDrafts] = useState<Drafts>({ messages: {}, plans: {} })
  const messages = withDrafts<MessageTemplate>(list.messages, Object.values(drafts.messages).map((one) => ({ ...one, isBuiltIn: false })))
  const plans = withDrafts<PlanTemplate>(list.plans, Object.values(drafts.plans).map((one) => ({ ...one, isBuiltIn: false })))
  const current = chosen ?? { kind: 'messages', id: messages[0]?.id ?? '' }
  const message = current.kind === 'messages' ? messages.find(({ id }) => id === current.id) : undefined
  const plan = current.kind === 'plans' ? plans.find(({ id }) => id === current.id) : undefined
  const setMessage = (id: string, draft: MessageTemplateWrite | null) => { setDrafts((before) => ({ ...before, messages: draft === null ? without(before.messages, id) : { ...before.messages, [id]: draft } })) }
  const setPlan = (id: string, draft: PlanTemplateWrite | null) => { setDrafts((before) => ({ ...before, plans: draft === null ? without(before.plans, id) : { ...before.plans, [id]: draft } })) }
  const addMessage = () => { const made = newMessage(templateIdOf('New message', messages.map(({ id }) => id))); setMessage(made.id, made); setChosen({ kind: 'messages', id: made.id }) }
  const addPlan = () => { const made = newPlan(templateIdOf('New plan', plans.map(({ id }) => id))); setPlan(made.id, made); setChosen({ kind: 'plans', id: made.id }) }
  const row = (kind: Chosen['kind'], { id, name, revision, isBuiltIn }: MessageTemplate | PlanTemplate, icon: ReactNode) => (
    <li key={id}><button type="button" className="followup-row" {...(current.kind === kind && current.id === id ? { 'aria-current': 'true' as const } : {})} onClick={() => { setChosen({ kind, id }) }}>
      <span className="row">{icon}<span className="grow ellipsis">{name}</span>{drafts[kind][id] !== undefined ? <span className="badge badge-warning">not saved</span> : isBuiltIn && revision > 0 ? <span className="badge">changed</span> : null}</span>
    </button></li>
  )
  return (
    <div className="followup-templates">
      <nav className="followup-list" aria-label="Templates">
        <div className="row"><h3 className="grow">Messages</h3>{mayEdit ? <Button tone="quiet" aria-label="Add a message" onClick={addMessage}><Plus aria-hidden />Add</Button> : null}</div>
        <ul className="followup-rows">{messages.map((one) => row('messages', one, one.kind === 'call' ? <Phone aria-label="Call" /> : <MessageSquareText aria-label="Text" />))}</ul>
        <div className="row"><h3 className="grow">Plans</h3>{mayEdit ? <Button tone="quiet" aria-label="Add a plan" onClick={addPlan}><Plus aria-hidden />Add</Button> : null}</div>
        <ul className="followup-rows">{plans.map((one) => row('plans', one, <Route aria-hidden />))}</ul>
      </nav>
      {message === undefined ? null : <MessageEditor key={message.id} template={message} draft={drafts.messages[message.id] ?? null} isStored={list.messages.some(({ id }) => id === message.id)} mayEdit={mayEdit} onDraft={(draft) => { setMessage(message.id, draft) }} />}
      {plan === undefined ? null : <PlanEditor key={plan.id} template={plan} draft={drafts.plans[plan.id] ?? null} messages={list.messages} isStored={list.plans.some(({ id }) => id === plan.id)} mayEdit={mayEdit} onDraft={(draft) => { setPlan(plan.id, draft) }} />}
    </div>
  )
}
