import type { Candidate } from '../../../src-shared/analysis.ts'
import type { PointMm } from '../../../src-shared/ids.ts'
import type { FindingRow } from './finding-store.ts'

export type Matching = Readonly<{
  /** Index of each candidate that is the same spot as a decided finding, and which: it makes no new finding. */
  known: ReadonlyMap<number, FindingRow>
}>

/**
 * Finds the candidates that a clinician has already judged in an earlier analysis: same frame of the patient, centres within
 * `toleranceMm`. Nearest pairs first, each side used once, so that two stones close together are never taken for one.
 */
export function matchDecided(candidates: readonly Candidate[], decided: readonly FindingRow[], toleranceMm: number): Matching {
  const pairs = candidates.flatMap((candidate, index) => decided.map((finding) => ({ index, finding, mm: distanceMm(candidate.centreMm, finding.centreMm) })))
    .filter((pair) => pair.mm <= toleranceMm)
    .toSorted((a, b) => a.mm - b.mm)
  const known = new Map<number, FindingRow>()
  const used = new Set<FindingRow>()
  for (const { index, finding } of pairs) {
    if (known.has(index) || used.has(finding)) continue
    known.set(index, finding)
    used.add(finding)
  }
  return { known }
}

export function distanceMm(a: PointMm, b: PointMm): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}
