import { assertNever } from '../../../../src-shared/errors.ts'
import type { SeriesUid } from '../../../../src-shared/ids.ts'
import type { OverlayKind, OverlaySummary } from '../../../../src-shared/overlays.ts'
import type { StudySeries } from '../../../../src-shared/studies.ts'

/** What an object is, in a word or two. */
export function kindName(kind: OverlayKind): string {
  switch (kind) {
    case 'contours': return 'Structure set'
    case 'segmentation': return 'Segmentation'
    case 'report': return 'Report'
    case 'selection': return 'Key images'
    case 'presentation': return 'Presentation state'
    case 'document': return 'Document'
    case 'unread': return 'Not read'
    default: return assertNever(kind)
  }
}

/** "On CT 2 Abdomen; by frame of reference on PT 3, MR 4": which series an object belongs on. Empty where on none. */
export function targetText({ targets }: Pick<OverlaySummary, 'targets'>, series: readonly StudySeries[]): string {
  const names = (by: OverlaySummary['targets'][number]['by']) => targets.filter((target) => target.by === by).map(({ seriesUid }) => seriesName(seriesUid, series)).join(', ')
  const named = names('images')
  const sharing = names('frame-of-reference')
  if (sharing === '') return named === '' ? '' : `On ${named}`
  return named === '' ? `By frame of reference on ${sharing}` : `On ${named}; by frame of reference on ${sharing}`
}

function seriesName(seriesUid: SeriesUid, series: readonly StudySeries[]): string {
  const found = series.find((one) => one.seriesUid === seriesUid)
  return found === undefined ? 'a series of another study' : `${found.modality} ${found.seriesNumber ?? ''} ${found.description}`.replace(/\s+/g, ' ').trim()
}
