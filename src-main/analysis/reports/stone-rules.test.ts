import { describe, expect, it } from 'vitest'
import { FOR_THE_CLINICIAN, readStoneRules, stoneOptions, StoneRules } from './stone-rules.ts'

const rules = readStoneRules()
type Stone = Parameters<typeof stoneOptions>[1][number]
const aStone = (change: Partial<Stone> = {}): Stone => ({
  id: '0190a000-0000-7000-8000-0000000000aa', kind: 'stone', status: 'accepted', location: 'kidney', diameterMm: 7, diameterErrorMm: 0.4, volumeMm3: 120, meanHu: 800, maxHu: 1600, ...change
})
const idsOf = (change: Partial<Stone>) => stoneOptions(rules, [aStone(change)]).map(({ ruleId }) => ruleId)

describe('stone rules', () => {
  it.each([
    [{ location: 'upper-ureter', diameterMm: 3 }, ['ureter-small']],
    [{ location: 'upper-ureter', diameterMm: 5 }, ['ureter-small']],
    [{ location: 'pelvis', diameterMm: 5.01 }, ['ureter-medium']],
    [{ location: 'pelvis', diameterMm: 10 }, ['ureter-medium']],
    [{ location: 'upper-ureter', diameterMm: 10.01 }, ['ureter-large']],
    [{ location: 'kidney', diameterMm: 10 }, ['kidney-up-to-10']],
    [{ location: 'kidney', diameterMm: 10.01 }, ['kidney-10-to-20']],
    [{ location: 'kidney', diameterMm: 20 }, ['kidney-10-to-20']],
    [{ location: 'kidney', diameterMm: 20.01 }, ['kidney-above-20']],
    [{ location: 'kidney', meanHu: 1000 }, ['kidney-up-to-10']],
    [{ location: 'kidney', meanHu: 1001 }, ['kidney-up-to-10', 'dense']],
    [{ location: 'kidney', meanHu: 1200, huVoxels: 0 }, ['kidney-up-to-10']],
    [{ location: 'kidney', meanHu: 1200, maxHu: 1100 }, ['kidney-up-to-10']],
    [{ location: 'bladder', diameterMm: 30, meanHu: 1500 }, []],
    [{ location: 'unknown' }, []],
    [{ diameterMm: null, meanHu: null, volumeMm3: null }, []],
    [{ kind: 'phlebolith' }, []],
    [{ status: 'rejected' }, []]
  ] as const)('give for %j the options %j', (change, expected) => {
    expect(idsOf(change)).toEqual(expected)
  })

  it('name their source and leave the decision to the clinician', () => {
    for (const option of stoneOptions(rules, [aStone({ diameterMm: 21, meanHu: 1200, volumeMm3: 2000 })])) {
      expect(option.sourceUrl).toMatch(/^https:\/\//)
      expect(option.source).not.toBe('')
      expect(option.note.endsWith(FOR_THE_CLINICIAN)).toBe(true)
      expect(option.ruleVersion).toBe(`urinary-stones ${rules.version}`)
    }
    expect(stoneOptions(rules, [aStone()])[0]?.because).toBe('Place: kidney; longest diameter 7.0 mm.')
  })

  it('mark a number that a clinician edited, and name what was measured', () => {
    const measured = { diameterMm: 7.24, diameterErrorMm: 0.4, volumeMm3: 120, meanHu: 1200, maxHu: 1300 }
    expect(stoneOptions(rules, [aStone({ diameterMm: 9, measured })])[0]?.because).toBe('Place: kidney; longest diameter 9.0 mm [edited; measured 7.2].')
    expect(stoneOptions(rules, [aStone({ diameterMm: 7.24, measured })])[0]?.because).toBe('Place: kidney; longest diameter 7.2 mm.')
  })

  it.each([
    [{ location: 'upper-ureter', diameterMm: 4.8, diameterErrorMm: 0.3 }, 'The error band 4.8 ± 0.3 mm crosses the limit of 5 mm.'],
    [{ location: 'upper-ureter', diameterMm: 10.2, diameterErrorMm: 0.3 }, 'The error band 10.2 ± 0.3 mm crosses the limit of 10 mm.'],
    [{ diameterMm: 19.7, diameterErrorMm: 0.3 }, 'The error band 19.7 ± 0.3 mm crosses the limit of 20 mm.'],
    [{ meanHu: 997 }, 'The error band 997 ± 5 HU crosses the limit of 1000 HU.'],
    [{ meanHu: 1003 }, 'The error band 1003 ± 5 HU crosses the limit of 1000 HU.']
  ] as const)('say for %j that a limit lies within the error', (change, sentence) => {
    expect(stoneOptions(rules, [aStone(change)]).map(({ note }) => note).join(' ')).toContain(sentence)
  })

  it('say nothing of limits that are further off than the error', () => {
    expect(stoneOptions(rules, [aStone({ diameterMm: 7, diameterErrorMm: 0.4 })])[0]?.note).not.toContain('crosses')
    expect(stoneOptions(rules, [aStone({ diameterMm: 10, diameterErrorMm: null })])[0]?.note).not.toContain('crosses')
  })

  it('cover every size of a stone in kidney and ureter exactly once', () => {
    for (const location of ['kidney', 'upper-ureter', 'pelvis'] as const) {
      for (let tenths = 1; tenths <= 600; tenths++) expect(idsOf({ location, diameterMm: tenths / 10 }), `${location} ${tenths / 10} mm`).toHaveLength(1)
    }
  })

  it('are refused where a rule names no source, or a field is misspelt', () => {
    expect(StoneRules.safeParse({ ...rules, rules: rules.rules.map((rule) => ({ ...rule, source: 'nobody' })) }).success).toBe(false)
    expect(StoneRules.safeParse({ ...rules, rules: rules.rules.map((rule) => ({ ...rule, when: { ...rule.when, diametre: {} } })) }).success).toBe(false)
  })
})
