import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { GlassesStatus, GlassesTimeline } from '../../../src-shared/glasses.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { useLine } from '../../api/line.ts'
import { glassesQuery, glassesTimelineQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { CommandKeys } from '../../ui/command-keys.tsx'
import { useCommands } from '../../ui/commands-context.tsx'
import { useNow } from '../../ui/now.ts'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { streamWords } from './glasses-texts.ts'
import { KeyFrames } from './key-frames.tsx'
import { Captions, Devices, Notices } from './lists.tsx'
import { LiveView } from './live-view.tsx'
import { NoticeDialog } from './notice-dialog.tsx'
import { PairDialog } from './pair-dialog.tsx'
import { Plots } from './plots.tsx'
import './glasses.css'

const spans: readonly (readonly [number, string])[] = [[5, '5 min'], [30, '30 min'], [120, '2 h'], [720, '12 h']]
type Tab = 'captions' | 'notices' | 'devices'
const empty: GlassesTimeline = { from: '', to: '', captions: [], biometrics: [], interventions: [], more: false }

/** Live picture, words, figures and decisions of whoever wears a camera. */
export function GlassesScreen() {
  const status = useQuery(glassesQuery(useApi(), 1000))
  if (status.data !== undefined) return <Known status={status.data} isStale={status.isError} />
  return <div className="glasses">{status.isError ? <ErrorState title="The glasses can't be asked for" message={messageOf(status.error)} onRetry={() => { void status.refetch() }} /> : <><Skeleton height={320} /><Skeleton height={160} /></>}</div>
}

function Known({ status, isStale }: Readonly<{ status: GlassesStatus, isStale: boolean }>) {
  const api = useApi()
  const [chosen, setChosen] = useState<string | null>(null)
  const [chosenDevice, setChosenDevice] = useState<string | null>(null)
  const [minutes, setMinutes] = useState(30)
  const [tab, setTab] = useState<Tab>(status.openNotices > 0 ? 'notices' : 'captions')
  const [isPairing, setIsPairing] = useState(false)
  const [decision, setDecision] = useState<number | null>(null)
  const line = useLine((store) => store.state)
  const streams = [...status.streams.filter(({ state }) => state !== 'ended'), ...status.streams.filter(({ state }) => state === 'ended')]
  const stream = streams.find(({ id }) => id === chosen) ?? streams[0]
  const devices = status.devices.filter(({ revokedAt }) => revokedAt === null)
  const who = devices.find(({ id }) => id === chosenDevice)?.id ?? stream?.deviceId ?? devices[0]?.id ?? null
  const timeline = useQuery(glassesTimelineQuery(api, { deviceId: who, minutes }))
  // Decisions of everybody: whoever looks at one wearer must not miss another.
  const decisions = useQuery(glassesTimelineQuery(api, { deviceId: null, minutes: 720, only: 'interventions' }))
  const found = timeline.data ?? empty
  const isOld = isStale || line === 'down'
  const canPair = status.lan.state === 'on'
  const step = (by: number) => {
    const at = streams.findIndex(({ id }) => id === stream?.id)
    const next = streams[(at + by + streams.length) % Math.max(1, streams.length)]
    if (next !== undefined) { setChosen(next.id); setChosenDevice(null) }
  }
  useCommands([
    { id: 'glasses.pair', isEnabled: canPair, run: () => { setIsPairing(true) } },
    { id: 'glasses.next', isEnabled: streams.length > 1, run: () => { step(1) } }, { id: 'glasses.previous', isEnabled: streams.length > 1, run: () => { step(-1) } },
    { id: 'glasses.captions', run: () => { setTab('captions') } }, { id: 'glasses.notices', run: () => { setTab('notices') } }, { id: 'glasses.devices', run: () => { setTab('devices') } }
  ])
  return (
    <div className="glasses" data-stale={isOld}>
      <header className="row glasses-head">
        <h1>Glasses</h1>
        <span className={`badge ${status.lan.state === 'on' ? 'badge-measured' : status.lan.state === 'failed' ? 'badge-danger' : ''}`}>{status.lan.state === 'on' ? 'LAN on' : status.lan.state === 'starting' ? 'LAN opening' : status.lan.state === 'failed' ? 'LAN not opened' : 'LAN off'}</span>
        <span className="quiet small grow glasses-where">{status.lan.text}{status.lan.state === 'off' || status.lan.state === 'failed' ? <> <Link to="/settings">Settings</Link></> : null}</span>
        {isOld ? <span className="badge badge-warning">may be out of date</span> : null}
        <Button tone="primary" disabled={!canPair} onClick={() => { setIsPairing(true) }}><Plus aria-hidden />Pair glasses <CommandKeys command="glasses.pair" /></Button>
      </header>
      <div className="glasses-body">
        <div className="glasses-main">
          {streams.length < 2 ? null : <div className="row glasses-streams" role="tablist" aria-label="Streams">{streams.map((one) => <button key={one.id} type="button" role="tab" aria-selected={one.id === stream?.id} className="glasses-stream" data-state={one.state} onClick={() => { setChosen(one.id); setChosenDevice(null) }}>{one.wearer} <span className="quiet small">{streamWords[one.state]}</span></button>)}</div>}
          <LiveView stream={stream} status={status} />
          <section className="glasses-timeline" aria-label="Timeline">
            <div className="row"><h2>Last {spans.find(([value]) => value === minutes)?.[1]}</h2><span className="grow">{devices.length < 2 ? null : <select className="input glasses-who" aria-label="Whose timeline" value={who ?? ''} onChange={(event) => { setChosenDevice(event.target.value) }}>{devices.map(({ id, name, wearer }) => <option key={id} value={id}>{wearer.name} · {name}</option>)}</select>}</span>{found.more ? <span className="badge badge-warning">the oldest are left out</span> : null}<fieldset className="row fieldset-plain" aria-label="Span">{spans.map(([value, name]) => <Button key={value} aria-pressed={value === minutes} onClick={() => { setMinutes(value) }}>{name}</Button>)}</fieldset></div>
            {timeline.isError && timeline.data === undefined ? <ErrorState title="The timeline can't be read" message={messageOf(timeline.error)} onRetry={() => { void timeline.refetch() }} /> : <Axis found={found} minutes={minutes} onOpen={setDecision} />}
            {status.settings.keyFrameSeconds === 0 ? null : <KeyFrames deviceId={who} minutes={minutes} />}
          </section>
        </div>
        <aside className="glasses-panel" aria-label="Captions, decisions, devices">
          <div className="glasses-tabs" role="tablist" aria-label="What is shown">
            <TabButton name="Captions" isOn={tab === 'captions'} onOpen={() => { setTab('captions') }} />
            <TabButton name={`Decisions${status.openNotices > 0 ? ` · ${status.openNotices}` : ''}`} isOn={tab === 'notices'} onOpen={() => { setTab('notices') }} />
            <TabButton name="Devices" isOn={tab === 'devices'} onOpen={() => { setTab('devices') }} />
          </div>
          <div className="glasses-scroller" role="tabpanel" aria-label={tab}>
            {tab === 'captions' ? <Captions rows={found.captions} captions={status.captions} /> : tab === 'notices' ? <Notices rows={(decisions.data ?? empty).interventions} loop={status.loop} onOpen={setDecision} /> : <Devices devices={status.devices} />}
          </div>
        </aside>
      </div>
      <PairDialog isOpen={isPairing} onClose={() => { setIsPairing(false) }} />
      <NoticeDialog id={decision} onClose={() => { setDecision(null) }} />
    </div>
  )
}

/** The axis ends now, also when nothing comes: a gap has to be seen as one. */
function Axis({ found, minutes, onOpen }: Readonly<{ found: GlassesTimeline, minutes: number, onOpen: (id: number) => void }>) {
  const now = useNow(5000) / 1000
  return <Plots rows={found.biometrics} interventions={found.interventions} range={{ from: now - minutes * 60, to: now }} onOpen={onOpen} />
}

function TabButton({ name, isOn, onOpen }: Readonly<{ name: string, isOn: boolean, onOpen: () => void }>) {
  return <button type="button" role="tab" aria-selected={isOn} className="glasses-tab" onClick={onOpen}>{name}</button>
}
