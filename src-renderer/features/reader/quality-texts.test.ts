import { expect, it } from 'vitest'
import { acceptance, percent } from './quality-texts.ts'

it('acceptance counts what was taken in, also in other words, and is unknown before anything was decided', () => {
  expect(percent(acceptance({ accepted: 2, amended: 1, rejected: 1 }))).toBe('75 %')
  expect(percent(acceptance({ accepted: 0, amended: 0, rejected: 0 }))).toBe('–')
})
