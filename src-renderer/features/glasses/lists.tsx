import { CircleAlert, CircleCheck, CircleDashed, Hourglass, MessageSquareText, Radar, Smartphone, Unplug } from 'lucide-react'
import { useState } from 'react'
import type { CaptionRow, GlassesDevice, GlassesStatus, Intervention } from '../../../src-shared/glasses.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { instantText } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'
import { EmptyState } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'
import { consentWords, noticeWords } from './glasses-texts.ts'
import { useGlassesActs } from './use-glasses.ts'

const time = (instant: string) => new Date(instant).toLocaleTimeString('en-GB')

/** Newest first, as they come. */
export function Captions({ rows, captions }: Readonly<{ rows: readonly CaptionRow[], captions: GlassesStatus['captions'] }>) {
  if (rows.length === 0) return <EmptyState icon={<MessageSquareText aria-hidden />} title="No captions in this span" text={captions.text} />
  return (
    <ol className="glasses-list">
      {rows.toReversed().slice(0, 300).map((row) => (
        <li key={row.id} className="glasses-item">
          <div className="row glasses-item-head"><time className="tabular" dateTime={row.createdAt}>{time(row.createdAt)}</time>{row.isMock ? <span className="badge badge-model mock-mark">MOCK</span> : null}<span className="grow" /><span className="quiet small tabular">{row.latencyMs === null ? '' : `${(row.latencyMs / 1000).toFixed(1)} s`}</span></div>
          <p>{row.caption}</p>
        </li>
      ))}
    </ol>
  )
}

const marks = { shown: <CircleAlert aria-hidden />, seen: <CircleCheck aria-hidden />, held: <Hourglass aria-hidden />, no: <CircleDashed aria-hidden /> }

/** Every decision of the span; those that ask for somebody stand out until they are seen. */
export function Notices({ rows, loop, onOpen }: Readonly<{ rows: readonly Intervention[], loop: GlassesStatus['loop'], onOpen: (id: number) => void }>) {
  const { seen } = useGlassesActs()
  if (rows.length === 0) return <EmptyState icon={<Radar aria-hidden />} title="No decision in this span" text={loop.text} />
  return (
    <ol className="glasses-list">
      {rows.toReversed().slice(0, 300).map((row) => {
        const isOpen = row.notice === 'shown' && row.seenAt === null
        return (
          <li key={row.id} className="glasses-item" data-open={isOpen}>
            <div className="row glasses-item-head"><time className="tabular" dateTime={row.createdAt}>{time(row.createdAt)}</time><span className="glasses-state">{row.decision === 'no' ? marks.no : isOpen ? marks.shown : row.notice === 'shown' ? marks.seen : marks.held}{noticeWords(row)}</span></div>
            <p className="glasses-reason">{row.wearer === '' ? '' : <b>{row.wearer}: </b>}{row.reasoning}</p>
            <div className="row">
              <Button tone="quiet" onClick={() => { onOpen(row.id) }}>Inputs</Button>
              {isOpen ? <Button onClick={() => { seen.mutate(row.id) }}>I have seen it</Button> : row.seenBy === null ? null : <span className="quiet small">seen by {row.seenBy}</span>}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** Who may stream, for whom, and who agreed; those whose right was taken back stand below. */
export function Devices({ devices }: Readonly<{ devices: readonly GlassesDevice[] }>) {
  const now = useNow(5000)
  const mayRevoke = useHasRole('clinician', 'admin')
  const { revoke } = useGlassesActs()
  const [asked, setAsked] = useState<GlassesDevice | null>(null)
  if (devices.length === 0) return <EmptyState icon={<Smartphone aria-hidden />} title="Nothing is paired" text="A device that is paired may stream until its right is taken back." />
  const sorted = [...devices.filter(({ revokedAt }) => revokedAt === null), ...devices.filter(({ revokedAt }) => revokedAt !== null)]
  return (
    <>
      <ul className="glasses-list">
        {sorted.map((device) => (
          <li key={device.id} className="glasses-item" data-over={device.revokedAt !== null}>
            <div className="row glasses-item-head"><b className="grow">{device.name}</b>{device.revokedAt === null ? null : <span className="badge">revoked</span>}</div>
            <p>{device.wearer.name}{device.wearer.kind === 'patient' ? `, patient${device.wearer.patientId === null ? '' : ` ${device.wearer.patientId}`}` : ', staff'} · {consentWords[device.consent.how]}{device.consent.givenBy === 'representative' ? ' (representative)' : ''}</p>
            <p className="quiet small">Paired {instantText(device.pairedAt, now)} by {device.pairedBy}. {device.lastSeenAt === null ? 'Never seen since.' : `Last seen ${instantText(device.lastSeenAt, now)}.`}</p>
            {device.revokedAt === null && mayRevoke ? <div><Button tone="quiet" aria-label={`Revoke ${device.name}`} onClick={() => { setAsked(device) }}><Unplug aria-hidden />Revoke</Button></div> : null}
          </li>
        ))}
      </ul>
      <Dialog isOpen={asked !== null} onClose={() => { setAsked(null) }} title={`Revoke ${asked?.name ?? ''}?`} description="What it streams now ends, its token is worth nothing any more, and the consent is recorded as withdrawn.">
        <div className="row"><span className="grow" /><Button onClick={() => { setAsked(null) }}>Keep it</Button><Button tone="danger" onClick={() => { if (asked !== null) revoke.mutate(asked.id); setAsked(null) }}>Revoke</Button></div>
      </Dialog>
    </>
  )
}
