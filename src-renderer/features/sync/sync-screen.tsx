import { useQuery } from '@tanstack/react-query'
import { Pause, Play } from 'lucide-react'
import { useState } from 'react'
import type { SyncStatus } from '../../../src-shared/sync.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { useLine } from '../../api/line.ts'
import { syncStatusQuery, systemQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { CommandKeys } from '../../ui/command-keys.tsx'
import { useCommands } from '../../ui/commands-context.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'
import { Left } from './left.tsx'
import { Lights } from './lights.tsx'
import { Queue } from './queue.tsx'
import { Targets } from './targets.tsx'
import { useSyncActs } from './use-sync.ts'
import './sync.css'

type View = 'queue' | 'left'

/** Two lights, the targets, and what waits or has left: everything that leaves this workstation, in plain words. */
export function SyncScreen() {
  const status = useQuery(syncStatusQuery(useApi()))
  if (status.data !== undefined) return <Known status={status.data} isStale={status.isError} />
  return <div className="sync">{status.isError ? <ErrorState title="The queue can't be read" message={messageOf(status.error)} onRetry={() => { void status.refetch() }} /> : <><Skeleton height={96} /><Skeleton height={240} /></>}</div>
}

function Known({ status, isStale }: Readonly<{ status: SyncStatus, isStale: boolean }>) {
  const [view, setView] = useState<View>('queue')
  const system = useQuery(systemQuery(useApi()))
  const line = useLine((store) => store.state)
  const { pauseAll } = useSyncActs()
  const mayPause = useHasRole('clinician', 'admin')
  const isPaused = status.targets.every((target) => target.isPaused)
  const togglePause = () => { pauseAll.mutate(!isPaused) }
  useCommands([
    { id: 'sync.pause', isEnabled: mayPause, run: togglePause },
    { id: 'sync.queue', run: () => { setView('queue') } },
    { id: 'sync.left', run: () => { setView('left') } }
  ])
  const isOld = isStale || line === 'down'
  return (
    <div className="sync" data-stale={isOld}>
      <header className="row">
        <h1 className="grow">Sync</h1>
        {isOld ? <span className="badge badge-warning">may be out of date</span> : null}
        {mayPause ? <Button disabled={pauseAll.isPending} onClick={togglePause}>{isPaused ? <Play aria-hidden /> : <Pause aria-hidden />}{isPaused ? 'Go on' : 'Pause all'} <CommandKeys command="sync.pause" /></Button> : null}
      </header>
      <Lights status={status} system={isOld ? undefined : system.data} />
      <Targets status={status} />
      <div className="sync-tabs" role="tablist" aria-label="What is shown">
        <Tab name={`Queue${status.counts.dead > 0 ? ` · ${status.counts.dead} given up` : ''}`} isOn={view === 'queue'} onOpen={() => { setView('queue') }} />
        <Tab name="What has left" isOn={view === 'left'} onOpen={() => { setView('left') }} />
      </div>
      <div role="tabpanel" aria-label={view === 'queue' ? 'Queue' : 'What has left'} className="sync-panel">{view === 'queue' ? <Queue status={status} /> : <Left />}</div>
    </div>
  )
}

function Tab({ name, isOn, onOpen }: Readonly<{ name: string, isOn: boolean, onOpen: () => void }>) {
  return <button type="button" role="tab" aria-selected={isOn} className="sync-tab" onClick={onOpen}>{name}</button>
}
