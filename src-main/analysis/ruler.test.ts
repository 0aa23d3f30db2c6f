import { describe, expect, it } from 'vitest'
import { RulerState } from '../../src-shared/system.ts'
import { runProtocol, type ProtocolResult } from './protocols/index.ts'
import { checkRuler } from './ruler.ts'
import type { Volume } from '../../src-shared/volume.ts'

const measure = (volume: Volume): ProtocolResult => runProtocol('urinary-stones', volume, { bodyPart: '', description: '', contrastAgent: '', kernel: '', warnings: [] })

describe('the ruler', () => {
  it('is true, and each of its checks says what it compared', () => {
    const state = RulerState.parse(checkRuler())
    expect(state.checks.filter(({ ok }) => !ok)).toEqual([])
    expect(state.isTrue).toBe(true)
    expect(state.checks).toHaveLength(22)
    expect(new Set(state.checks.map(({ name }) => name)).size).toBe(22)
    expect(state.checks[0]).toMatchObject({ name: 'Diameter of a 12 mm ball, straight stack', expected: 12, tolerance: 0.5, unit: 'mm' })
  })

  it.each([
    ['millimetres that are 10 % too long', (result: ProtocolResult) => result.candidates.map((candidate) => ({ ...candidate, diameterMm: (candidate.diameterMm ?? 0) * 1.1 }))],
    ['densities that are off by 3 HU', (result: ProtocolResult) => result.candidates.map((candidate) => ({ ...candidate, meanHu: (candidate.meanHu ?? 0) + 3 }))],
    ['volumes that are off by 8 %', (result: ProtocolResult) => result.candidates.map((candidate) => ({ ...candidate, volumeMm3: (candidate.volumeMm3 ?? 0) * 1.08 }))],
    ['nothing found', () => []]
  ])('is off with %s', (_name, change) => {
    expect(checkRuler((volume) => { const result = measure(volume); return { ...result, candidates: change(result) } }).isTrue).toBe(false)
  })
})
