import { describe, expect, it } from 'vitest'
import { Finding } from '../../../../src-shared/analysis.ts'
import { groupFindings, neighbour, nextUndecided, originalOf } from './finding-groups.ts'

const aFinding = (n: number, patch: Partial<Finding> = {}): Finding => ({
  ...Finding.parse({
    id: `0190a000-0000-7000-8000-00000000000${n}`, studyUid: '1.2', analysisId: null, origin: 'measured', kind: 'stone', status: 'proposed', seriesUid: '1.2.1', sopInstanceUid: '1.2.1.1', frameNumber: 1,
    confidence: 0.9, reason: '', note: '', edits: [], revision: 0, decidedBy: null, decidedAt: null, diameterMm: n, diameterErrorMm: 0.4, volumeMm3: null, meanHu: null, maxHu: null,
    laterality: 'left', location: 'kidney', centreMm: [0, 0, 0], diameterEndsMm: null
  }), ...patch
})
const sizes = (findings: readonly Finding[]) => findings.map(({ diameterMm }) => diameterMm)

describe('findings in the panel', () => {
  const all = [aFinding(1), aFinding(2, { kind: 'phlebolith' }), aFinding(3, { status: 'rejected' }), aFinding(4, { status: 'accepted' }), aFinding(5, { kind: 'metal', status: 'accepted' })]
  it('are in exactly one group each, the largest first', () => {
    const { standing, mimics, rejected } = groupFindings(all)
    expect([sizes(standing), sizes(mimics), sizes(rejected)]).toEqual([[5, 4, 1], [2], [3]])
  })
  it('are worked through from one undecided one to the next, going round', () => {
    const list = [aFinding(1), aFinding(2, { status: 'accepted' }), aFinding(3)]
    expect(nextUndecided(list, list[0]?.id ?? null)?.diameterMm).toBe(3)
    expect(nextUndecided(list, list[2]?.id ?? null)?.diameterMm).toBe(1)
    expect(nextUndecided([aFinding(1)], aFinding(1).id)).toBeNull()
  })
  it('have neighbours that stop at the ends', () => {
    const list = [aFinding(1), aFinding(2)]
    expect([neighbour(list, null, 1)?.diameterMm, neighbour(list, list[1]?.id ?? null, 1)?.diameterMm, neighbour([], null, 1)]).toEqual([1, 2, null])
  })
  it('keep what was measured first, however often a value is edited', () => {
    const at = '2026-11-23T10:00:00Z'
    const edited = aFinding(1, { edits: [{ field: 'diameterMm', from: 7.2, to: 8, by: 'x', at }, { field: 'diameterMm', from: 8, to: 9, by: 'x', at }] })
    expect([originalOf(edited, 'diameterMm'), originalOf(edited, 'meanHu')]).toEqual([7.2, null])
  })
})
