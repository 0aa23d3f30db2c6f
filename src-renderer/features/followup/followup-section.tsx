import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { useState } from 'react'
import { Language, TimeZone, type FollowupSettings, type FollowupSettingsPatch, type FollowupStatus, type TestSend } from '../../../src-shared/followup.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { followupSettingsQuery, followupTemplatesQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'
import { languageNames, mockSentence } from './followup-texts.ts'
import { Choice, optionsOf, Standing, type Options } from './parts.tsx'
import { ZoneField } from './patients/contact-form.tsx'
import { useFollowupSettings } from './use-followup.ts'
import './followup.css'

/** How patients are reached: what is set up, in which hours and how often, and a test. */
export function FollowupSection() {
  const status = useQuery(followupSettingsQuery(useApi()))
  if (status.data === undefined) return status.isError ? <ErrorState title="The settings of the follow-up can't be read" message={messageOf(status.error)} onRetry={() => { void status.refetch() }} /> : <Skeleton height={160} />
  return <Known status={status.data} />
}

function Known({ status }: Readonly<{ status: FollowupStatus }>) {
  const isAdmin = useHasRole('admin')
  const { sms, voice, store, portal, mode } = status
  return (
    <section className="settings-card" aria-labelledby="settings-followup">
      <h2 id="settings-followup">Follow-up</h2>
      {mode === 'mock' ? <p className="followup-band mock-mark">{mockSentence}</p> : null}
      <dl className="facts">
        <dt>Text messages</dt><dd><Standing isWell={sms.isReady} text={`${sms.text}${sms.from === null ? '' : ` From ${sms.from}.`}`} /></dd>
        <dt>Calls</dt><dd><Standing isWell={voice.isReady} text={voice.text} /></dd>
        <dt>Codes and sessions</dt><dd><Standing isWell={store.isReachable} text={store.text} /></dd>
        <dt>Portal</dt><dd><Standing isWell={portal.isReachable} text={portal.text} />{portal.address === '' ? null : <span className="settings-path">{portal.address}</span>}</dd>
      </dl>
      <p className="quiet small">Keys of the providers come from the environment of this workstation and are never shown. <Link to="/follow-up" search={{}}>Open the follow-up</Link></p>
      <Values settings={status.settings} isAdmin={isAdmin} />
      {isAdmin ? <Test /> : <p className="quiet small">An administrator changes these.</p>}
    </section>
  )
}

const hours = (from: number, to: number): Options<string> => Array.from({ length: to - from + 1 }, (_, at) => [String(from + at), `${String(from + at).padStart(2, '0')}:00`] as const)
const numbers = (to: number): Options<string> => Array.from({ length: to }, (_, at) => [String(at + 1), String(at + 1)] as const)

