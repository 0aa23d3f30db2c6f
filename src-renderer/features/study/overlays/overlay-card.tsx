import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronRight, Eye, EyeOff } from 'lucide-react'
import { assertNever } from '../../../../src-shared/errors.ts'
import type { OverlaySummary } from '../../../../src-shared/overlays.ts'
import type { StudySeries } from '../../../../src-shared/studies.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { overlayQuery } from '../../../api/overlays.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { ErrorState, Skeleton } from '../../../ui/states.tsx'
import { openOverlay, type OpenedOverlay } from '../../../viewer/index.ts'
import { useStudyScreen } from '../study-state.ts'
import { DocumentButton } from './document-button.tsx'
import type { OverlayJumps } from './overlay-jumps.ts'
import { OverlayParts } from './overlay-parts.tsx'
import { isSameOverlay, toggled } from './overlay-switches.ts'
import { kindName, targetText } from './overlay-texts.ts'
import { PresentationFacts } from './presentation-facts.tsx'
import { ReportText } from './report-text.tsx'
import { SelectionImages } from './selection-images.tsx'

/** One object: what it is, where it belongs, its switch; opened, its content. */
export function OverlayCard({ summary, series, jumps }: Readonly<{ summary: OverlaySummary; series: readonly StudySeries[]; jumps: OverlayJumps }>) {
  const isOn = useStudyScreen((state) => state.overlaysOn.some((one) => isSameOverlay(one, summary)))
  const isOpen = useStudyScreen((state) => state.openOverlayUid === summary.sopInstanceUid || state.openOverlayUid === summary.seriesUid)
  const on = useStudyScreen((state) => state.overlaysOn)
  const set = useStudyScreen((state) => state.set)
  const canOpen = summary.kind !== 'unread'
  const where = targetText(summary, series)
  return (
    <section className="object-card" data-on={isOn} aria-label={`${kindName(summary.kind)} ${summary.label}`}>
      <div className="object-head">
        <button type="button" className="object-main" disabled={!canOpen} aria-expanded={isOpen} onClick={() => { set({ openOverlayUid: isOpen ? null : summary.sopInstanceUid }) }}>
          {isOpen ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
          <span className="grow"><span className="object-name">{summary.label}</span><span className="quiet small">{[kindName(summary.kind), summary.detail].filter((text) => text !== '').join(' · ')}</span></span>
        </button>
        {summary.isDrawable ? <IconButton name={isOn ? 'Hide on the images' : 'Show on the images'} aria-pressed={isOn} onClick={() => { set({ overlaysOn: toggled(on, summary, isSameOverlay) }) }}>{isOn ? <Eye aria-hidden /> : <EyeOff aria-hidden />}</IconButton> : null}
      </div>
      {where === '' ? null : <p className="object-note quiet small">{where}</p>}
      {summary.notDrawableReason === null ? null : <p className={`object-note small ${isLack(summary) ? 'object-reason' : 'quiet'}`}>{summary.notDrawableReason}</p>}
      {isOn && !isOpen ? <Drawing summary={summary} /> : null}
      {isOpen ? <Opened summary={summary} jumps={jumps} /> : null}
    </section>
  )
}

/** What is switched on and not drawn yet says so, and why where it never will be. */
function Drawing({ summary }: Readonly<{ summary: OverlaySummary }>) {
  const { data, isError, error, refetch } = useQuery(overlayQuery(useApi(), summary, openOverlay))
  if (data !== undefined) return null
  if (!isError) return <output className="object-note quiet small">Loading…</output>
  return <p className="object-note object-reason small" role="alert">Not drawn: {messageOf(error)} <Button tone="quiet" onClick={() => { void refetch() }}>Try again</Button></p>
}

/** A report, a selection or a document is not drawn by its nature; damaged objects and missing images are worth a colour. */
const isLack = ({ kind, targets, imagesNamed }: OverlaySummary) => kind === 'unread' || (targets.length === 0 && (imagesNamed > 0 || kind === 'contours' || kind === 'segmentation'))

function Opened({ summary, jumps }: Readonly<{ summary: OverlaySummary; jumps: OverlayJumps }>) {
  const { data, isError, error, refetch } = useQuery(overlayQuery(useApi(), summary, openOverlay))
  if (data === undefined) return isError ? <ErrorState title="It can't be read" message={messageOf(error)} onRetry={() => { void refetch() }} /> : <div className="panel-loading"><Skeleton /><Skeleton width="60%" /></div>
  const notes = 'notes' in data.content ? data.content.notes : []
  return (
    <div className="object-content">
      {notes.map((note) => <p key={note} className="object-note object-reason small">{note}</p>)}
      <Content overlay={data} summary={summary} jumps={jumps} />
    </div>
  )
}

function Content({ overlay, summary, jumps }: Readonly<{ overlay: OpenedOverlay; summary: OverlaySummary; jumps: OverlayJumps }>) {
  const { content, places } = overlay
  const parts = <OverlayParts overlay={overlay} onJump={(number) => { jumps.toPart(overlay, number, summary) }} />
  switch (content.kind) {
    case 'contours': case 'segmentation': return parts
    case 'report': return <ReportText content={content} places={places} onJumpToImage={(image) => { jumps.toImage(image, places) }} onJumpToGraphic={(number) => { jumps.toPart(overlay, number, summary) }} />
    case 'selection': return <SelectionImages content={content} places={places} onJump={(image) => { jumps.toImage(image, places) }} />
    case 'presentation': return <PresentationFacts content={content} onApply={() => { jumps.apply(overlay) }} />
    case 'document': return <DocumentButton sopInstanceUid={overlay.sopInstanceUid} content={content} />
    default: return assertNever(content)
  }
}
