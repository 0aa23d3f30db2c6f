import { useQuery } from '@tanstack/react-query'
import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react'
import type { Finding } from '../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import { useApi } from '../../api/api-context.tsx'
import { annotationsQuery, masksQuery, systemQuery } from '../../api/queries.ts'
import { useNotify } from '../../ui/notices.tsx'
import { useStudyScreenStore } from './study-state.ts'
import { createHttpTransport, createStudyViewer, type StudyViewer } from '../../viewer/index.ts'

const ViewerContext = createContext<StudyViewer | null>(null)
const ReadStudyContext = createContext<StudyUid | null>(null)

/** Makes the viewer of one study for as long as its screen is open, and tells it what it must know from outside. */
export function ViewerProvider({ studyUid, findings, selectedFindingId, children }: Readonly<{ studyUid: StudyUid, findings: readonly Finding[], selectedFindingId: string | null, children: ReactNode }>) {
  const [viewer] = useState(() => createStudyViewer({ studyUid, transport: createHttpTransport() }))
  const ruler = useQuery(systemQuery(useApi())).data?.ruler
  const annotationsAt = useQuery(annotationsQuery(useApi(), studyUid)).dataUpdatedAt
  const masks = useQuery({ ...masksQuery(useApi(), studyUid), enabled: findings.some(({ kind }) => kind === 'stone') }).data
  useEffect(() => () => { void viewer.dispose() }, [viewer])
  useEffect(() => { if (masks !== undefined) viewer.setMasks(masks) }, [viewer, masks])
  usePicks(viewer, findings)
  useEffect(() => { viewer.setFindings(findings, selectedFindingId) }, [viewer, findings, selectedFindingId])
  useEffect(() => { if (ruler !== undefined) viewer.setRuler(ruler) }, [viewer, ruler])
  useEffect(() => { if (annotationsAt > 0) void viewer.refreshMeasurements() }, [viewer, annotationsAt])
  return <ReadStudyContext value={studyUid}><ViewerContext value={viewer}>{children}</ViewerContext></ReadStudyContext>
}

/** A stone that is picked in three dimensions is chosen like its card: it is selected, and its own image opens beside it. */
function usePicks(viewer: StudyViewer, findings: readonly Finding[]): void {
  const store = useStudyScreenStore()
  useEffect(() => viewer.onPick((findingId) => {
    const finding = findings.find(({ id }) => id === findingId)
    if (finding === undefined) return
    store.getState().set({ selectedFindingId: findingId })
    const { seriesUid, sopInstanceUid, frameNumber, centreMm, diameterEndsMm } = finding
    void viewer.jumpTo({ seriesUid, sopInstanceUid, frameNumber, centreMm, diameterEndsMm, findingId })
  }), [viewer, findings, store])
}

export function useViewer(): StudyViewer {
  const viewer = use(ViewerContext)
  if (viewer === null) throw new Error('useViewer needs a ViewerProvider above it')
  return viewer
}

/** The study that is read; others may hang beside it. */
export function useReadStudyUid(): StudyUid {
  const studyUid = use(ReadStudyContext)
  if (studyUid === null) throw new Error('useReadStudyUid needs a ViewerProvider above it')
  return studyUid
}

/** Shows a finding's own instance, or says why it does not; never another slice. */
export function useJumpToFinding(): (finding: Finding) => void {
  const viewer = useViewer()
  return useCallback((finding) => {
    const { seriesUid, sopInstanceUid, frameNumber, centreMm, diameterEndsMm, id } = finding
    // A refusal stands as a sentence over the images, put there by the viewer.
    void viewer.jumpTo({ seriesUid, sopInstanceUid, frameNumber, centreMm, diameterEndsMm, findingId: id })
  }, [viewer])
}

export function useJumpToFindingId(findings: readonly Finding[]): (findingId: string) => void {
  const jump = useJumpToFinding()
  const notify = useNotify()
  const store = useStudyScreenStore()
  return (findingId) => {
    const finding = findings.find((one) => one.id === findingId)
    if (finding === undefined) {
      notify('error', 'The finding behind this number is not there any more.')
      return
    }
    store.getState().set({ selectedFindingId: finding.id })
    jump(finding)
  }
}
