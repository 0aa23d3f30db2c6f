import { useMemo } from 'react'
import { useStore } from 'zustand'
import type { StudyViewer } from '../../../viewer/index.ts'
import type { ImageAt } from './marks.ts'

/** The stored image in the active pane; null where the pane is empty or cuts a plane that is nobody's image. */
export function useActiveImage(viewer: StudyViewer): ImageAt | null {
  const studyUid = useStore(viewer.store, ({ panes, activePane }) => panes[activePane].studyUid)
  const seriesUid = useStore(viewer.store, ({ panes, activePane }) => panes[activePane].seriesUid)
  const sopInstanceUid = useStore(viewer.store, ({ panes, activePane }) => panes[activePane].sopInstanceUid)
  const frameNumber = useStore(viewer.store, ({ panes, activePane }) => panes[activePane].frameNumber)
  return useMemo(
    () => (studyUid === null || seriesUid === null || sopInstanceUid === null || frameNumber === null ? null : { studyUid, seriesUid, sopInstanceUid, frameNumber }),
    [studyUid, seriesUid, sopInstanceUid, frameNumber]
  )
}
