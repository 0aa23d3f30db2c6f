import type { SeriesUid } from '../../src-shared/ids.ts'
import type { FrameDescription } from '../../src-shared/studies.ts'

/** Scheme under which Cornerstone3D knows our frames. */
export const scheme = 'vigil'

/** `vigil:<series>/<instance>/<frame>`: one frame, for Cornerstone3D's loaders, cache and metadata alike. */
export function imageIdOf(seriesUid: SeriesUid, frame: FrameDescription): string {
  return `${scheme}:${seriesUid}/${frame.sopInstanceUid}/${frame.frameNumber}`
}
