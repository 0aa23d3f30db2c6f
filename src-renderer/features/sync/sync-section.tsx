import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { deidentifyKeeps, type DeidentifyKeep, type SyncSettings, type SyncStatus } from '../../../src-shared/sync.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { syncStatusQuery } from '../../api/queries.ts'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'
import { hoursText } from './sync-texts.ts'
import { useSyncActs } from './use-sync.ts'
import './sync.css'

const whatTexts: Readonly<Record<SyncSettings['what'], Readonly<{ name: string, meaning: string }>>> = {
  signed: { name: 'Signed studies and their reports', meaning: 'A study leaves with its images when its report is signed; later images and addenda follow.' },
  all: { name: 'Every study', meaning: 'Each study leaves as soon as it is taken in, its report when it is signed.' },
  'by-hand': { name: 'Only what a person sends', meaning: 'Nothing leaves by itself. A study that was sent once is kept up to date.' }
}
const keepTexts: Readonly<Record<DeidentifyKeep, string>> = {
  'patient-characteristics': 'sex, age, size and weight', device: 'names and numbers of the device', institution: 'the institution', 'dates-full': 'dates as they are', 'dates-modified': 'dates, moved by the same days for each patient', uids: 'UIDs'
}
const speeds: readonly (readonly [number, string])[] = [[0, 'as fast as the link'], [125_000, '1 Mbit/s'], [625_000, '5 Mbit/s'], [2_500_000, '20 Mbit/s'], [12_500_000, '100 Mbit/s']]

/** What leaves, when, and how much of the link it may take; each with one line of consequence. */
export function SyncSection() {
  const status = useQuery(syncStatusQuery(useApi()))
  if (status.data === undefined) return status.isError ? <ErrorState title="The settings of sync can't be read" message={messageOf(status.error)} onRetry={() => { void status.refetch() }} /> : <Skeleton height={160} />
  return <Known status={status.data} />
}

function Known({ status: { settings, storage } }: Readonly<{ status: SyncStatus }>) {
  const isAdmin = useHasRole('admin')
  const { change } = useSyncActs()
  const own = speeds.some(([value]) => value === settings.maxBytesPerSecond) ? [] : [[settings.maxBytesPerSecond, `${Math.round(settings.maxBytesPerSecond / 1000)} kB/s`] as const]
  const hours = settings.hours ?? { from: '20:00', to: '06:00' }
  return (
    <section className="settings-card" aria-labelledby="settings-sync">
      <h2 id="settings-sync">Off-site copies</h2>
      <p>{storage.text} <Link to="/sync">Open Sync</Link></p>
      <label className="field"><span className="field-label">What leaves by itself</span>
        <select className="input" value={settings.what} disabled={!isAdmin} onChange={(event) => { const what = (['signed', 'all', 'by-hand'] as const).find((one) => one === event.target.value); if (what !== undefined) change.mutate({ what }) }}>
          {Object.entries(whatTexts).map(([value, { name }]) => <option key={value} value={value}>{name}</option>)}
        </select>
        <span className="field-hint">{whatTexts[settings.what].meaning}</span>
      </label>
      <label className="row"><input type="checkbox" checked={settings.isDeidentified} disabled={!isAdmin} onChange={(event) => { change.mutate({ isDeidentified: event.target.checked }) }} /><span>Copies without the patient: names, ids, dates and private attributes are taken out (PS3.15 basic profile)</span></label>
      {settings.isDeidentified ? <WithoutPatient settings={settings} isAdmin={isAdmin} onChange={(patch) => { change.mutate(patch) }} /> : <p className="quiet small">Files and reports leave as they are, with the patient’s data in them.</p>}
      <label className="field"><span className="field-label">At most</span>
        <select className="input" value={settings.maxBytesPerSecond} disabled={!isAdmin} onChange={(event) => { change.mutate({ maxBytesPerSecond: Number(event.target.value) }) }}>{[...speeds, ...own].map(([value, name]) => <option key={value} value={value}>{name}</option>)}</select>
        <span className="field-hint">Shared by all that is being sent; a change counts at once.</span>
      </label>
      <label className="row"><input type="checkbox" checked={settings.hours !== null} disabled={!isAdmin} onChange={(event) => { change.mutate({ hours: event.target.checked ? hours : null }) }} /><span>Only at certain hours{settings.hours === null ? '' : `: ${hoursText(settings.hours)}`}</span></label>
      {settings.hours === null ? null : (
        <div className="sync-hours">
          <label className="field"><span className="field-label">From</span><input className="input" type="time" value={hours.from} disabled={!isAdmin} onChange={(event) => { if (event.target.value !== '') change.mutate({ hours: { ...hours, from: event.target.value } }) }} /></label>
          <label className="field"><span className="field-label">To</span><input className="input" type="time" value={hours.to} disabled={!isAdmin} onChange={(event) => { if (event.target.value !== '') change.mutate({ hours: { ...hours, to: event.target.value } }) }} /></label>
        </div>
      )}
      <label className="row"><input type="checkbox" checked={settings.isMetered} disabled={!isAdmin} onChange={(event) => { change.mutate({ isMetered: event.target.checked }) }} /><span>This link is metered (a mobile phone, a satellite): studies wait for another one</span></label>
      {settings.isMetered ? <label className="row"><input type="checkbox" checked={settings.sendsOnMetered} disabled={!isAdmin} onChange={(event) => { change.mutate({ sendsOnMetered: event.target.checked }) }} /><span>Send over it all the same</span></label> : null}
    </section>
  )
}

/** Dates are kept as they are, moved, or not at all: two of the options can't stand together. */
function WithoutPatient({ settings, isAdmin, onChange }: Readonly<{ settings: SyncSettings, isAdmin: boolean, onChange: (patch: Partial<SyncSettings>) => void }>) {
  const { keep, sendsBurnedIn } = settings
  const toggle = (one: DeidentifyKeep, isOn: boolean) => {
    const rest = keep.filter((other) => other !== one && !(isOn && one.startsWith('dates-') && other.startsWith('dates-')))
    onChange({ keep: isOn ? [...rest, one] : rest })
  }
  return (
    <fieldset className="sync-keep">
      <legend>Kept all the same</legend>
      {deidentifyKeeps.map((one) => <label key={one} className="row"><input type="checkbox" checked={keep.includes(one)} disabled={!isAdmin} onChange={(event) => { toggle(one, event.target.checked) }} /><span>{keepTexts[one]}</span></label>)}
      <label className="row"><input type="checkbox" checked={sendsBurnedIn} disabled={!isAdmin} onChange={(event) => { onChange({ sendsBurnedIn: event.target.checked }) }} /><span>also ultrasound, endoscopy, photographs and screen captures: their pixels may show the name, and nothing takes it out</span></label>
      <p className="quiet small">Reports, documents and marks stay here. UIDs are replaced, the same way each time, and this workstation remembers what stands for what.</p>
    </fieldset>
  )
}
