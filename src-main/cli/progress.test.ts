import { describe, expect, it } from 'vitest'
import type { Io } from './command.ts'
import { createProgress, progressLine } from './progress.ts'

function terminal(isTerminal: boolean) {
  const written: string[] = []
  const io: Io = { out: () => undefined, err: (text) => { written.push(text) }, isTerminal, columns: 80, env: {}, cwd: '/' }
  return { io, written }
}

describe('the line', () => {
  it('says what, how far, the detail and the time', () => {
    expect(progressLine('Importing', 0.5, '150 of 300', 12.9, 80)).toBe(`Importing ${'█'.repeat(12)}${'░'.repeat(12)} 50 % · 150 of 300 · 12 s`)
  })

  it('shows no bar while the end is unknown', () => { expect(progressLine('Importing', null, '17 files', 1, 80)).toBe('Importing · 17 files · 1 s') })

  it('never wraps in a narrow terminal', () => { expect(progressLine('Importing', 0.5, '150 of 300', 12, 20)).toHaveLength(19) })

  it('never passes 100 %', () => { expect(progressLine('Reading', 1.2, '', 0, 80)).toContain(' 100 % ') })
})

describe('the bar', () => {
  it('stays silent where nobody looks', () => {
    const { io, written } = terminal(false)
    const progress = createProgress(io, 'Importing')
    progress.update(0.5)
    progress.done()
    expect(written).toEqual([])
  })

  it('appears only for work that lasts, redraws at most ten times a second, and leaves a clean line', () => {
    const { io, written } = terminal(true)
    let nowMs = 0
    const progress = createProgress(io, 'Importing', () => nowMs)
    for (nowMs = 0; nowMs <= 1000; nowMs += 10) progress.update(nowMs / 2000)
    progress.done()
    expect(written.length - 1).toBeGreaterThanOrEqual(6)
    expect(written.length - 1).toBeLessThanOrEqual(7)
    expect(written.at(-1)).toBe('\r\u001B[2K')
  })

  it('takes nothing away where nothing was shown', () => {
    const { io, written } = terminal(true)
    const progress = createProgress(io, 'Importing', () => 0)
    progress.update(1)
    progress.done()
    expect(written).toEqual([])
  })
})
