import { useStore } from 'zustand'
import type { SopInstanceUid } from '../../../../src-shared/ids.ts'
import type { StudyViewer } from '../../../viewer/index.ts'

/** The stored image behind the active pane. `about` says which one it is. */
export type ShownInstance = Readonly<{ sopInstanceUid: SopInstanceUid, frameNumber: number | null, about: string }>

/** Of a cut through the volume, which is no stored image, the first image of its series. Null where nothing is shown. */
export function useShownInstance(viewer: StudyViewer): ShownInstance | null {
  const uid = useStore(viewer.store, (state) => state.panes[state.activePane].sopInstanceUid)
  const frame = useStore(viewer.store, (state) => state.panes[state.activePane].frameNumber)
  const index = useStore(viewer.store, (state) => state.panes[state.activePane].index)
  const count = useStore(viewer.store, (state) => state.panes[state.activePane].count)
  const first = useStore(viewer.store, (state) => (state.series.kind === 'ready' ? state.series.description.frames[0] : undefined))
  if (uid !== null) return { sopInstanceUid: uid, frameNumber: frame, about: index === null ? 'The image shown' : `Image ${index + 1} of ${count}` }
  if (first === undefined || index === null) return null
  return { sopInstanceUid: first.sopInstanceUid, frameNumber: first.frameNumber, about: 'The first image of the series: the cut shown is made of all of them' }
}
