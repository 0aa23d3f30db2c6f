import { describe, expect, it } from 'vitest'
import { stepNames, type Analysis } from '../../../../src-shared/analysis.ts'
import type { TagRow } from '../../../../src-shared/studies.ts'
import { refusalOf, stepText } from './analysis-texts.ts'
import { matchingTags } from './matching-tags.ts'

it('names the step that runs now', () => {
  const steps: Analysis['steps'] = stepNames.map((step) => ({ step, state: step === 'load' ? 'done' : step === 'quantify' ? 'running' : 'waiting', startedAt: null, finishedAt: null, detail: '' }))
  expect(stepText({ steps })).toBe('Measuring (2 of 8)')
  expect(stepText({ steps: [] })).toBe('Waiting to start.')
})

it('says why nothing can be measured, and only once it is known', () => {
  const reason = 'No series can be measured: it is not CT.'
  const offers = [{ name: 'urinary-stones', applies: false, reason }, { name: 'general-ct', applies: false, reason }] as const
  expect(refusalOf([...offers])).toBe(reason)
  expect(refusalOf([offers[0], { ...offers[1], applies: true }])).toBeNull()
  expect(refusalOf([])).toBeNull()
})

describe('the search in the attributes', () => {
  const row = (keyword: string, value: string, isPatientData = false): TagRow => ({ tag: '(0010,0010)', keyword, vr: 'PN', value, depth: 0, isPrivate: false, isPatientData })
  const rows = [row('PatientName', 'Mora^Ana', true), row('KVP', '120')]
  it('finds by keyword and value, all words together', () => {
    expect(matchingTags(rows, 'mora name', false)).toHaveLength(1)
    expect(matchingTags(rows, '120', false)[0]?.keyword).toBe('KVP')
    expect(matchingTags(rows, '', false)).toHaveLength(2)
  })
  it('does not give covered patient data away by a match', () => { expect(matchingTags(rows, 'mora', true)).toEqual([]) })
})
