import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { captionSessions, deciders, type GlassesSettings, type GlassesSettingsPatch, type GlassesStatus, type RuleThresholds } from '../../../src-shared/glasses.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { glassesQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'
import { deciderNames, sessionNames } from './glasses-texts.ts'
import { useGlassesActs } from './use-glasses.ts'
import './glasses.css'

const thresholdTexts: readonly (readonly [keyof RuleThresholds, string, string])[] = [
  ['heartRateAlarmAbove', 'Heart rate, alarm above', '/min'], ['heartRateSignalAbove', 'Heart rate, signal above', '/min'], ['heartRateAlarmBelow', 'Heart rate, alarm below', '/min'], ['heartRateSignalBelow', 'Heart rate, signal below', '/min'],
  ['oxygenAlarmBelow', 'SpO₂, alarm below', '%'], ['oxygenSignalBelow', 'SpO₂, signal below', '%'], ['breathsAlarmAbove', 'Breaths, alarm above', '/min'], ['breathsSignalAbove', 'Breaths, signal above', '/min'], ['breathsAlarmBelow', 'Breaths, alarm below', '/min'],
  ['stillBelow', 'Lying still: activity below', ''], ['riskSignalAbove', 'Predicted risk, signal above', ''], ['leastQuality', 'Least quality of a window', '']
]

const fixedNames: Readonly<Partial<Record<keyof GlassesSettings, string>>> = { isLanOn: 'VIGIL_LAN', interfaces: 'VIGIL_LAN_INTERFACES', isAnnounced: 'VIGIL_MDNS', takesWordInQuery: 'MAGIC_WORD_IN_QUERY', captions: 'VISION_SESSION', decider: 'INTERVENTION_DECIDER' }

export function GlassesSection() {
  const status = useQuery(glassesQuery(useApi(), 5000))
  if (status.data === undefined) return status.isError ? <ErrorState title="The settings of glasses can't be read" message={messageOf(status.error)} onRetry={() => { void status.refetch() }} /> : <Skeleton height={160} />
  return <Known status={status.data} />
}

type PartProps = Readonly<{ settings: GlassesSettings, status: GlassesStatus, may: (name: keyof GlassesSettings) => boolean, onChange: (patch: GlassesSettingsPatch) => void }>

function Known({ status }: Readonly<{ status: GlassesStatus }>) {
  const isAdmin = useHasRole('admin')
  const { change } = useGlassesActs()
  const { settings, fixed } = status
  const may = (name: keyof GlassesSettings) => isAdmin && !fixed.includes(name)
  const onChange = (patch: GlassesSettingsPatch) => { change.mutate(patch) }
  const part = { settings, status, may, onChange }
  return (
    <section className="settings-card" aria-labelledby="settings-glasses">
      <h2 id="settings-glasses">Glasses and the LAN</h2>
      <LanPart {...part} />
      <WatchPart {...part} />
      <NoticePart {...part} isAdmin={isAdmin} />
      <KeptPart {...part} />
      {fixed.length === 0 ? null : <p className="quiet small">Fixed by the environment of this workstation: {fixed.map((name) => fixedNames[name] ?? name).join(', ')}.</p>}
    </section>
  )
}

function Check({ name, isOn, isDisabled, onChange }: Readonly<{ name: string, isOn: boolean, isDisabled: boolean, onChange: (isOn: boolean) => void }>) {
  return <label className="row"><input type="checkbox" checked={isOn} disabled={isDisabled} onChange={(event) => { onChange(event.target.checked) }} /><span>{name}</span></label>
}

