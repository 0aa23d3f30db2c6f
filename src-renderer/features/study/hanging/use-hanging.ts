import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef } from 'react'
import type { SeriesUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { StudyDetail } from '../../../../src-shared/studies.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { detailQuery, hangingProtocolsQuery, priorsQuery } from '../../../api/queries.ts'
import { useNotify } from '../../../ui/notices.tsx'
import type { StudyViewer } from '../../../viewer/index.ts'
import { hang, needsPrior, priorToHang, protocolFor, sideBySide, type Hanging } from './hang.ts'
import { kindOf } from './study-kind.ts'
import { showHanging } from './viewer-screen.ts'

/** The earlier study that hangs beside this one where a protocol asks for it; undefined while it is not known yet, null where there is none. */
export function usePriorDetail(detail: StudyDetail, isWanted: boolean): StudyDetail | null | undefined {
  const api = useApi()
  const { studyUid } = detail.study
  const priors = useQuery({ ...priorsQuery(api, studyUid), enabled: isWanted })
  const priorUid = priorToHang(priors.data ?? [], kindOf(detail))?.studyUid ?? null
  const prior = useQuery({ ...detailQuery(api, priorUid ?? studyUid), enabled: isWanted && priorUid !== null })
  if (!isWanted || priors.isError || prior.isError) return null
  if (priors.data === undefined) return undefined
  return priorUid === null ? null : prior.data
}

/** How the study hangs by itself; null while that is being found out. What can't be read does not keep the images away. */
function useHanging(detail: StudyDetail, preferred: SeriesUid | null): Hanging | null {
  const protocols = useQuery(hangingProtocolsQuery(useApi()))
  const notify = useNotify()
  const failure = protocols.isError && protocols.data === undefined ? messageOf(protocols.error) : null
  useEffect(() => { if (failure !== null) notify('error', `Your hanging protocols can’t be read, so the study hangs in the usual way. ${failure}`) }, [failure, notify])
  const prior = usePriorDetail(detail, needsPrior(protocolFor(protocols.data ?? [], kindOf(detail))))
  if (protocols.isPending || prior === undefined) return null
  return hang({ detail, prior, protocols: protocols.data ?? [], preferred })
}

/** Puts a hanging on the screen and says why panes stay empty. */
export function useShowHanging(viewer: StudyViewer): (hanging: Hanging) => void {
  const notify = useNotify()
  return useCallback((hanging) => {
    void showHanging(viewer, hanging).then((reasons) => {
      if (hanging.protocolId !== null && reasons.length > 0) notify('info', `Hung by “${hanging.name}”. Left empty: ${reasons.join(' ')}`)
    })
  }, [viewer, notify])
}

/** Hangs a study once, when it opens; what the clinician does to the screen afterwards stays. `isReady`: what is preferred is known. */
export function useHangAtOpening(viewer: StudyViewer, detail: StudyDetail, { preferred, isReady }: Readonly<{ preferred: SeriesUid | null, isReady: boolean }>): void {
  const hanging = useHanging(detail, preferred)
  const show = useShowHanging(viewer)
  const isHung = useRef(false)
  useEffect(() => {
    // A study whose images are still coming in hangs when there is something to hang.
    if (isHung.current || hanging === null || !isReady || hanging.panes.every(({ kind }) => kind === 'empty')) return
    isHung.current = true
    if (Object.values(viewer.store.getState().panes).every(({ seriesUid }) => seriesUid === null)) show(hanging)
  }, [viewer, hanging, isReady, show])
}

/** Hangs another study of the patient beside the series in the active pane. */
export function useCompare(viewer: StudyViewer, detail: StudyDetail): (studyUid: StudyUid) => void {
  const api = useApi()
  const queryClient = useQueryClient()
  const notify = useNotify()
  return useCallback((studyUid) => {
    const compare = async () => {
      const prior = await queryClient.fetchQuery(detailQuery(api, studyUid))
      const { panes, activePane } = viewer.store.getState()
      const active = panes[activePane]
      const reasons = await showHanging(viewer, sideBySide(detail, prior, active.studyUid === detail.study.studyUid ? active.seriesUid : null), 'compare')
      if (reasons.length > 0) notify('error', reasons.join(' '))
    }
    compare().catch((error: unknown) => { notify('error', messageOf(error)) })
  }, [api, queryClient, notify, viewer, detail])
}
