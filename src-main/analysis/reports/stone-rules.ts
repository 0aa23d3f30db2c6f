import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { isFitted, StoneLocation } from '../../../src-shared/analysis.ts'
import type { StoneOption } from '../../../src-shared/reports.ts'
import type { FindingRow } from '../findings/finding-store.ts'
import { isStone } from '../findings/summary.ts'
import { resourcePath } from '../../platform/resources.ts'
import { editMark, quotable, rounded } from './numbers.ts'

const Range = z.strictObject({ above: z.number().optional(), atMost: z.number().optional() })
const Source = z.strictObject({ citation: z.string().min(1), url: z.url() })
const ruledFields = ['diameterMm', 'volumeMm3', 'meanHu'] as const
type RuledField = (typeof ruledFields)[number]

/** Stone rules are data: versioned, each with its source. `above` excludes its number, `atMost` includes it. */
export const StoneRules = z.strictObject({
  id: z.string(), version: z.string(), title: z.string(),
  bands: z.strictObject({ huTolerance: z.number().positive(), huToleranceSource: z.string() }),
  sources: z.record(z.string(), Source),
  thresholds: z.array(z.strictObject({ field: z.enum(['diameterMm', 'meanHu']), value: z.number(), unit: z.string() })),
  rules: z.array(z.strictObject({
    id: z.string(), source: z.string(),
    when: z.strictObject({ locations: z.array(StoneLocation).min(1), diameterMm: Range.optional(), volumeMm3: Range.optional(), meanHu: Range.optional() }),
    option: z.string().min(1), caveat: z.string().min(1)
  }))
}).refine((file) => file.rules.every((rule) => file.sources[rule.source] !== undefined), 'Every rule names a source of the file.')
export type StoneRules = z.infer<typeof StoneRules>

export const FOR_THE_CLINICIAN = "For the clinician's decision."

export function readStoneRules(path: string = resourcePath('rules', 'urinary-stones.json')): StoneRules {
  return StoneRules.parse(JSON.parse(readFileSync(path, 'utf8')))
}

type RuledFinding = Pick<FindingRow, 'id' | 'kind' | 'status' | 'location' | 'diameterMm' | 'diameterErrorMm' | 'volumeMm3' | 'meanHu' | 'maxHu'> & Partial<Pick<FindingRow, 'measured' | 'huVoxels'>>

/** The options that each standing stone points to. Never an order: each says why, from where, and what it does not know. */
export function stoneOptions(rules: StoneRules, findings: readonly RuledFinding[]): StoneOption[] {
  return findings.filter(isStone).flatMap((stone) => {
    const fitting = rules.rules.filter((rule) => rule.when.locations.includes(stone.location) && askedBy(rule).every((field) => isWithin(ruled(stone, field), rule.when[field])))
    return fitting.map((rule, index) => {
      const asked = askedBy(rule)
      // A limit that no fitting rule asks for may still lie within the error: the first option carries that note.
      const noted = index === 0 ? ruledFields.filter((field) => asked.includes(field) || !fitting.some((other) => askedBy(other).includes(field))) : asked
      const notes = [rule.caveat, ...noted.flatMap((field) => crossedThresholds(rules, stone, field)), FOR_THE_CLINICIAN]
      const source = rules.sources[rule.source]
      return {
        ruleId: rule.id, ruleVersion: `${rules.id} ${rules.version}`, findingId: stone.id, option: rule.option,
        because: `${becauseOf(stone, asked)}.`, source: source?.citation ?? '', sourceUrl: source?.url ?? '', note: notes.join(' ')
      }
    })
  })
}

const askedBy = (rule: StoneRules['rules'][number]): readonly RuledField[] => ruledFields.filter((field) => rule.when[field] !== undefined)

/** A fitted density is too uncertain to choose a treatment by. */
function ruled(stone: RuledFinding, field: RuledField): number | null {
  return field === 'meanHu' && isFitted({ ...stone, huVoxels: stone.huVoxels ?? null }) ? null : stone[field]
}

function isWithin(value: number | null, range: z.infer<typeof Range> | undefined): boolean {
  if (value === null || range === undefined) return false
  return (range.above === undefined || value > range.above) && (range.atMost === undefined || value <= range.atMost)
}

const names: Readonly<Record<RuledField, string>> = { diameterMm: 'longest diameter', volumeMm3: 'volume', meanHu: 'mean density' }

function becauseOf(stone: RuledFinding, asked: readonly RuledField[]): string {
  const facts = asked.map((field) => `${names[field]} ${rounded(stone[field] ?? 0, quotable[field])} ${quotable[field]}${editMark(stone, field)}`)
  return `Place: ${stone.location.replaceAll('-', ' ')}; ${facts.join(', ')}`
}

/** 20 - 19.7 is a little more than 0.3 in binary. */
const rounding = 1e-9

/** A sentence for each limit that lies within the error band: on the other side of it another option would stand here. */
function crossedThresholds(rules: StoneRules, stone: RuledFinding, field: RuledField): string[] {
  const value = ruled(stone, field)
  const band = field === 'diameterMm' ? stone.diameterErrorMm : field === 'meanHu' ? rules.bands.huTolerance : null
  if (value === null || band === null) return []
  return rules.thresholds.filter((limit) => limit.field === field && Math.abs(value - limit.value) <= band + rounding).map((limit) =>
    `The error band ${rounded(value, limit.unit)} ± ${rounded(band, limit.unit)} ${limit.unit} crosses the limit of ${limit.value} ${limit.unit}.`)
}
