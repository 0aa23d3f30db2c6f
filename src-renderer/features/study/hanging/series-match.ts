import type { StudySeries } from '../../../../src-shared/studies.ts'
import type { SeriesRule } from '../../../../src-shared/viewing.ts'
import { isAside, wordsOf } from './study-kind.ts'

/** A rule, and whether it asks for the images as they lie (a stack), so that their orientation must fit. */
export type Wanted = Readonly<{ rule: SeriesRule, isAsLying: boolean }>

/** Less in common than this is another series. */
const leastLikeness = 0.5

/** Words that exclude each other: a series before contrast is not the one after it, however alike the rest of their names. */
const families: readonly (readonly (readonly string[])[])[] = [
  [['NATIVE', 'NATIV', 'PRE', 'PLAIN', 'NC', 'NONCON', 'NONCONTRAST', 'UNENHANCED', 'WITHOUT', 'C-'], ['POST', 'CE', 'GD', 'CONTRAST', 'KM', 'ENHANCED', 'C+', '+C', 'ARTERIAL', 'ART', 'PORTAL', 'VENOUS', 'VEN', 'PV', 'DELAYED', 'LATE']],
  [['ARTERIAL', 'ART'], ['PORTAL', 'VENOUS', 'VEN', 'PV'], ['DELAYED', 'LATE']],
  [['T1', 'T1W'], ['T2', 'T2W'], ['T2*'], ['PD', 'PDW'], ['FLAIR'], ['DWI', 'TRACE'], ['ADC'], ['SWI'], ['TOF']],
  [['LUNG', 'LUNGS', 'LUNGE'], ['BONE', 'BONES', 'KNOCHEN'], ['SOFT', 'MEDIASTINUM', 'ABDOMEN', 'BRAIN']],
  [['CC'], ['MLO'], ['ML', 'LM']],
  [['PA', 'AP', 'FRONTAL'], ['LAT', 'LATERAL', 'LL', 'RL']],
  [['L', 'LEFT', 'LT', 'LI'], ['R', 'RIGHT', 'RT', 'RE']],
  [['IN', 'INPHASE'], ['OPP', 'OPPOSED', 'OUT', 'OUTPHASE']]
]

/** RCC and LMLO are a side and a view in one word. */
export function viewWords(description: string): readonly string[] {
  return wordsOf(description).flatMap((word) => {
    const found = /^([LR])(CC|MLO|ML|LM)$/.exec(word)
    return found === null ? [word] : found.slice(1)
  })
}

/**
 * Which series each rule means, in the order of the rules; null where none does. Two different rules never get one series: the better
 * match has it, and the other says that it has none. Series of another modality, and localizers that the rule does not name, are never
 * taken.
 */
export function matchSeries(wanted: readonly Wanted[], series: readonly StudySeries[]): readonly (StudySeries | null)[] {
  const rules = [...Map.groupBy(wanted, ({ rule }) => keyOf(rule))].map(([key, same]) => ({ key, rule: same[0]?.rule, isAsLying: same.some((one) => one.isAsLying) }))
  const pairs = rules.flatMap(({ key, rule, isAsLying }) => rule === undefined ? [] : ranked(key, rule, series.map((one) => ({ one, likeness: likeness(rule, one, isAsLying) }))))
  const found = new Map<string, StudySeries>()
  const taken = new Set<string>()
  for (const { key, one } of pairs.toSorted((a, b) => b.likeness - a.likeness || Number(b.isInOrder) - Number(a.isInOrder) || a.order - b.order || a.at - b.at)) {
    if (found.has(key) || taken.has(one.seriesUid)) continue
    found.set(key, one)
    taken.add(one.seriesUid)
  }
  return wanted.map(({ rule }) => found.get(keyOf(rule)) ?? null)
}

type Scored = Readonly<{ one: StudySeries, likeness: number }>

/** Among equals the rule's order counts first, so that the second of two alike series stays the second. */
function ranked(key: string, { order }: SeriesRule, scored: readonly Scored[]) {
  return scored.map(({ one, likeness: value }, at) => {
    const rank = scored.slice(0, at).filter((other) => other.likeness === value).length
    return { key, one, at, order, likeness: value, isInOrder: rank === order }
  }).filter((pair) => pair.likeness >= leastLikeness)
}

function keyOf({ modality, description, orientation, order }: SeriesRule): string {
  return JSON.stringify([modality.toUpperCase(), wordsOf(description), orientation, order])
}

/** From 0, another series, to 1, called the same. */
function likeness(rule: SeriesRule, series: StudySeries, isAsLying: boolean): number {
  if (series.modality.toUpperCase() !== rule.modality.toUpperCase()) return 0
  if (isAside(series) && !isAside({ description: rule.description })) return 0
  const isTurned = rule.orientation !== null && rule.orientation !== 'other' && series.orientation !== undefined && series.orientation !== null && series.orientation !== 'other' && series.orientation !== rule.orientation
  if (isTurned && isAsLying) return 0
  return wordLikeness(viewWords(rule.description), viewWords(series.description)) * (isTurned ? 0.9 : 1)
}

/** Share of words in common (Dice), numbers counting half: thickness and counters change from study to study. A rule without words takes any. */
function wordLikeness(wanted: readonly string[], given: readonly string[]): number {
  if (wanted.length === 0) return given.length === 0 ? 1 : leastLikeness
  if (excludes(wanted, given)) return 0
  const weight = (words: readonly string[]) => words.reduce((sum, word) => sum + (/^[\d.]+$/.test(word) ? 0.5 : 1), 0)
  const left = [...given]
  const common = wanted.filter((word) => {
    const at = left.indexOf(word)
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  })
  return 2 * weight(common) / (weight(wanted) + weight(given))
}

function excludes(wanted: readonly string[], given: readonly string[]): boolean {
  return families.some((family) => {
    const classes = (words: readonly string[]) => family.flatMap((names, at) => names.some((name) => words.includes(name)) ? [at] : [])
    const [ofRule, ofSeries] = [classes(wanted), classes(given)]
    return ofRule.length > 0 && ofSeries.length > 0 && !ofRule.some((at) => ofSeries.includes(at))
  })
}
