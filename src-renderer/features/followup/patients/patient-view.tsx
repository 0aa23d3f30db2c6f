import { Link } from '@tanstack/react-router'
import { CalendarPlus } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { FollowupPatient, Thread } from '../../../../src-shared/followup.ts'
import { useApi } from '../../../api/api-context.tsx'
import { Button } from '../../../ui/button.tsx'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { useCommands } from '../../../ui/commands-context.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { shortPersonName } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { useHasRole } from '../../session/index.ts'
import { ActionCard } from '../board/action-card.tsx'
import { ActionDesk } from '../board/action-desk.tsx'
import { zonedText } from '../times.ts'
import { Compose } from './compose.tsx'
import { ConsentLedger } from './consent-ledger.tsx'
import { ContactForm } from './contact-form.tsx'
import { Conversation } from './conversation.tsx'
import { NewActionForm } from './new-action-form.tsx'

const isAhead = ({ state }: Thread['actions'][number]) => ['proposed', 'planned', 'open', 'queued', 'unknown', 'failed'].includes(state)

/** One patient: the conversation, and beside it how to reach them, what they agreed to, and what is planned. */
export function PatientView({ thread }: Readonly<{ thread: Thread }>) {
  const { patient, entries, mode, mockCode } = thread
  const name = shortPersonName(patient.name)
  useReadOnOpen(patient)
  return (
    <>
      <section className="followup-thread" aria-label={`Conversation with ${name}`}>
        <header className="row followup-thread-head">
          <h2>{name}</h2>
          <span className="quiet small grow">{[patient.patientId, patient.birthDate === null ? '' : `born ${patient.birthDate}`].filter((part) => part !== '').join(', ')}</span>
          {patient.hasTotp ? <span className="badge">signs in with an app</span> : null}
        </header>
        {mockCode === null ? null : <p className="followup-code"><span className="badge mock-mark">MOCK</span> The code that a phone would have received: <b className="tabular">{mockCode.code}</b>, until {zonedText(mockCode.until, patient.timeZone)} ({patient.timeZone}).</p>}
        <Conversation entries={entries} timeZone={patient.timeZone} />
        <Compose key={patient.id} patient={patient} mode={mode} />
      </section>
      <aside className="followup-aside" aria-label={`About ${name}`}>
        <ContactForm patient={patient} />
        <ConsentLedger patient={patient} />
        <Planned thread={thread} />
        <Studies patient={patient} />
      </aside>
    </>
  )
}

/** What has come is read by being looked at. */
function useReadOnOpen({ id, unread }: Pick<FollowupPatient, 'id' | 'unread'>): void {
  const api = useApi()
  useEffect(() => {
    // Not worth a notice: it is said again at the next look.
    if (unread > 0) api.followup.read(id).catch(() => null)
  }, [api, id, unread])
}

function Planned({ thread: { patient, actions } }: Readonly<{ thread: Thread }>) {
  const now = useNow(15_000)
  const mayPlan = useHasRole('clinician', 'admin')
  const [isPlanning, setIsPlanning] = useState(false)
  const ahead = actions.filter(isAhead).toSorted((a, b) => a.dueAt.localeCompare(b.dueAt))
  useCommands([{ id: 'followup.plan', isEnabled: mayPlan, run: () => { setIsPlanning(true) } }])
  return (
    <section className="followup-part" aria-labelledby="followup-planned">
      <div className="row"><h3 id="followup-planned" className="grow">Planned</h3>{mayPlan ? <Button onClick={() => { setIsPlanning(true) }}><CalendarPlus aria-hidden />Plan <CommandKeys command="followup.plan" /></Button> : null}</div>
      {ahead.length === 0 ? <p className="quiet">Nothing is planned.</p> : <ActionDesk><ul className="followup-cards" aria-label="Planned">{ahead.map((action) => <ActionCard key={action.id} action={action} nowMs={now} isOfPatient />)}</ul></ActionDesk>}
      <Dialog isOpen={isPlanning} onClose={() => { setIsPlanning(false) }} title={`Plan for ${shortPersonName(patient.name)}`} isWide>{isPlanning ? <NewActionForm patient={patient} onDone={() => { setIsPlanning(false) }} /> : null}</Dialog>
    </section>
  )
}

function Studies({ patient: { studies } }: Readonly<{ patient: FollowupPatient }>) {
  return (
    <section className="followup-part" aria-labelledby="followup-studies">
      <h3 id="followup-studies">Studies</h3>
      {studies.length === 0 ? <p className="quiet">None is here any more.</p> : (
        <ul className="stack">
          {studies.map(({ studyUid, title, isSigned, isReleased }) => (
            <li key={studyUid}><div>{title}</div><div className="row small"><span className="quiet grow">{isReleased ? 'on the portal' : isSigned ? 'signed' : 'not signed'}</span><Link to="/follow-up" search={{ study: studyUid }} aria-label={`Plan for ${title}`}>Plan</Link><Link to="/study" search={{ uid: studyUid }} aria-label={`Images of ${title}`}>Images</Link></div></li>
          ))}
        </ul>
      )}
    </section>
  )
}
