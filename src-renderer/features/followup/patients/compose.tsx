import { useQuery } from '@tanstack/react-query'
import { Send } from 'lucide-react'
import { useRef, useState } from 'react'
import type { FollowupPatient, Language, MessageTemplate, Thread } from '../../../../src-shared/followup.ts'
import { useApi } from '../../../api/api-context.tsx'
import { followupTemplatesQuery } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { useCommands } from '../../../ui/commands-context.tsx'
import { useHasRole } from '../../session/index.ts'
import { filledText, lengthText, whyNoText } from '../followup-texts.ts'
import { Choice } from '../parts.tsx'
import { usePatientActs } from '../use-followup.ts'
import { useSite } from '../use-site.ts'

/** A text by hand: it goes through the same checks as every other, and its length is counted as it is typed. */
export function Compose({ patient, mode }: Readonly<{ patient: FollowupPatient, mode: Thread['mode'] }>) {
  const maySend = useHasRole('clinician', 'admin')
  const [text, setText] = useState('')
  const box = useRef<HTMLTextAreaElement>(null)
  const { write } = usePatientActs(patient.id)
  const site = useSite()
  const reason = whyNoText(patient)
  useCommands([{ id: 'followup.write', isEnabled: maySend, run: () => { box.current?.focus() } }])
  if (!maySend) return <p className="quiet small followup-compose">A clinician writes to patients.</p>
  const arriving = filledText(text, site)
  const canSend = reason === null && arriving !== '' && !write.isPending
  const send = () => { if (canSend) write.mutate(filledText(text, { ...site, link: '{link}' }), { onSuccess: ({ state }) => { if (state !== 'skipped' && state !== 'failed') setText('') } }) }
  return (
    <form className="followup-compose" onSubmit={(event) => { event.preventDefault(); send() }}>
      {reason === null ? null : <p className="settings-warning small">{reason}</p>}
      <textarea ref={box} className="input" rows={3} maxLength={1600} aria-label="Text to the patient" placeholder="No finding and no diagnosis: a text lies open on a locked screen." lang={patient.language} value={text} onChange={(event) => { setText(event.target.value) }} />
      {arriving === text.trim() ? null : <p className="followup-words small"><span className="quiet">As it arrives: </span>{arriving}</p>}
      <div className="row">
        <Begin language={patient.language} onBegin={setText} />
        <output className="quiet small tabular grow">{lengthText(arriving)}</output>
        <Button tone="primary" isSubmit disabled={!canSend}><Send aria-hidden />{mode === 'mock' ? 'Send (mock)' : 'Send'} <CommandKeys command="followup.write" /></Button>
      </div>
    </form>
  )
}

const textOf = ({ texts }: MessageTemplate, language: Language) => (texts[language] === '' ? texts.en : texts[language])

function Begin({ language, onBegin }: Readonly<{ language: Language, onBegin: (text: string) => void }>) {
  const templates = (useQuery(followupTemplatesQuery(useApi())).data?.messages ?? []).filter(({ kind }) => kind === 'sms')
  return <Choice label="Begin with a template" isBare value="" options={[['', 'Begin with a template'], ...templates.map(({ id, name }) => [id, name] as const)]} onChoose={(id) => { const found = templates.find((one) => one.id === id); if (found !== undefined) onBegin(textOf(found, language)) }} />
}
