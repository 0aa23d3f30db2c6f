import type { SeriesUid } from '../../../../src-shared/ids.ts'
import type { StudyDetail, StudySeries } from '../../../../src-shared/studies.ts'
import type { PaneMode } from '../../../../src-shared/viewing.ts'
import type { Hanging, HungPane } from './hang.ts'
import { viewWords } from './series-match.ts'
import { kindOf, mainSeriesOf } from './study-kind.ts'

type Slot = Readonly<{ series: StudySeries, mode: PaneMode } | { series: null, reason: string }>
type Screen = Readonly<{ rows: number, columns: number, slots: readonly Slot[], isLinked?: boolean }>

const stack = (series: StudySeries): Slot => ({ series, mode: 'stack' })

/** How a study hangs where the clinician has saved nothing: the usual way of its modality. Pure. */
export function defaultHanging(detail: StudyDetail, preferred: SeriesUid | null): Hanging {
  const { studyUid } = detail.study
  const { rows, columns, slots, isLinked = false } = screenOf(detail, preferred)
  const panes = slots.map((slot): HungPane => slot.series === null
    ? { kind: 'empty', reason: slot.reason }
    : { kind: 'shown', studyUid, seriesUid: slot.series.seriesUid, mode: slot.mode, slab: null, window: null, isInverted: false })
  return { rows, columns, panes, isLinked, protocolId: null, name: 'Usual' }
}

function screenOf(detail: StudyDetail, preferred: SeriesUid | null): Screen {
  const main = mainSeriesOf(detail)
  const first = main.find(({ seriesUid }) => seriesUid === preferred) ?? main[0]
  if (first === undefined) return { rows: 1, columns: 1, slots: [{ series: null, reason: 'This study has no images.' }] }
  const one: Screen = { rows: 1, columns: 1, slots: [stack(first)] }
  switch (kindOf(detail).modality) {
    case 'CR': case 'DX': case 'RG': return radiographs(main) ?? one
    case 'MG': return mammograms(main.filter(({ modality }) => modality === 'MG')) ?? one
    case 'MR': return sequences(main.filter(({ modality }) => modality === 'MR')) ?? one
    case 'PT': return petWithCt(main) ?? one
    default: return one
  }
}

const has = (...names: readonly string[]) => ({ description }: StudySeries) => { const words = viewWords(description); return names.some((name) => words.includes(name)) }
const isFrontal = has('PA', 'AP', 'FRONTAL')
const isLateral = has('LAT', 'LATERAL', 'LL', 'RL')

/** Frontal on the left, lateral on the right; two that don't say which they are, in their own order. */
function radiographs(series: readonly StudySeries[]): Screen | null {
  const frontal = series.find(isFrontal) ?? series.find((one) => !isLateral(one))
  const lateral = series.find((one) => one !== frontal && isLateral(one)) ?? series.find((one) => one !== frontal)
  return frontal === undefined || lateral === undefined ? null : { rows: 1, columns: 2, slots: [stack(frontal), stack(lateral)] }
}

const views = [
  { name: 'right CC', side: has('R', 'RIGHT', 'RT'), view: has('CC') }, { name: 'left CC', side: has('L', 'LEFT', 'LT'), view: has('CC') },
  { name: 'right MLO', side: has('R', 'RIGHT', 'RT'), view: has('MLO') }, { name: 'left MLO', side: has('L', 'LEFT', 'LT'), view: has('MLO') }
] as const

/** CC above MLO, the right breast on the left. Where no name tells a view, in their own order. */
function mammograms(series: readonly StudySeries[]): Screen | null {
  if (series.length < 2) return null
  if (series.length === 2) return { rows: 1, columns: 2, slots: series.toSorted((a, b) => Number(views[0].side(b)) - Number(views[0].side(a))).map(stack) }
  const named = views.map(({ side, view }) => series.find((one) => side(one) && view(one)))
  if (named.every((one) => one === undefined)) return twoByTwo(series)
  const slots = views.map(({ name }, at): Slot => {
    const found = named[at]
    return found === undefined ? { series: null, reason: `No series is named as the ${name} view.` } : stack(found)
  })
  return { rows: 2, columns: 2, slots }
}

/** The first four that are not repeats of one another. */
function sequences(series: readonly StudySeries[]): Screen | null {
  const name = (one: StudySeries) => `${viewWords(one.description).join(' ')} ${one.orientation ?? ''}`
  const different = series.filter((one, at) => series.findIndex((other) => name(other) === name(one)) === at)
  if (different.length < 2) return null
  return different.length === 2 ? { rows: 1, columns: 2, slots: different.map(stack), isLinked: true } : twoByTwo(different, true)
}

function twoByTwo(series: readonly StudySeries[], isLinked = false): Screen {
  const four = series.slice(0, 4).map(stack)
  const rest = Array.from({ length: 4 - four.length }, (): Slot => ({ series: null, reason: 'There are no more series in this study.' }))
  return { rows: 2, columns: 2, slots: [...four, ...rest], isLinked }
}

/** CT, PET, and between them the PET laid over the CT (a fusion is asked for by its CT), where both say that they share one frame of reference. */
function petWithCt(series: readonly StudySeries[]): Screen | null {
  const pets = series.filter(({ modality }) => modality === 'PT')
  const pet = pets.find(has('AC', 'CORRECTED', 'CTAC')) ?? pets[0]
  const cts = series.filter(({ modality }) => modality === 'CT')
  const isShared = (ct: StudySeries) => ct.frameOfReferenceUid !== null && ct.frameOfReferenceUid === pet?.frameOfReferenceUid
  const ct = cts.find(isShared) ?? cts[0]
  if (pet === undefined || ct === undefined) return null
  if (!isShared(ct)) return { rows: 1, columns: 2, slots: [stack(ct), stack(pet)] }
  return { rows: 1, columns: 3, slots: [stack(ct), { series: ct, mode: 'fusion' }, stack(pet)], isLinked: true }
}
