import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Language, TimeZone, type FollowupPatient } from '../../../../src-shared/followup.ts'
import { AppError } from '../../../../src-shared/errors.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { followupSettingsQuery } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { Field } from '../../../ui/field.tsx'
import { languageNames } from '../followup-texts.ts'
import { Choice, optionsOf } from '../parts.tsx'
import { usePatientActs } from '../use-followup.ts'

type Fields = Readonly<{ sms: string, voice: string, language: Language, timeZone: string, country: string, revision: number }>
const country = /^[A-Z]{2}$/

/** How somebody is reached. What is typed stands until it is saved or undone, also while the patient changes elsewhere. */
export function ContactForm({ patient }: Readonly<{ patient: FollowupPatient }>) {
  const { save } = usePatientActs(patient.id)
  const home = useQuery(followupSettingsQuery(useApi())).data?.settings.defaultCountry ?? ''
  const [mine, setMine] = useState<Fields | null>(null)
  const stored: Fields = { sms: patient.numbers.sms ?? '', voice: patient.numbers.voice ?? '', language: patient.language, timeZone: patient.timeZone, country: '', revision: patient.revision }
  const fields = mine ?? stored
  const set = (change: Partial<Fields>) => { save.reset(); setMine({ ...fields, ...change }) }
  const isZone = TimeZone.safeParse(fields.timeZone).success
  const isCountry = fields.country === '' || country.test(fields.country)
  const errorOf = (field: string) => (save.error instanceof AppError && save.error.field === field ? save.error.message : null)
  const isNamed = errorOf('numbers.sms') !== null || errorOf('numbers.voice') !== null
  const submit = () => {
    const { sms, voice, language, timeZone, revision } = fields
    save.mutate({ revision, language, timeZone, numbers: { sms: sms.trim() === '' ? null : sms, voice: voice.trim() === '' ? null : voice }, ...(fields.country === '' ? {} : { country: fields.country }) }, { onSuccess: () => { setMine(null) } })
  }
  return (
    <form className="followup-part" aria-labelledby="followup-contact" onSubmit={(event) => { event.preventDefault(); submit() }}>
      <h3 id="followup-contact">Contact</h3>
      <Field label="Number for text messages" type="tel" value={fields.sms} maxLength={40} autoComplete="off" error={errorOf('numbers.sms')} onChange={(event) => { set({ sms: event.target.value }) }} />
      <Field label="Number for calls" type="tel" value={fields.voice} maxLength={40} autoComplete="off" error={errorOf('numbers.voice')} onChange={(event) => { set({ voice: event.target.value }) }} />
      <div className="followup-pair">
        <Choice label="Language" value={fields.language} options={optionsOf(Language.options, languageNames)} onChoose={(language) => { set({ language }) }} />
        <Field label="Country, if no +" placeholder={home} value={fields.country} maxLength={2} spellCheck={false} error={isCountry ? null : 'Two letters, as in US.'} onChange={(event) => { set({ country: event.target.value.toUpperCase() }) }} />
      </div>
      <ZoneField value={fields.timeZone} error={isZone ? null : 'A time zone, as in Europe/Berlin.'} onChange={(timeZone) => { set({ timeZone }) }} />
      {save.isError && !isNamed ? <p className="field-error" role="alert">{messageOf(save.error)}</p> : null}
      {mine === null ? null : <div className="row"><span className="quiet small grow">Not saved yet.</span><Button onClick={() => { setMine(null); save.reset() }}>Undo</Button><Button tone="primary" isSubmit disabled={!isZone || !isCountry || save.isPending}>Save</Button></div>}
    </form>
  )
}

export function ZoneField({ value, error, isDisabled = false, onChange, onLeave }: Readonly<{ value: string, error: string | null, isDisabled?: boolean, onChange: (zone: string) => void, onLeave?: () => void }>) {
  return (
    <>
      <Field label="Time zone" list="followup-zones" value={value} maxLength={64} spellCheck={false} autoComplete="off" disabled={isDisabled} error={error} onChange={(event) => { onChange(event.target.value) }} {...(onLeave === undefined ? {} : { onBlur: onLeave })} />
      <datalist id="followup-zones">{Intl.supportedValuesOf('timeZone').map((zone) => <option key={zone} value={zone}>{zone}</option>)}</datalist>
    </>
  )
}
