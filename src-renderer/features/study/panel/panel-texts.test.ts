import { expect, it } from 'vitest'
import { stepNames, type Analysis } from '../../../../src-shared/analysis.ts'
import { refusalOf, stepText } from './analysis-texts.ts'

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
