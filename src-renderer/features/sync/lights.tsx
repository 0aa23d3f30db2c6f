import { CircleCheck, CircleDashed, CircleDotDashed, CloudOff, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { OffSite, SyncStatus } from '../../../src-shared/sync.ts'
import type { SystemState } from '../../../src-shared/system.ts'
import { offSiteSentence } from './sync-texts.ts'

type Tone = 'good' | 'warning' | 'danger' | 'plain'

/** Whether power may go, and whether this room may burn. Unknown is said as unknown. */
export function Lights({ status, system }: Readonly<{ status: SyncStatus, system: SystemState | undefined }>) {
  return (
    <div className="sync-lights">
      {system === undefined ? <Light tone="plain" icon={<CircleDashed aria-hidden />} title="Safe to switch off: unknown" text="The workstation does not answer at the moment." />
        : system.isSafeToSwitchOff ? <Light tone="good" icon={<CircleCheck aria-hidden />} title="Safe to switch off" text="Everything that was acknowledged is on this disk. What is being sent goes on from its last byte after the next start." />
          : <Light tone="warning" icon={<CircleDotDashed aria-hidden />} title="Writing: do not switch off" text="Something is being written to the disk right now." />}
      <OffSiteLight offSite={status.offSite} storageText={status.storage.text} />
    </div>
  )
}

function OffSiteLight({ offSite, storageText }: Readonly<{ offSite: OffSite, storageText: string }>) {
  const text = `${offSiteSentence(offSite)} ${storageText}`
  switch (offSite.state) {
    case 'all': return <Light tone="good" icon={<CircleCheck aria-hidden />} title={offSite.total === 0 ? 'Nothing to send off-site yet' : 'All off-site'} text={text} />
    case 'some': return <Light tone="warning" icon={<CircleDotDashed aria-hidden />} title={`${offSite.confirmed} of ${offSite.total} off-site`} text={text} />
    case 'trouble': return <Light tone="danger" icon={<TriangleAlert aria-hidden />} title={`${offSite.confirmed} of ${offSite.total} off-site`} text={text} />
    case 'off': return <Light tone="plain" icon={<CloudOff aria-hidden />} title="Nothing goes off-site" text={text} />
    default: return offSite.state satisfies never
  }
}

function Light({ tone, icon, title, text }: Readonly<{ tone: Tone, icon: ReactNode, title: string, text: string }>) {
  return <section className={`sync-light sync-light-${tone}`} aria-label={title}>{icon}<div className="stack"><h2>{title}</h2><p className="quiet">{text}</p></div></section>
}
