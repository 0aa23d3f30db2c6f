import { expect, test } from 'vitest'
import { History, type Step } from './history.ts'

const aRun = () => {
  const did: string[] = []
  const step = (label: string): Step => ({ label, undo: () => { did.push(`-${label}`) }, redo: () => { did.push(`+${label}`) }, reveal: () => { did.push(`see ${label}`) } })
  return { did, step, history: new History() }
}

test('steps are taken back from the last on, done again in order, and shown where they happened', () => {
  const { did, step, history } = aRun()
  for (const label of ['a', 'b', 'c']) history.push(step(label))
  history.undo()
  history.undo()
  history.redo()
  expect(did).toEqual(['-c', 'see c', '-b', 'see b', '+b', 'see b'])
  expect(history.next).toEqual({ undo: 'b', redo: 'c' })
})

test('a thousand steps are all kept', () => {
  const { did, step, history } = aRun()
  for (let at = 0; at < 1000; at += 1) history.push(step(String(at)))
  while (history.undo() !== null);
  expect(did.at(-2)).toBe('-0')
  expect(history.next).toEqual({ undo: null, redo: '0' })
})

test('the parts of a drag are one step, unless something else came between', () => {
  const { did, step, history } = aRun()
  const first = step('first')
  history.push(first)
  history.amend(first, step('grown'))
  history.undo()
  expect([did[0], history.undo()]).toEqual(['-grown', null])
  history.push(step('other'))
  history.amend(first, step('late'))
  expect([history.undo()?.label, history.undo()?.label]).toEqual(['late', 'other'])
})

test('tells whoever shows it after each change', () => {
  const told: (string | null)[] = []
  const history: History = new History(() => { told.push(history.next.undo) })
  const step = { label: 'a', undo: () => undefined, redo: () => undefined }
  history.push(step)
  history.undo()
  history.redo()
  history.forget(step)
  expect(told).toEqual(['a', null, 'a', null])
})
