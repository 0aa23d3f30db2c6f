import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CircleCheck, CircleDashed, CirclePower, Cloud, CloudAlert, CloudCheck, CloudOff, CloudUpload, Glasses, Lock, ShieldAlert, Sparkle, WifiOff } from 'lucide-react'
import { assertNever } from '../../src-shared/errors.ts'
import type { SystemState } from '../../src-shared/system.ts'
import type { LineState } from '../api/events.ts'
import { useApi } from '../api/api-context.tsx'
import { glassesQuery, systemQuery } from '../api/queries.ts'
import { useLock, useSignedIn } from '../features/session/index.ts'
import { useChordOf } from '../ui/commands-context.tsx'
import { chordText } from '../ui/keys.ts'
import { useLine } from '../api/line.ts'
import { lanText, lineText, offSiteOf, readerText, safetyOf } from './status-texts.ts'

/** What is true of the workstation now. Where the edge is silent it says so, and not what it last knew. */
export function StatusBar({ label }: Readonly<{ label: string }>) {
  const line = useLine((store) => store.state)
  const system = useQuery(systemQuery(useApi()))
  const known = line === 'down' || system.isError ? undefined : system.data
  const { clinician } = useSignedIn()
  const lock = useLock()
  const lockChord = useChordOf('app.lock')
  return (
    <footer className="status-bar" aria-label="Status">
      <LinePart state={line} />
      <SafetyPart system={known} />
      <OffSitePart system={known} />
      <ReaderPart system={known} />
      <LanPart isKnown={known !== undefined} />
      <span className="status-label">{label}</span>
      {known !== undefined && !known.ruler.isTrue ? <span className="status-part status-danger"><ShieldAlert aria-hidden />measuring locked</span> : null}
      <button type="button" className="status-part" onClick={() => { lock.mutate() }} title={lockChord === undefined ? 'Lock the workstation' : `Lock the workstation (${chordText(lockChord)})`}>
        {clinician.name} · {clinician.role}<Lock aria-hidden />lock
      </button>
    </footer>
  )
}

function LinePart({ state }: Readonly<{ state: LineState }>) {
  switch (state) {
    case 'live': return <span className="status-part status-good"><CircleCheck aria-hidden />{lineText(state)}</span>
    case 'connecting': return <span className="status-part"><CircleDashed aria-hidden />{lineText(state)}</span>
    case 'down': case 'refused': return <span className="status-part status-warning" role="alert"><WifiOff aria-hidden />{lineText(state)}</span>
    default: return assertNever(state)
  }
}

/** Always there; opens the reader's settings. Made-up answers can't be taken for a reader. */
function ReaderPart({ system }: Readonly<{ system: SystemState | undefined }>) {
  const navigate = useNavigate()
  const { state, isMock } = system?.reader ?? { state: 'none', isMock: false }
  const tone = state === 'failed' ? ' status-warning' : ''
  return <button type="button" className={`status-part status-gives-way${tone}${isMock ? ' mock-mark' : ''}`} onClick={() => { void navigate({ to: '/settings' }) }} title="Settings of the reader"><Sparkle aria-hidden /><span className="status-text">{readerText(system)}</span></button>
}

/** Who streams, and whether somebody may need help. Opens the glasses. */
function LanPart({ isKnown }: Readonly<{ isKnown: boolean }>) {
  const navigate = useNavigate()
  const status = useQuery(glassesQuery(useApi(), 10_000))
  const found = isKnown && !status.isError ? status.data : undefined
  const tone = found === undefined ? '' : found.openNotices > 0 ? ' status-danger' : found.lan.state === 'failed' || found.streams.some(({ state }) => state === 'stalled') ? ' status-warning' : ''
  return <button type="button" className={`status-part${tone}`} onClick={() => { void navigate({ to: '/glasses' }) }} title="Glasses and other devices of the LAN"><Glasses aria-hidden />{found === undefined ? 'LAN: unknown' : lanText(found)}</button>
}

const toneClass = (tone: 'good' | 'warning' | 'danger' | 'unknown') => (tone === 'unknown' ? 'status-part' : `status-part status-${tone}`)

function SafetyPart({ system }: Readonly<{ system: SystemState | undefined }>) {
  const navigate = useNavigate()
  const { tone, text } = safetyOf(system)
  return <button type="button" className={toneClass(tone)} onClick={() => { void navigate({ to: '/sync' }) }} title="What is on disk, and what is off-site"><CirclePower aria-hidden />{text}</button>
}

/** The second light: what has been confirmed elsewhere. Opens the queue behind it. */
function OffSitePart({ system }: Readonly<{ system: SystemState | undefined }>) {
  const navigate = useNavigate()
  const { tone, text } = offSiteOf(system)
  return <button type="button" className={toneClass(tone)} onClick={() => { void navigate({ to: '/sync' }) }} title="What has left this workstation, and what waits"><OffSiteMark state={system?.offSite.state} />{text}</button>
}

function OffSiteMark({ state }: Readonly<{ state: SystemState['offSite']['state'] | undefined }>) {
  switch (state) {
    case undefined: return <Cloud aria-hidden />
    case 'off': return <CloudOff aria-hidden />
    case 'all': return <CloudCheck aria-hidden />
    case 'some': return <CloudUpload aria-hidden />
    case 'trouble': return <CloudAlert aria-hidden />
    default: return assertNever(state)
  }
}
