import { useQuery } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'
import type { SystemState } from '../../../src-shared/system.ts'
import { NOT_A_DEVICE } from '../../../src-shared/reports.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { systemQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { bytesText, durationText } from '../../ui/format.ts'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole, useSignedIn, useSignOut } from '../session/index.ts'
import { FollowupSection } from '../followup/index.ts'
import { GlassesSection } from '../glasses/index.ts'
import { SyncSection } from '../sync/index.ts'
import { BackupsSection } from './backups-section.tsx'
import { Clinicians } from './clinicians.tsx'
import { KeysSection } from './keys-section.tsx'
import { ModelsSection } from './models-section.tsx'
import { ReaderSection } from './reader-section.tsx'
import './settings.css'

export function SettingsScreen() {
  const isAdmin = useHasRole('admin')
  const system = useQuery(systemQuery(useApi()))
  return (
    <div className="settings">
      <h1>Settings</h1>
      <Account />
      {isAdmin ? <Clinicians /> : null}
      <ReaderSection />
      <ModelsSection />
      <SyncSection />
      <GlassesSection />
      <FollowupSection />
      <BackupsSection />
      {system.data !== undefined ? <><Ruler system={system.data} /><About system={system.data} /></> : system.isError ? <ErrorState title="The state of the workstation can't be read" message={messageOf(system.error)} onRetry={() => { void system.refetch() }} /> : <Skeleton height={120} />}
      <KeysSection />
    </div>
  )
}

function Account() {
  const { clinician, lockAfterS } = useSignedIn()
  const signOut = useSignOut()
  return (
    <section className="settings-card" aria-labelledby="settings-account">
      <h2 id="settings-account">Account</h2>
      <dl className="facts">
        <dt>Name</dt><dd>{clinician.name}</dd>
        <dt>Sign-in name</dt><dd>{clinician.login}</dd>
        <dt>Role</dt><dd>{clinician.role}</dd>
        <dt>Locks by itself</dt><dd>{lockAfterS === 0 ? '–' : `after ${durationText(lockAfterS * 1000)} without input`}</dd>
      </dl>
      <div><Button onClick={() => { signOut.mutate() }}><LogOut aria-hidden />Sign out</Button></div>
    </section>
  )
}

/** Four digits are finer than any tolerance here. */
const figure = (value: number) => Number(value.toPrecision(4))

function Ruler({ system: { ruler } }: Readonly<{ system: SystemState }>) {
  return (
    <section className="settings-card" aria-labelledby="settings-ruler">
      <h2 id="settings-ruler">Ruler</h2>
      <p>{ruler.isTrue ? 'At its start this workstation measured a digital phantom and was right. Measuring is open.' : 'At its start this workstation measured a digital phantom and was off. Measuring is locked.'}</p>
      {ruler.checks.length === 0 ? null : (
        <table className="plain-table">
          <thead><tr><th scope="col">Check</th><th scope="col">Should be</th><th scope="col">Measured</th><th scope="col">Allowed</th><th scope="col">Result</th></tr></thead>
          <tbody>{ruler.checks.map((check) => <tr key={check.name}><td>{check.name}</td><td>{figure(check.expected)} {check.unit}</td><td>{figure(check.measured)} {check.unit}</td><td>± {figure(check.tolerance)}</td><td className={check.ok ? 'settings-good' : 'settings-bad'}>{check.ok ? 'right' : 'off'}</td></tr>)}</tbody>
        </table>
      )}
    </section>
  )
}

function About({ system }: Readonly<{ system: SystemState }>) {
  return (
    <section className="settings-card" aria-labelledby="settings-about">
      <h2 id="settings-about">About</h2>
      <dl className="facts">
        <dt>Vigil</dt><dd>{system.version}, {system.host === 'electron' ? 'desktop window' : 'served to a browser'}, Node {system.node}</dd>
        <dt>Data folder</dt><dd className="settings-path">{system.dataDir}</dd>
        <dt>Free on its disk</dt><dd>{system.freeDiskBytes === null ? 'unknown' : bytesText(system.freeDiskBytes)}</dd>
        <dt>Work in the queue</dt><dd>{system.jobsRunning} running, {system.jobsWaiting} waiting</dd>
      </dl>
      {system.warnings.map((warning) => <p key={warning} className="settings-warning">{warning}</p>)}
      <p className="quiet">{NOT_A_DEVICE}</p>
    </section>
  )
}
