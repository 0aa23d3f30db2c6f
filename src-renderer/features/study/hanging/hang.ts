import type { SeriesUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { StudyDetail, StudySeries } from '../../../../src-shared/studies.ts'
import type { HangingProtocol, PaneMode, PaneRule, PriorStudy, Slab } from '../../../../src-shared/viewing.ts'
import { defaultHanging } from './defaults.ts'
import { seriesRuleOf } from './protocol-of.ts'
import { matchSeries } from './series-match.ts'
import { isAside, kindOf, mainSeriesOf, viewableOf, type StudyKind } from './study-kind.ts'

/** What one pane shows, or why it shows nothing; a reason of null: it was left empty on purpose. `window` null: as the file says. */
export type HungPane =
  | Readonly<{ kind: 'shown', studyUid: StudyUid, seriesUid: SeriesUid, mode: PaneMode, slab: Slab | null, window: Readonly<{ center: number, width: number }> | null, isInverted: boolean }>
  | Readonly<{ kind: 'empty', reason: string | null }>

/** A whole screen, panes row by row. `protocolId` null: nobody's protocol, the usual way for the modality. */
export type Hanging = Readonly<{ rows: number, columns: number, panes: readonly HungPane[], isLinked: boolean, protocolId: string | null, name: string }>

export type Hangable = Readonly<{
  detail: StudyDetail
  /** An earlier study of the same patient; anybody else's is refused. */
  prior: StudyDetail | null
  protocols: readonly HangingProtocol[]
  /** What opens first where nothing else is said: the series that was analysed. */
  preferred?: SeriesUid | null
}>

/** The clinician's protocol for a kind of study: that of its body part, else the one for any. */
export function protocolFor(protocols: readonly HangingProtocol[], { modality, bodyPart }: StudyKind): HangingProtocol | null {
  const ofModality = protocols.filter((protocol) => protocol.modality.toUpperCase() === modality)
  return ofModality.find((protocol) => bodyPart !== '' && protocol.bodyPart.toUpperCase() === bodyPart) ?? ofModality.find((protocol) => protocol.bodyPart === '') ?? null
}

/** How a study hangs by itself: by the clinician's protocol where there is one, else the usual way of its modality. */
export function hang({ detail, prior, protocols, preferred = null }: Hangable): Hanging {
  const protocol = protocolFor(protocols, kindOf(detail))
  return protocol === null ? defaultHanging(detail, preferred) : hangBy(protocol, detail, prior)
}

/** A study by one protocol, whether it was made for its kind or not. A pane for which nothing fits stays empty and says why. */
export function hangBy(protocol: HangingProtocol, detail: StudyDetail, prior: StudyDetail | null): Hanging {
  const isOwn = prior !== null && isSamePatient(detail, prior)
  const whyNoPrior = prior === null ? 'There is no earlier study of this patient here.' : notSurelySame
  const current = panesOf(protocol.panes, 'current', detail)
  const earlier = isOwn ? panesOf(protocol.panes, 'prior', prior) : null
  const panes = protocol.panes.map((rule, at): HungPane => {
    if (rule.series === null) return { kind: 'empty', reason: null }
    if (rule.study === 'prior' && earlier === null) return { kind: 'empty', reason: whyNoPrior }
    return (rule.study === 'current' ? current : earlier)?.get(at) ?? { kind: 'empty', reason: null }
  })
  return { rows: protocol.rows, columns: protocol.columns, panes, isLinked: protocol.isLinked, protocolId: protocol.id, name: protocol.name }
}

/**
 * A series beside its counterpart in an earlier study, scrolling linked: the current one on the left. Where the earlier study has nothing
 * alike, its first series of the same modality stands there, as the clinician asked to see that study; its name is on the image.
 */
export function sideBySide(detail: StudyDetail, prior: StudyDetail, seriesUid: SeriesUid | null): Hanging {
  const own = viewableOf(detail).find((series) => series.seriesUid === seriesUid) ?? mainSeriesOf(detail)[0]
  const rule = own === undefined ? null : seriesRuleOf(detail, own.seriesUid)
  const isOwn = isSamePatient(detail, prior)
  const alike = rule === null ? null : matchSeries([{ rule: { ...rule, order: 0 }, isAsLying: true }], viewableOf(prior))[0]
  const theirs = alike ?? mainSeriesOf(prior).find((series) => series.modality === own?.modality) ?? mainSeriesOf(prior)[0]
  const pane = (of: StudyDetail, series: StudySeries | undefined): HungPane => series === undefined
    ? { kind: 'empty', reason: 'That study has no images.' }
    : { kind: 'shown', studyUid: of.study.studyUid, seriesUid: series.seriesUid, mode: 'stack', slab: null, window: null, isInverted: false }
  return {
    rows: 1, columns: 2, isLinked: true, protocolId: null, name: 'Compare',
    panes: [pane(detail, own), isOwn ? pane(prior, theirs) : { kind: 'empty', reason: notSurelySame }]
  }
}

const notSurelySame = 'The other study is not surely of this patient, so nothing of it is hung.'

/** Whether a protocol needs an earlier study, which is then worth fetching. */
export function needsPrior(protocol: HangingProtocol | null): boolean {
  return protocol?.panes.some(({ study, series }) => study === 'prior' && series !== null) === true
}

/** The newest earlier study that may hang by itself: not one under another name, which an eye must judge. */
export function priorToHang(priors: readonly PriorStudy[], kind: StudyKind): PriorStudy | null {
  const earlier = priors.filter((prior) => prior.isEarlier && !prior.hasOtherName)
  const alike = earlier.filter((prior) => prior.modalities.includes(kind.modality))
  const sameRegion = alike.filter((prior) => kind.bodyPart !== '' && prior.bodyPart.toUpperCase() === kind.bodyPart)
  return sameRegion[0] ?? alike[0] ?? earlier[0] ?? null
}

/** The edge has said so already; a study of somebody else must not hang even where it is handed over by mistake. */
function isSamePatient({ study: one }: StudyDetail, { study: other }: StudyDetail): boolean {
  return one.patientId.trim() !== '' && one.patientId === other.patientId && one.birthDate !== null && one.birthDate === other.birthDate
}

function panesOf(rules: readonly PaneRule[], which: PaneRule['study'], detail: StudyDetail): ReadonlyMap<number, HungPane> {
  const asked = rules.flatMap((rule, at) => (rule.study === which && rule.series !== null ? [{ rule, series: rule.series, at }] : []))
  const found = matchSeries(asked.map(({ rule, series }) => ({ rule: series, isAsLying: rule.mode === 'stack' })), viewableOf(detail))
  return new Map(asked.map(({ rule, series: wanted, at }, index): [number, HungPane] => {
    const series = found[index] ?? null
    if (series === null) return [at, { kind: 'empty', reason: whyMissing(wanted, which, detail) }]
    const { mode, slab, window, isInverted } = rule
    return [at, { kind: 'shown', studyUid: detail.study.studyUid, seriesUid: series.seriesUid, mode, slab, window, isInverted }]
  }))
}

function whyMissing({ modality, description }: NonNullable<PaneRule['series']>, which: PaneRule['study'], detail: StudyDetail): string {
  const where = which === 'current' ? 'this study' : 'the earlier study'
  const ofModality = viewableOf(detail).filter((series) => series.modality.toUpperCase() === modality.toUpperCase())
  if (ofModality.length === 0) return `There is no ${modality} series in ${where}.`
  if (ofModality.every(isAside)) return `There are only localizers in ${where}; they are not hung unasked.`
  return description === '' ? `No further ${modality} series is in ${where}.` : `No ${modality} series like “${description}” is in ${where}.`
}