function LanPart({ settings, status: { lan, hasWord }, may, onChange }: PartProps) {
  const all = settings.interfaces.length === 0
  return (
    <>
      <Check name="Other devices may reach this workstation: glasses, uploads, scripts with the API token" isOn={settings.isLanOn} isDisabled={!may('isLanOn')} onChange={(isLanOn) => { onChange({ isLanOn }) }} />
      <p className={lan.state === 'failed' ? 'settings-warning' : 'quiet'}>{lan.text} <Link to="/glasses">Open Glasses</Link></p>
      {lan.certificate === null ? null : (
        <dl className="facts">
          <dt>Fingerprint of the key</dt><dd className="settings-path">{lan.fingerprint}</dd>
          <dt>Certificate, SHA-256</dt><dd className="settings-path">{lan.certificate.sha256}</dd>
          <dt>Valid to</dt><dd>{new Date(lan.certificate.validTo).toLocaleDateString('en-GB')}; renewed by itself, and what is paired stays paired</dd>
        </dl>
      )}
      {lan.interfaces.length === 0 ? null : (
        <fieldset className="sync-keep"><legend>Networks</legend>
          <Check name="every network of this machine" isOn={all} isDisabled={!may('interfaces')} onChange={(isOn) => { onChange({ interfaces: isOn ? [] : lan.interfaces.map(({ name }) => name) }) }} />
          {lan.interfaces.map(({ name, addresses }) => <Check key={name} name={`${name} (${addresses.join(', ')})`} isOn={all || settings.interfaces.includes(name)} isDisabled={!may('interfaces') || all} onChange={(isOn) => { onChange({ interfaces: isOn ? [...settings.interfaces, name] : settings.interfaces.filter((one) => one !== name) }) }} />)}
        </fieldset>
      )}
      <Check name="Announce it on the network (mDNS, _vigil._tcp)" isOn={settings.isAnnounced} isDisabled={!may('isAnnounced')} onChange={(isAnnounced) => { onChange({ isAnnounced }) }} />
      {hasWord ? <Check name="The shared word may also stand in an address (it then ends up in logs of whatever lies between)" isOn={settings.takesWordInQuery} isDisabled={!may('takesWordInQuery')} onChange={(takesWordInQuery) => { onChange({ takesWordInQuery }) }} /> : null}
    </>
  )
}

function WatchPart({ settings, status, may, onChange }: PartProps) {
  const hours = settings.quietHours ?? { from: '22:00', to: '06:00' }
  return (
    <>
      <label className="field"><span className="field-label">Who describes what is seen</span>
        <select className="input" value={settings.captions} disabled={!may('captions')} onChange={(event) => { const captions = captionSessions.find((one) => one === event.target.value); if (captions !== undefined) onChange({ captions }) }}>{captionSessions.map((one) => <option key={one} value={one}>{sessionNames[one]}</option>)}</select>
        <span className="field-hint">{status.captions.text}</span>
      </label>
      <Check name="Look each minute whether somebody should act" isOn={settings.isLoopOn} isDisabled={!may('isLoopOn')} onChange={(isLoopOn) => { onChange({ isLoopOn }) }} />
      {settings.isLoopOn ? (
        <>
          <label className="field"><span className="field-label">Who decides</span>
            <select className="input" value={settings.decider} disabled={!may('decider')} onChange={(event) => { const decider = deciders.find((one) => one === event.target.value); if (decider !== undefined) onChange({ decider }) }}>{deciders.map((one) => <option key={one} value={one}>{deciderNames[one]}</option>)}</select>
            <span className="field-hint">{status.loop.text} A caption or a reader alone never raises a notice.</span>
          </label>
          <Thresholds key={JSON.stringify(settings.thresholds)} settings={settings} isDisabled={!may('thresholds')} onChange={onChange} />
          <label className="field"><span className="field-label">No second notice about the same person for</span>
            <select className="input" value={settings.cooldownMinutes} disabled={!may('cooldownMinutes')} onChange={(event) => { onChange({ cooldownMinutes: Number(event.target.value) }) }}>{[...new Set([0, 5, 15, 30, 60, settings.cooldownMinutes])].toSorted((a, b) => a - b).map((value) => <option key={value} value={value}>{value === 0 ? 'no time at all' : `${value} minutes`}</option>)}</select>
          </label>
          <Check name="Quiet hours: no notices" isOn={settings.quietHours !== null} isDisabled={!may('quietHours')} onChange={(isOn) => { onChange({ quietHours: isOn ? hours : null }) }} />
          {settings.quietHours === null ? null : (
            <>
              <div className="sync-hours">
                <label className="field"><span className="field-label">From</span><input className="input" type="time" value={hours.from} disabled={!may('quietHours')} onChange={(event) => { if (event.target.value !== '') onChange({ quietHours: { ...hours, from: event.target.value } }) }} /></label>
                <label className="field"><span className="field-label">To</span><input className="input" type="time" value={hours.to} disabled={!may('quietHours')} onChange={(event) => { if (event.target.value !== '') onChange({ quietHours: { ...hours, to: event.target.value } }) }} /></label>
              </div>
              <Check name="Alarms of a rule break the quiet" isOn={settings.alarmsBreakQuietHours} isDisabled={!may('alarmsBreakQuietHours')} onChange={(alarmsBreakQuietHours) => { onChange({ alarmsBreakQuietHours }) }} />
            </>
          )}
        </>
      ) : null}
    </>
  )
}

