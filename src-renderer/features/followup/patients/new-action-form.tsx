import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { actionKinds, risks, type ActionCondition, type ActionKind, type FollowupPatient, type MessageTemplate, type Risk } from '../../../../src-shared/followup.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { followupTemplatesQuery } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { Conditions } from '../board/change-form.tsx'
import { filledText, kindWords, riskWords } from '../followup-texts.ts'
import { Choice, optionsOf, Preview, TextBox } from '../parts.tsx'
import { instantOfLocal, localInput } from '../times.ts'
import { usePatientActs } from '../use-followup.ts'
import { useSite } from '../use-site.ts'

const hourMs = 3600 * 1000
const ofStudy: readonly ActionKind[] = ['portal-release', 'export']

/** One action by hand, outside of any plan. */
export function NewActionForm({ patient, onDone }: Readonly<{ patient: FollowupPatient, onDone: () => void }>) {
  const { plan } = usePatientActs(patient.id)
  const site = useSite()
  const templates = useQuery(followupTemplatesQuery(useApi())).data?.messages ?? []
  const [kind, setKind] = useState<ActionKind>('task')
  const [risk, setRisk] = useState<Risk>('routine')
  const [local, setLocal] = useState(() => localInput(new Date(Date.now() + hourMs).toISOString(), patient.timeZone))
  const [text, setText] = useState('')
  const [templateId, setTemplateId] = useState('')
  const [conditions, setConditions] = useState<ActionCondition[]>([])
  const [studyUid, setStudyUid] = useState<string>(patient.studies[0]?.studyUid ?? '')
  const at = instantOfLocal(local, patient.timeZone)
  const isMessage = kind === 'sms' || kind === 'call'
  const study = patient.studies.find((one) => one.studyUid === studyUid)
  const needsStudy = ofStudy.includes(kind)
  const begin = (id: string) => {
    const template: MessageTemplate | undefined = templates.find((one) => one.id === id)
    setTemplateId(id)
    if (template !== undefined) setText(filledText(template.texts[patient.language] === '' ? template.texts.en : template.texts[patient.language], { ...site, link: '{link}' }))
  }
  const lacks = at === null ? 'A date and a time.' : isMessage && text.trim() === '' ? 'What shall be said?' : needsStudy && study === undefined ? 'Which study?' : null
  const save = () => {
    if (at === null) return
    plan.mutate({ kind, dueAt: at, risk, studyUid: study === undefined || kind === 'task' ? null : study.studyUid, conditions, templateId: isMessage && templateId !== '' ? templateId : null, text: filledText(text, { ...site, link: '{link}' }) }, { onSuccess: onDone })
  }
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); save() }}>
      <div className="followup-pair">
        <Choice label="What" value={kind} options={optionsOf(actionKinds, kindWords)} onChoose={(next) => { setKind(next); setTemplateId('') }} />
        <Choice label="Risk" value={risk} options={optionsOf(risks, riskWords)} onChoose={setRisk} />
      </div>
      <Field label={`When, by the clock where the patient is (${patient.timeZone})`} type="datetime-local" value={local} required onChange={(event) => { setLocal(event.target.value) }} />
      {kind === 'task' || patient.studies.length === 0 ? null : <Choice label="Study" value={studyUid} options={patient.studies.map((one) => [one.studyUid, one.title] as const)} onChoose={setStudyUid} />}
      {isMessage ? <Choice label="Begin with a template" value={templateId} options={[['', 'own words'], ...templates.filter((one) => one.kind === kind).map(({ id, name }) => [id, name] as const)]} onChoose={begin} /> : null}
      {needsStudy ? null : <TextBox label={isMessage ? 'Text' : 'What is to be done'} value={text} lang={patient.language} onChange={setText} />}
      {isMessage ? <Preview text={text} isSms={kind === 'sms'} /> : null}
      <Conditions conditions={conditions} onChange={setConditions} />
      {plan.isError ? <p className="field-error" role="alert">{messageOf(plan.error)}</p> : null}
      <div className="dialog-actions">{lacks === null ? null : <span className="quiet small grow">{lacks}</span>}<Button onClick={onDone}>Leave it</Button><Button tone="primary" isSubmit disabled={lacks !== null || plan.isPending}>Plan it</Button></div>
    </form>
  )
}
