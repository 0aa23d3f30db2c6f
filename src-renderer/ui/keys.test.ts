import { describe, expect, it } from 'vitest'
import { chordNames, chordOf, chordParts, chordText } from './keys.ts'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

describe('the chord of a key', () => {
  it('is the letter itself, with Shift named', () => {
    expect(chordOf(press('y'))).toBe('y')
    expect(chordOf(press('Y', { shiftKey: true }))).toBe('shift+y')
  })
  it('leaves Shift out for a sign, which needs it on some keyboards only', () => {
    expect(chordOf(press('?', { shiftKey: true }))).toBe('?')
    expect(chordOf(press('/'))).toBe('/')
  })
  it('takes Cmd for Ctrl and names the space bar', () => {
    expect(chordOf(press('k', { metaKey: true }))).toBe('ctrl+k')
    expect(chordOf(press(' '))).toBe('space')
    expect(chordOf(press('ArrowDown', { altKey: true }))).toBe('alt+arrowdown')
  })
  it('is shown as the keyboard has it printed', () => {
    expect(chordNames('ctrl+k')).toEqual(['Ctrl', 'K'])
    expect(chordNames('pagedown')).toEqual(['Page Down'])
    expect(chordText('alt+shift+arrowleft')).toBe('Alt Shift ←')
  })
  it('may be the plus itself, alone and held with another', () => {
    expect([chordNames('+'), chordNames('ctrl++'), chordParts('ctrl++')]).toEqual([['+'], ['Ctrl', '+'], [['ctrl'], '+']])
  })
})
