import type { Finding, ProtocolName } from '../../../src-shared/analysis.ts'

/** What of a finding decides whether it counts as a stone that stands. */
export type Counted = Pick<Finding, 'kind' | 'status' | 'diameterMm'>

export const isStanding = (finding: Counted): boolean => finding.status !== 'rejected'
export const isDecided = (finding: Counted): boolean => finding.status !== 'proposed'
export const isStone = (finding: Counted): boolean => finding.kind === 'stone' && isStanding(finding)

/**
 * The worklist's words: "2 stones, largest 7.2 mm". Mimics and rejected findings are no stones. Where no stone protocol looked, the
 * absence of stones says nothing and is not written.
 */
export function worklistFindings(all: readonly Counted[], protocol: ProtocolName | null): string {
  const stones = all.filter(isStone)
  if (stones.length === 0) return protocol === 'urinary-stones' ? 'No stones measured' : ''
  const sizes = stones.flatMap((stone) => (stone.diameterMm === null ? [] : [stone.diameterMm]))
  const count = plural(stones.length, 'stone')
  if (sizes.length === 0) return count
  return `${count}, ${stones.length === 1 ? '' : 'largest '}${Math.max(...sizes).toFixed(1)} mm`
}

export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`
}
