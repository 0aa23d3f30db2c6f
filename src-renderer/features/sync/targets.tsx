import { Pause, Play, RotateCw } from 'lucide-react'
import type { SyncStatus } from '../../../src-shared/sync.ts'
import { Button } from '../../ui/button.tsx'
import { bytesText, instantText } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'
import { useHasRole } from '../session/index.ts'
import { targetNames, targetWords, untilText } from './sync-texts.ts'
import { useSyncActs } from './use-sync.ts'

type Target = SyncStatus['targets'][number]
const tones: Readonly<Record<Target['state'], string>> = { off: '', unknown: '', online: 'badge-measured', slow: 'badge-warning', offline: 'badge-warning', 'captive-portal': 'badge-warning', refused: 'badge-danger' }

/** Each place that something goes to: what it answers, since when, and what to do. Those that are not set up are left out. */
export function Targets({ status }: Readonly<{ status: SyncStatus }>) {
  const shown = status.targets.filter(({ state, waiting, dead }) => state !== 'off' || waiting + dead > 0)
  if (shown.length === 0) return null
  return (
    <table className="plain-table sync-targets">
      <caption className="visually-hidden">Targets</caption>
      <thead><tr><th scope="col">Target</th><th scope="col">State</th><th scope="col">Why</th><th scope="col">Waiting</th><th scope="col">Given up</th><th scope="col"><span className="visually-hidden">Acts</span></th></tr></thead>
      <tbody>{shown.map((target) => <Row key={target.target} target={target} />)}</tbody>
    </table>
  )
}

function Row({ target }: Readonly<{ target: Target }>) {
  const now = useNow(1000)
  const { tryNow, pause } = useSyncActs()
  const mayPause = useHasRole('clinician', 'admin')
  const { state, text, isPaused, since, nextCheckAt, waiting, dead, bytesPerSecond } = target
  const name = targetNames[target.target]
  return (
    <tr>
      <th scope="row" className="sync-target">{name}</th>
      <td><span className={`badge ${tones[state]}`}>{targetWords[state]}</span>{isPaused ? <span className="badge badge-accent">paused</span> : null}</td>
      <td className="sync-why">{text} <span className="quiet">{since === null ? '' : `Since ${instantText(since, now)}.`}{nextCheckAt === null ? '' : ` Looks again ${untilText(nextCheckAt, now)}.`}{bytesPerSecond === null ? '' : ` ${bytesText(bytesPerSecond)}/s.`}</span></td>
      <td>{waiting}</td><td className={dead > 0 ? 'sync-dead' : ''}>{dead}</td>
      <td className="sync-acts">
        <Button tone="quiet" aria-label={`Try now: ${name}`} disabled={state === 'off'} onClick={() => { tryNow.mutate(target.target) }}><RotateCw aria-hidden />Try now</Button>
        {mayPause ? <Button tone="quiet" aria-label={`${isPaused ? 'Go on' : 'Pause'}: ${name}`} onClick={() => { pause.mutate({ target: target.target, isPaused: !isPaused }) }}>{isPaused ? <Play aria-hidden /> : <Pause aria-hidden />}{isPaused ? 'Go on' : 'Pause'}</Button> : null}
      </td>
    </tr>
  )
}
