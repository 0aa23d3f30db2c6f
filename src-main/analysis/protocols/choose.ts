import type { ProtocolName } from '../../../src-shared/analysis.ts'
import type { SeriesUid } from '../../../src-shared/ids.ts'
import type { ChosenProtocol, SeriesFacts } from './types.ts'

const abdomenWords = /abd|pelv|kub|renal|kidney|nier|stone|stein|urolith|urogra|ureter|colic|bauch|becken/i
const elsewhereWords = /head|brain|skull|neck|chest|thora|lung|heart|cardiac|coronar|extremit|knee|foot|hand|shoulder|spine|sinus|orbit|dental/i
const localizerWords = /localizer|scout|topogram|surview|scanogram/i
const enhancedWords = /arterial|portal|venous|nephrogra|excret|delayed|with contrast|enhanced|\bcontrast (intra|excr)/i
const plainWords = /without|non[- ]?contrast|\bnc\b|native|nativ|unenhanced|w\/o/i

const brokenStack: ReadonlySet<string> = new Set(['mixed-orientation', 'mixed-size', 'mixed-spacing', 'duplicate-position', 'no-position', 'no-pixel-spacing', 'several-stacks'])

/**
 * Which series to measure and how, with the reason as a sentence. `wish` overrules protocol, series or both.
 * `seriesUid` is null where the study has nothing that can be measured.
 */
export function chooseProtocol(series: readonly SeriesFacts[], wish: Readonly<{ protocol?: ProtocolName, seriesUid?: SeriesUid }> = {}): ChosenProtocol {
  const asked = wish.seriesUid === undefined ? undefined : series.find(({ seriesUid }) => seriesUid === wish.seriesUid)
  const usable = asked === undefined ? series.filter((facts) => unusableBecause(facts) === null) : [asked]
  const ranked = usable.toSorted((a, b) => rank(b) - rank(a))
  const best = ranked[0]
  if (best === undefined) return { seriesUid: null, protocol: wish.protocol ?? 'general-ct', reason: nothingToMeasure(series) }
  const suited = stonesSuit(best)
  const protocol = wish.protocol ?? (suited.fits ? 'urinary-stones' : 'general-ct')
  const which = usable.length > 1 ? ` Chosen among ${usable.length} measurable series for coverage and slice thickness.` : ''
  const chosenBy = wish.protocol === undefined ? suited.reason : `The protocol was chosen by hand. ${suited.reason}`
  return { seriesUid: best.seriesUid, protocol, reason: `${chosenBy}${which}` }
}

/** Why a series can't be measured, or null. */
export function unusableBecause(facts: SeriesFacts): string | null {
  const type = facts.imageType.map((value) => value.toUpperCase())
  if (facts.modality !== 'CT') return 'it is not CT'
  if (type.includes('LOCALIZER') || localizerWords.test(facts.description)) return 'it is a localizer'
  if (type.includes('SECONDARY') && !type.includes('AXIAL')) return 'it is a secondary capture'
  if (type.some((value) => /REFORMATTED|MPR|PROJECTION|MIP/.test(value))) return 'it is a reformat'
  if (facts.slices < 4) return 'it has fewer than four slices'
  if (facts.pixelSpacingMm === null || facts.orientation === null || facts.sliceSpacingMm === null) return 'its geometry is not stated'
  if (facts.warnings.some((code) => brokenStack.has(code))) return 'its slices do not form one stack'
  return null
}

function stonesSuit(facts: SeriesFacts): { fits: boolean, reason: string } {
  const words = `${facts.bodyPart} ${facts.description} ${facts.studyDescription}`
  const ownWords = `${facts.bodyPart} ${facts.description}`
  const isAbdomen = abdomenWords.test(ownWords) || (abdomenWords.test(words) && !elsewhereWords.test(ownWords))
  if (!isAbdomen) {
    const known = elsewhereWords.test(words) ? 'The series shows another region than abdomen or pelvis' : 'The header does not say that this is abdomen or pelvis'
    return { fits: false, reason: `${known}, so general measurements are made.` }
  }
  if (hasContrast(facts)) return { fits: false, reason: 'Contrast was given, which can hide or imitate stones, so general measurements are made.' }
  if (lengthMm(facts) < 60) return { fits: false, reason: 'The series covers less than 6 cm, so general measurements are made.' }
  return { fits: true, reason: 'CT of abdomen or pelvis without contrast: the urinary stone protocol applies.' }
}

function hasContrast(facts: SeriesFacts): boolean {
  if (plainWords.test(facts.description)) return false
  return facts.contrastAgent.trim() !== '' || enhancedWords.test(facts.description)
}

/** Higher is better: suited to stones, then axial, then thin but not noisy, then long, then a soft kernel. */
function rank(facts: SeriesFacts): number {
  const spacing = facts.sliceSpacingMm ?? 10
  const slicePoints = spacing <= 1 ? 3 : spacing <= 3.5 ? 4 : spacing <= 5 ? 2 : 0
  const isSoft = !/(b[6-9]|br[6-9]|bone|lung|sharp|edge|\be\b|fc8)/i.test(facts.kernel)
  return (stonesSuit(facts).fits ? 100 : 0) + (isAxial(facts) ? 20 : 0) + slicePoints * 2 + Math.min(8, lengthMm(facts) / 50) + (isSoft ? 3 : 0)
}

const lengthMm = (facts: SeriesFacts): number => facts.slices * (facts.sliceSpacingMm ?? 0)

function isAxial({ orientation }: SeriesFacts): boolean {
  if (orientation === null) return false
  const [rx = 0, ry = 0, , cx = 0, cy = 0] = orientation
  return Math.abs(rx * cy - ry * cx) > 0.8
}

function nothingToMeasure(series: readonly SeriesFacts[]): string {
  const first = series[0]
  if (first === undefined) return 'The study has no series.'
  const reasons = new Set(series.map((facts) => unusableBecause(facts)).filter((reason) => reason !== null))
  return `No series can be measured: ${[...reasons].join('; ')}.`
}
