import { useQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { WorklistRow } from '../../../../src-shared/studies.ts'
import type { PriorStudy } from '../../../../src-shared/viewing.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { priorsQuery } from '../../../api/queries.ts'
import { ToolMenu } from '../viewports/tool-menu.tsx'
import { distanceText } from './distance-text.ts'
import './hanging.css'

type PriorsMenuProps = Readonly<{
  study: Pick<WorklistRow, 'studyUid' | 'studyDate'>
  /** Hangs that study beside the one that is read (`useCompare`). */
  onCompare: (studyUid: StudyUid) => void
}>

/** Other studies of the same patient, newest first; choosing one hangs it beside this one. For the viewer's toolbar. */
export function PriorsMenu({ study, onCompare }: PriorsMenuProps) {
  const priors = useQuery(priorsQuery(useApi(), study.studyUid))
  const list = priors.data ?? []
  return (
    <ToolMenu name={list.length === 0 ? 'Other studies of this patient' : `Other studies of this patient: ${list.length}`} icon={<History aria-hidden />} {...(list.length === 0 ? {} : { label: String(list.length) })}>
      {list.length === 0 ? <DropdownMenu.Item className="viewer-menu-item viewer-menu-note" disabled>{priors.isError ? messageOf(priors.error) : priors.isPending ? 'Looking for other studies…' : 'No other study of this patient is here. One patient’s are those with the same Patient ID and birth date.'}</DropdownMenu.Item> : (
        <DropdownMenu.Label className="hanging-label">Compare with</DropdownMenu.Label>
      )}
      {list.map((prior) => <PriorItem key={prior.studyUid} prior={prior} studyDate={study.studyDate} onCompare={onCompare} />)}
    </ToolMenu>
  )
}

function PriorItem({ prior, studyDate, onCompare }: Readonly<{ prior: PriorStudy, studyDate: string | null, onCompare: (studyUid: StudyUid) => void }>) {
  return (
    <DropdownMenu.Item className="viewer-menu-item" onSelect={() => { onCompare(prior.studyUid) }}>
      <span className="viewer-menu-name">{prior.studyDate ?? 'no date'}</span>
      <span>{[prior.modalities.join(' '), prior.description || prior.bodyPart].filter((part) => part !== '').join(' · ') || 'no description'}{prior.hasOtherName ? <span className="menu-item-hint hanging-failed">Under another name: make sure that it is the same person.</span> : null}</span>
      <span className="quiet">{distanceText(prior, studyDate)}</span>
    </DropdownMenu.Item>
  )
}
