import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { StudyDetail } from '../../../src-shared/studies.ts'
import type { StudyAnalysis } from '../../api/analysis.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { analysisQuery, detailQuery, reportQuery } from '../../api/queries.ts'
import { useCommands } from '../../ui/commands-context.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'
import { useStudySteps } from '../worklist/index.ts'
import { useFindingCommands } from './findings/finding-commands.ts'
import { FindingDialogs } from './findings/finding-dialogs.tsx'
import { useHangAtOpening } from './hanging/use-hanging.ts'
import { Panel } from './panel/panel.tsx'
import { SeriesStrip } from './series-strip.tsx'
import { StudyHead } from './study-head.tsx'
import { StudyImages } from './study-images.tsx'
import { createStudyScreenStore, StudyScreenProvider, useStudyScreen } from './study-state.ts'
import './study.css'
import './report/report.css'
import { useViewer, ViewerProvider } from './viewer-link.tsx'

/** One study: its series on the left, the images in the middle, findings and report on the right. Mount it with the study's UID as its key. */
export function StudyScreen({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const api = useApi()
  const [store] = useState(createStudyScreenStore)
  const detail = useQuery(detailQuery(api, studyUid))
  const analysis = useQuery(analysisQuery(api, studyUid))
  if (detail.data === undefined) {
    return detail.isError ? <ErrorState title="The study can't be opened" message={messageOf(detail.error)} onRetry={() => { void detail.refetch() }} /> : <div className="panel-loading"><Skeleton width="30%" /><Skeleton height={240} /></div>
  }
  return <StudyScreenProvider store={store}><Loaded detail={detail.data} known={analysis.data ?? nothingKnown} isKnown={!analysis.isPending} /></StudyScreenProvider>
}

const nothingKnown: StudyAnalysis = { analysis: null, findings: [], protocols: [] }

type LoadedProps = Readonly<{ detail: StudyDetail, known: StudyAnalysis, isKnown: boolean }>

function Loaded({ detail, known, isKnown }: LoadedProps) {
  const selectedFindingId = useStudyScreen((state) => state.selectedFindingId)
  return (
    <ViewerProvider studyUid={detail.study.studyUid} findings={known.findings} selectedFindingId={selectedFindingId}>
      <Workplace detail={detail} known={known} isKnown={isKnown} />
    </ViewerProvider>
  )
}

function Workplace({ detail, known, isKnown }: LoadedProps) {
  const { study, series } = detail
  const viewer = useViewer()
  const navigate = useNavigate()
  const report = useQuery(reportQuery(useApi(), study.studyUid))
  // Verdicts are medical acts: not for assistants, and not for anybody once the report is signed.
  const mayJudge = useHasRole('clinician', 'admin')
  const isSigned = report.data !== undefined && report.data.status !== 'draft'
  const isReadOnly = isSigned || !mayJudge
  const preferred = known.analysis?.seriesUid ?? null
  useHangAtOpening(viewer, detail, { preferred, isReady: isKnown || study.status === 'new' })
  useFindingCommands(study.studyUid, known.findings, isReadOnly)
  const leave = () => { void navigate({ to: '/' }) }
  const steps = useStudySteps(study.studyUid)
  const go = (uid: StudyUid | null) => uid === null ? null : () => {
    steps.take(uid)
    void navigate({ to: '/study', search: { uid } })
  }
  const [previous, next] = [go(steps.previous), go(steps.next)]
  useCommands([
    { id: 'study.leave', run: leave },
    { id: 'study.next', isEnabled: next !== null, run: () => { next?.() } },
    { id: 'study.previous', isEnabled: previous !== null, run: () => { previous?.() } }
  ])
  return (
    <div className="study">
      <StudyHead study={study} onLeave={leave} onPrevious={previous} onNext={next} />
      <div className="study-body">
        <SeriesStrip studyUid={study.studyUid} series={series} />
        <section className="study-images" aria-label="Images"><StudyImages viewer={viewer} detail={detail} preferred={preferred} /></section>
        <Panel studyUid={study.studyUid} known={known} isReadOnly={isReadOnly} isSigned={isSigned} />
      </div>
      <FindingDialogs studyUid={study.studyUid} findings={known.findings} />
    </div>
  )
}
