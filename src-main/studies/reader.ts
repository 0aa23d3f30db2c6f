import { AppError } from '../../src-shared/errors.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import { StudyUid } from '../../src-shared/ids.ts'
import { SeriesSummary, type ImportResult, type StudyDetail, type StudySeries } from '../../src-shared/studies.ts'
import type { Bus } from '../platform/bus.ts'
import { isUnwritable } from '../platform/disk-full.ts'
import { summariseSeries } from './describe.ts'
import type { ImportStore } from './import-store.ts'
import type { StoredInstance, StudyStore } from './store.ts'
import type { WorklistStore } from './worklist-store.ts'

type Deps = Readonly<{
  store: StudyStore, imports: ImportStore, worklist: WorklistStore, events: Bus<EdgeEvent>
  /** A viewable series that has no picture yet; called inside a transaction. */
  onNewPicture: (seriesUid: string) => void
}>
export type StudyReader = ReturnType<typeof createStudyReader>

/** What is told of studies and series; summaries are computed once after each change and kept. */
export function createStudyReader({ store, imports, worklist, events, onNewPicture }: Deps) {
  /** Throws AppError 'not-found'. */
  const instance = (sopInstanceUid: string): StoredInstance => {
    const found = store.instance(sopInstanceUid)
    if (found === null) throw new AppError('not-found', 'There is no such instance.')
    return found
  }

  const instancesOf = (seriesUid: string): StoredInstance[] => {
    const instances = store.instancesOfSeries(seriesUid)
    if (instances.length === 0) throw new AppError('not-found', 'There is no such series.')
    return instances
  }

  const summaryOf = (seriesUid: string): StudySeries => {
    const summary = summariseSeries(instancesOf(seriesUid))
    store.saveSummary(summary)
    return summary
  }

  /** A summary is kept only to be faster the next time: who reads must not be refused because the disk takes no row. */
  const summaryRead = (seriesUid: string): StudySeries => {
    const summary = summariseSeries(instancesOf(seriesUid))
    try {
      store.saveSummary(summary)
    } catch (error) {
      if (!isUnwritable(error)) throw error
    }
    return summary
  }

  const detail = (studyUid: string): StudyDetail => {
    const study = worklist.row(studyUid)
    if (study === null) throw new AppError('not-found', 'There is no such study.')
    return { study, series: store.seriesOfStudy(studyUid).map(({ seriesUid, summary }) => summary ?? summaryRead(seriesUid)) }
  }

  return {
    instance, instancesOf, detail,
    /** Brings summaries, counts and pictures up to date with the instances that came in. */
    settle(studyUids: readonly string[]): void {
      for (const studyUid of studyUids) {
        store.transaction(() => {
          for (const { seriesUid, summary, thumbnailSha256 } of store.seriesOfStudy(studyUid)) {
            const { isViewable } = summary ?? summaryOf(seriesUid)
            if (isViewable && thumbnailSha256 === null) onNewPicture(seriesUid)
          }
          store.refreshStudy(studyUid)
        })
        events.publish({ type: 'study-changed', studyUid: StudyUid.parse(studyUid) })
      }
    },
    /** Studies with series whose instances changed since their summary: what a killed process left. */
    staleStudies: (): string[] => [...new Set(store.staleSeries().flatMap((seriesUid) => store.series(seriesUid)?.studyUid ?? []))],
    importResult(importId: string): ImportResult {
      const progress = imports.progress(importId)
      if (progress === null) throw new AppError('not-found', 'There is no such import.')
      return {
        imported: progress.imported, duplicates: progress.duplicates, rejected: imports.rejections(importId),
        studies: progress.studyUids.map((studyUid) => {
          const { study, series } = detail(studyUid)
          return { studyUid, patientName: study.patientName, studyDate: study.studyDate, series: series.map((row) => SeriesSummary.parse(row)) }
        })
      }
    }
  }
}