function Thresholds({ settings, isDisabled, onChange }: Readonly<{ settings: GlassesSettings, isDisabled: boolean, onChange: (patch: GlassesSettingsPatch) => void }>) {
  const [draft, setDraft] = useState(settings.thresholds)
  const isChanged = thresholdTexts.some(([name]) => draft[name] !== settings.thresholds[name])
  return (
    <details className="glasses-thresholds"><summary>Thresholds of the rules</summary>
      <p className="quiet small">An alarm acts alone; a signal only beside another from elsewhere. As delivered: NEWS2 (Royal College of Physicians, 2017), what scores 3 is an alarm, what scores 2 a signal.</p>
      <div className="glasses-grid">{thresholdTexts.map(([name, text, unit]) => (
        <label key={name} className="field"><span className="field-label">{text}{unit === '' ? '' : ` (${unit})`}</span><input className="input tabular" type="number" step="any" value={draft[name]} disabled={isDisabled} onChange={(event) => { if (event.target.value !== '') setDraft({ ...draft, [name]: Number(event.target.value) }) }} /></label>
      ))}</div>
      <div className="row"><span className="grow" /><Button disabled={!isChanged || isDisabled} onClick={() => { setDraft(settings.thresholds) }}>Undo</Button><Button tone="primary" disabled={!isChanged || isDisabled} onClick={() => { onChange({ thresholds: draft }) }}>Save thresholds</Button></div>
    </details>
  )
}

function NoticePart({ settings, status: { poke }, may, onChange, isAdmin }: PartProps & Readonly<{ isAdmin: boolean }>) {
  const { setPokeKey, forgetPokeKey } = useGlassesActs()
  const [key, setKey] = useState('')
  const isFixed = poke.place === 'environment'
  return (
    <>
      <Check name="Also send notices by Poke: one fixed sentence with a number, nothing of what was seen" isOn={settings.sendsPoke} isDisabled={!may('sendsPoke')} onChange={(sendsPoke) => { onChange({ sendsPoke }) }} />
      {settings.sendsPoke && !poke.hasKey ? <p className="settings-warning">There is no key of Poke, so nothing is sent.</p> : null}
      {isAdmin && !isFixed ? (
        <form className="row" onSubmit={(event) => { event.preventDefault(); setPokeKey.mutate(key, { onSuccess: () => { setKey('') } }) }}>
          <input className="input" type="password" autoComplete="off" aria-label="Key of Poke" placeholder={poke.hasKey ? 'A key is set' : 'Key of Poke'} value={key} onChange={(event) => { setKey(event.target.value) }} />
          <Button isSubmit disabled={key.trim().length < 8}>Set the key</Button>
          {poke.hasKey ? <Button onClick={() => { forgetPokeKey.mutate() }}>Forget it</Button> : null}
        </form>
      ) : null}
      <p className="quiet small">{isFixed ? 'The key comes from the environment (POKE_API_KEY).' : poke.place === 'memory' ? 'The key is kept for this run only: this system has no keychain that deserves the name.' : poke.place === 'keychain' ? 'The key lies sealed by the keychain of this system.' : ''} Messages go to {new URL(poke.url).host}.</p>
    </>
  )
}

function KeptPart({ settings, may, onChange }: PartProps) {
  return (
    <>
      <label className="field"><span className="field-label">Keep a key frame</span>
        <select className="input" value={settings.keyFrameSeconds} disabled={!may('keyFrameSeconds')} onChange={(event) => { onChange({ keyFrameSeconds: Number(event.target.value) }) }}>{[...new Set([0, 10, 60, 600, settings.keyFrameSeconds])].toSorted((a, b) => a - b).map((value) => <option key={value} value={value}>{value === 0 ? 'never: no frame is written' : `every ${value} seconds`}</option>)}</select>
        <span className="field-hint">The whole picture is blurred beyond recognition before it is written, so no face has to be found first.</span>
      </label>
      {settings.keyFrameSeconds === 0 ? null : (
        <label className="field"><span className="field-label">Delete key frames after</span>
          <select className="input" value={settings.keyFrameHours} disabled={!may('keyFrameHours')} onChange={(event) => { onChange({ keyFrameHours: Number(event.target.value) }) }}>{[...new Set([1, 24, 168, settings.keyFrameHours])].toSorted((a, b) => a - b).map((value) => <option key={value} value={value}>{value === 1 ? 'an hour' : `${value} hours`}</option>)}</select>
        </label>
      )}
    </>
  )
}
