import type { StudyUid } from '../../src-shared/ids.ts'
import type { ViewerTransport } from './transport.ts'
import type { StudyViewer } from './types.ts'

export type StudyViewerOptions = Readonly<{
  studyUid: StudyUid
  /** The edge, as `createHttpTransport(fetch)` gives it. */
  transport: ViewerTransport
  /** Who measures: kept with the drawing, the edge writes its own. */
  budgetBytes?: number
}>

/** Makes the viewer of one study. Nothing is fetched before `openSeries`; call `dispose` when the study is left. */
export function createStudyViewer(options: StudyViewerOptions): StudyViewer {
  throw new Error(`The viewer is being built (${options.studyUid.length}).`)
}