function Values({ settings, isAdmin }: Readonly<{ settings: FollowupSettings, isAdmin: boolean }>) {
  const { change } = useFollowupSettings()
  const plans = useQuery(followupTemplatesQuery(useApi())).data?.plans ?? []
  const set = (patch: FollowupSettingsPatch) => { change.mutate(patch) }
  const off = !isAdmin
  const known = plans.some(({ id }) => id === settings.planTemplateId)
  return (
    <>
      <div className="followup-pair">
        <Kept label="Name of the clinic, in messages, calls and on the portal" value={settings.clinicName} max={80} isDisabled={off} refusal={(text) => (text === '' ? 'A message needs a sender.' : null)} onSet={(clinicName) => { set({ clinicName }) }} />
        <Kept label="Its telephone" value={settings.clinicPhone} max={40} isDisabled={off} refusal={() => null} onSet={(clinicPhone) => { set({ clinicPhone }) }} />
      </div>
      <div className="followup-four">
        <Choice label="A phone may ring from" value={String(settings.contactFrom)} options={hours(8, 20)} isDisabled={off} onChoose={(hour) => { set({ contactFrom: Number(hour) }) }} />
        <Choice label="to (where the patient is)" value={String(settings.contactTo)} options={hours(9, 21)} isDisabled={off} onChoose={(hour) => { set({ contactTo: Number(hour) }) }} />
        <Choice label="Most a day and number" value={String(settings.mostPerDay)} options={numbers(10)} isDisabled={off} onChoose={(most) => { set({ mostPerDay: Number(most) }) }} />
        <Choice label="Most a week and number" value={String(settings.mostPerWeek)} options={numbers(30)} isDisabled={off} onChoose={(most) => { set({ mostPerWeek: Number(most) }) }} />
      </div>
      <div className="followup-four">
        <Choice label="Language at first" value={settings.defaultLanguage} options={optionsOf(Language.options, languageNames)} isDisabled={off} onChoose={(defaultLanguage) => { set({ defaultLanguage }) }} />
        <Zone key={settings.defaultTimeZone} value={settings.defaultTimeZone} isDisabled={off} onSet={(defaultTimeZone) => { set({ defaultTimeZone }) }} />
        <Kept label="Country, if no +" value={settings.defaultCountry} max={2} isDisabled={off} refusal={(text) => (/^[A-Za-z]{2}$/.test(text) ? null : 'Two letters, as in US.')} onSet={(text) => { set({ defaultCountry: text.toUpperCase() }) }} />
        <Choice label="Tries of a call" value={String(settings.callAttempts)} options={numbers(5)} isDisabled={off} onChoose={(most) => { set({ callAttempts: Number(most) }) }} />
      </div>
      <Choice label="Plan that a signature proposes" value={settings.planTemplateId} options={[...(known ? [] : [[settings.planTemplateId, settings.planTemplateId] as const]), ...plans.map(({ id, name }) => [id, name] as const)]} isDisabled={off} onChoose={(planTemplateId) => { set({ planTemplateId }) }} />
    </>
  )
}

type KeptProps = Readonly<{ label: string, value: string, max: number, isDisabled: boolean, refusal: (text: string) => string | null, onSet: (text: string) => void }>

/** A field that is kept when it is left, or at Enter. */
function Kept({ label, value, max, isDisabled, refusal, onSet }: KeptProps) {
  const [typed, setTyped] = useState<string | null>(null)
  const text = (typed ?? value).trim()
  const keep = () => { if (typed === null || refusal(text) !== null) return; setTyped(null); if (text !== value) onSet(text) }
  return <Field label={label} value={typed ?? value} maxLength={max} disabled={isDisabled} error={typed === null ? null : refusal(text)} onChange={(event) => { setTyped(event.target.value) }} onBlur={keep} onKeyDown={(event) => { if (event.key === 'Enter') keep() }} />
}

function Zone({ value, isDisabled, onSet }: Readonly<{ value: string, isDisabled: boolean, onSet: (zone: string) => void }>) {
  const [zone, setZone] = useState(value)
  const isZone = TimeZone.safeParse(zone).success
  return <ZoneField value={zone} isDisabled={isDisabled} error={isZone ? null : 'A time zone, as in Europe/Berlin.'} onChange={setZone} onLeave={() => { if (isZone && zone !== value) onSet(zone) }} />
}

const channels: Options<TestSend['channel']> = [['sms', 'Text message'], ['voice', 'Call']]

/** To a phone of the site's own: no patient is needed, and consent is not asked for. */
function Test() {
  const { test } = useFollowupSettings()
  const [channel, setChannel] = useState<TestSend['channel']>('sms')
  const [to, setTo] = useState('')
  return (
    <form className="stack" aria-label="Send a test" onSubmit={(event) => { event.preventDefault(); test.mutate({ channel, to: to.trim() }) }}>
      <div className="followup-test">
        <Choice label="Test of" value={channel} options={channels} onChoose={setChannel} />
        <Field label="To a phone of your own" type="tel" value={to} maxLength={40} autoComplete="off" onChange={(event) => { setTo(event.target.value) }} />
        <Button isSubmit disabled={to.trim().length < 3 || test.isPending}><Send aria-hidden />{test.isPending ? 'Sending…' : 'Send a test'}</Button>
      </div>
      <output>{test.data === undefined ? null : <span className="row">{test.data.isMock ? <span className="badge mock-mark">MOCK</span> : null}{test.data.text}</span>}</output>
      {test.isError ? <p className="field-error" role="alert">{messageOf(test.error)}</p> : null}
    </form>
  )
}
