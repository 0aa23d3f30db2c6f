import type { StudyUid } from '../../../src-shared/ids.ts'
import type { ReportContent, ReportLine } from '../../../src-shared/reports.ts'
import type { AnalysisDeps } from '../faces.ts'
import type { AnalysisRow } from '../graph/analysis-store.ts'
import type { FrozenReport } from '../reports/frozen.ts'
import { runWords } from './read-step.ts'
import type { ReadingStore } from './reading-store.ts'
import { statementLines } from './statement-lines.ts'

type Deps = Pick<AnalysisDeps, 'reader'> & Readonly<{ store: ReadingStore, isSigned: (studyUid: StudyUid) => boolean }>
export type ModelText = ReturnType<typeof createModelText>

/** What of a model's words reaches a report, and what keeps a report from being signed because of them. */
export function createModelText({ reader, store, isSigned }: Deps) {
  const runOf = (readingId: string) => store.get(readingId)?.run ?? null
  return {
    /** Read-first: no word of a model is shown before somebody has written an impression. */
    isHidden: (studyUid: StudyUid): boolean => reader.isReadFirst() && store.firstImpression(studyUid) === null && !isSigned(studyUid),
    flagged: (studyUid: StudyUid): number => store.statementsOfStudy(studyUid).filter(({ isFlagged, status }) => isFlagged && status === 'proposed').length,
    statementsOf(studyUid: StudyUid): Readonly<{ findings: readonly ReportLine[], impression: readonly ReportLine[] }> {
      const decided = store.statementsOfStudy(studyUid).filter(({ status }) => status === 'accepted' || status === 'amended').map((statement) => ({ statement, run: runOf(statement.readingId) }))
      return { findings: statementLines(decided, 'findings'), impression: statementLines(decided, 'impression') }
    },
    /** The sentence of the technique: which model read how much, or that none did and why. */
    readerWords({ id, reader: words }: AnalysisRow): string {
      const described = store.ofAnalysis(id, 'describe-study', '')
      const error = described?.error ?? null
      const run = described?.run ?? null
      if (described === null || run === null || words === null) return `No model has read this study${error === null ? '' : `: ${error.replace(/\.$/, '')}`}.`
      const { images, imagesAvailable, imagesNote } = described
      const share = images.length < imagesAvailable ? `${images.length} of ${imagesAvailable} slices, because ${imagesNote}` : `all ${imagesAvailable} slices`
      return `${run.isMock ? 'MOCK: no model has read this study; made-up answers stand in for one.' : `Read by ${runWords(run)} on ${share}.`} Its words are proposals and are marked.`
    },
    /** Of the lines of a report that hold a model's words: what made each. */
    modelLines({ findings, impression }: ReportContent): NonNullable<FrozenReport['modelLines']> {
      return [...findings, ...impression].flatMap(({ id }) => {
        const statement = id.startsWith('statement:') ? store.statement(id.slice('statement:'.length)) : null
        const run = statement === null ? null : runOf(statement.readingId)
        return statement === null || run === null ? [] : [{ lineId: id, run, images: statement.images }]
      })
    }
  }
}
