import type { Finding } from '../../../../src-shared/analysis.ts'

export type FindingGroups = Readonly<{
  /** What the report may speak of: stones, and findings that a clinician added. Undecided first, then by size. */
  standing: readonly Finding[]
  /** Look-alikes: candidates that a protocol set aside, with the reason. */
  mimics: readonly Finding[]
  rejected: readonly Finding[]
}>

/** Nothing vanishes: every finding is in exactly one group. */
export function groupFindings(findings: readonly Finding[]): FindingGroups {
  const isMain = (finding: Finding) => finding.kind === 'stone' || finding.kind === 'other' || finding.origin === 'clinician' || finding.status === 'accepted' || finding.status === 'amended'
  const rejected = findings.filter((finding) => finding.status === 'rejected')
  const left = findings.filter((finding) => finding.status !== 'rejected')
  return { standing: left.filter(isMain).toSorted(bySize), mimics: left.filter((finding) => !isMain(finding)).toSorted(bySize), rejected: rejected.toSorted(bySize) }
}

const bySize = (a: Finding, b: Finding) => (b.diameterMm ?? 0) - (a.diameterMm ?? 0) || (a.id < b.id ? -1 : 1)

/** The next undecided finding after `id`, going round; null where all are decided. */
export function nextUndecided(standing: readonly Finding[], id: string | null): Finding | null {
  const at = standing.findIndex((finding) => finding.id === id)
  const round = [...standing.slice(at + 1), ...standing.slice(0, Math.max(0, at))]
  return round.find((finding) => finding.status === 'proposed') ?? null
}

export function neighbour(list: readonly Finding[], id: string | null, by: number): Finding | null {
  const at = list.findIndex((finding) => finding.id === id)
  if (at < 0) return list[by > 0 ? 0 : list.length - 1] ?? null
  return list[Math.min(list.length - 1, Math.max(0, at + by))] ?? null
}

/** The edit that a shown value went through last, if any: what was measured stays readable beside what was set. */
export function originalOf(finding: Finding, field: Finding['edits'][number]['field']): string | number | null {
  return finding.edits.find((edit) => edit.field === field)?.from ?? null
}
