import { expect, it } from 'vitest'
import { leaveQuestion, mayLeave } from './leaving.ts'

it('leaves unsaved work behind only by the button that says so', () => {
  expect(leaveQuestion.buttons.map((_, button) => mayLeave(button))).toEqual([false, true])
  for (const silent of [leaveQuestion.defaultId, leaveQuestion.cancelId, -1, 7]) expect(mayLeave(silent)).toBe(false)
})
