import type { StudyUid } from '../../../src-shared/ids.ts'
import type { AnalysisDeps } from '../faces.ts'
import type { AnalysisStore } from './analysis-store.ts'

type Deps = Pick<AnalysisDeps, 'clock' | 'studies'> & Readonly<{
  analysisId: string, studyUid: StudyUid, store: AnalysisStore, announce: (analysisId: string) => void, progress: (fraction: number) => void
}>

const everyMs = 250
/** The worklist is drawn again at each change, so it hears less often. */
const worklistEveryMs = 1000

/** Progress that only goes forward, written a few times a second. */
export function createProgress({ analysisId, studyUid, clock, studies, store, announce, progress }: Deps): (fraction: number) => void {
  let highest = 0
  let writtenMs = Number.NEGATIVE_INFINITY
  let listedMs = Number.NEGATIVE_INFINITY
  return (fraction) => {
    highest = Math.max(highest, Math.min(0.99, fraction))
    const now = clock.monotonicMs()
    if (now - writtenMs < everyMs || store.get(analysisId)?.state !== 'running') return
    writtenMs = now
    store.change(analysisId, { progress: highest })
    progress(highest)
    announce(analysisId)
    if (now - listedMs < worklistEveryMs) return
    listedMs = now
    studies.setReview(studyUid, { progress: highest })
  }
}
