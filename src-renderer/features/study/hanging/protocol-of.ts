import type { SeriesUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { StudyDetail } from '../../../../src-shared/studies.ts'
import type { HangingProtocolWrite, PaneMode, PaneRule, SeriesRule, Slab } from '../../../../src-shared/viewing.ts'
import { viewableOf, wordsOf } from './study-kind.ts'

/** One pane as it stands on the screen; the uids are null where it is empty. */
export type PaneNow = Readonly<{
  studyUid: StudyUid | null, seriesUid: SeriesUid | null, mode: PaneMode, slab: Slab | null,
  window: Readonly<{ center: number, width: number }> | null, isInverted: boolean
}>
/** The screen as it stands, panes row by row. */
export type ScreenNow = Readonly<{ rows: number, columns: number, panes: readonly PaneNow[], isLinked: boolean }>
export type SaveAs = Readonly<Pick<HangingProtocolWrite, 'id' | 'name' | 'modality' | 'bodyPart' | 'revision'>>

/** What is on the screen, as a protocol that hangs the next study of its kind alike. `others`: the studies that are shown beside `detail`. */
export function protocolOf(screen: ScreenNow, detail: StudyDetail, others: readonly StudyDetail[], saveAs: SaveAs): HangingProtocolWrite {
  const { rows, columns, isLinked } = screen
  const panes = Array.from({ length: rows * columns }, (_, at) => ruleOf(screen.panes[at], detail, others))
  return { ...saveAs, rows, columns, isLinked, panes }
}

function ruleOf(pane: PaneNow | undefined, detail: StudyDetail, others: readonly StudyDetail[]): PaneRule {
  const home = [detail, ...others].find(({ study }) => study.studyUid === pane?.studyUid)
  const series = home === undefined || pane === undefined || pane.seriesUid === null ? null : seriesRuleOf(home, pane.seriesUid)
  if (pane === undefined || home === undefined || series === null) return { study: 'current', series: null, mode: 'stack', slab: null, window: null, isInverted: false }
  // Only HU mean the same in every study; a window of other values would be wrong on the next machine.
  const window = series.modality === 'CT' && pane.window !== null && pane.window.width > 0 ? { center: pane.window.center, width: pane.window.width } : null
  return { study: home === detail ? 'current' : 'prior', series, mode: pane.mode, slab: pane.slab, window, isInverted: pane.isInverted }
}

/** `order`: which one it is among those of its study that are called and lie alike. */
export function seriesRuleOf(detail: StudyDetail, seriesUid: SeriesUid): SeriesRule | null {
  const viewable = viewableOf(detail)
  const series = viewable.find((one) => one.seriesUid === seriesUid)
  if (series === undefined) return null
  const name = ({ modality, description, orientation }: typeof series) => JSON.stringify([modality, wordsOf(description), orientation ?? null])
  const order = viewable.filter((one) => name(one) === name(series)).indexOf(series)
  return { modality: series.modality.toUpperCase().slice(0, 16), description: series.description.slice(0, 200), orientation: series.orientation ?? null, order }
}
