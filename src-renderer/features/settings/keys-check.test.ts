import { describe, expect, it } from 'vitest'
import type { CommandName } from '../../ui/commands.ts'
import { chordsOf, holdersOf, isFound, refusalOf, withChords, withOwnChords, withTakenChord } from './keys-check.ts'

const name = (id: string, keys: readonly string[], patch: Partial<CommandName> = {}): CommandName => ({ id, title: id, group: 'Viewer', place: 'study', keys, ...patch })
const invert = name('invert', ['i'])
const zoom = name('zoom', ['=', '+'])
const flip = name('flip', ['v'])
const list = name('list', ['i'], { place: 'worklist' })
const lock = name('lock', ['ctrl+l'], { place: 'anywhere', isWhileTyping: true })
const catalogue = [invert, zoom, flip, list, lock]

describe('a chord', () => {
  it.each(['ctrl+w', 'ctrl+t', 'alt+f4', 'f5', 'tab', 'escape', 'ctrl+c', 'ctrl++'])('that the browser, the system or the keyboard’s way round needs is refused with its reason: %s', (chord) => {
    expect(refusalOf(chord, invert)).toMatch(/^[A-Z].* Choose another key\.$/)
  })
  it('of the browser is named as the keyboard has it', () => { expect(refusalOf('ctrl+shift+w', invert)).toBe('Ctrl Shift W closes the window. Choose another key.') })
  it('that writes text is refused where the command works while one types, and only there', () => {
    for (const chord of ['k', 'shift+k', 'space', '?', 'ö', 'ctrl+alt+q', 'ctrl+z', 'home']) expect([chord, refusalOf(chord, lock)]).toEqual([chord, expect.any(String)])
    for (const chord of ['k', 'shift+k', 'space', '?', 'ö', 'ctrl+z', 'home', 'enter', 'alt+arrowleft']) expect([chord, refusalOf(chord, invert)]).toEqual([chord, null])
    for (const chord of ['ctrl+k', 'alt+7', 'f2', 'enter', 'arrowdown', 'pageup']) expect([chord, refusalOf(chord, lock)]).toEqual([chord, null])
  })
  it('of half a letter is refused', () => { expect(refusalOf('dead', invert)).toMatch(/sends nothing/) })
})

describe('two commands with one key', () => {
  it('are told of where both can be on the screen, with the keys as they are now', () => {
    expect(holdersOf('i', flip, catalogue, {})).toEqual([invert])
    expect(holdersOf('i', lock, catalogue, {})).toEqual([invert, list])
    expect(holdersOf('i', flip, catalogue, { invert: ['n'] })).toEqual([])
    expect(holdersOf('n', flip, catalogue, { invert: ['n'] })).toEqual([invert])
    expect(holdersOf('ctrl+l', list, catalogue, {})).toEqual([lock])
  })
  it('are solved by taking the key from the one and giving it to the other', () => {
    const chosen = withTakenChord({}, flip, 'i', { isAdded: false, catalogue })
    expect(chosen).toEqual({ flip: ['i'], invert: [] })
    expect(chordsOf(list, chosen)).toEqual(['i'])
    expect(withTakenChord({}, flip, '+', { isAdded: true, catalogue })).toEqual({ flip: ['v', '+'], zoom: ['='] })
  })
})

describe('keys', () => {
  it('that are those of the command itself are not kept as chosen', () => {
    expect(withChords({ invert: ['n'], flip: ['x'] }, invert, ['i'])).toEqual({ flip: ['x'] })
    expect(withChords({}, zoom, ['+', '='])).toEqual({ zoom: ['+', '='] })
    expect(withChords({}, name('keyless', []), [])).toEqual({})
  })
  it('go back to the command they came with, and leave who had them meanwhile', () => {
    const chosen = withTakenChord({}, flip, 'i', { isAdded: false, catalogue })
    expect(withOwnChords(chosen, invert, catalogue)).toEqual({ flip: [] })
    expect(withOwnChords(chosen, flip, catalogue)).toEqual({ invert: [] })
  })
  it('added beyond four push out the oldest', () => {
    expect(withTakenChord({ flip: ['1', '2', '3', '4'] }, flip, '5', { isAdded: true, catalogue })).toEqual({ flip: ['2', '3', '4', '5'] })
  })
  it('of commands that this version does not know stay as they are', () => {
    expect(withTakenChord({ 'newer.command': ['x'] }, flip, 'i', { isAdded: false, catalogue })['newer.command']).toEqual(['x'])
  })
  it('are found by name, heading and key', () => {
    expect(['inv', 'viewer INVERT', 'i'].every((search) => isFound(invert, {}, search))).toBe(true)
    expect([isFound(lock, {}, 'ctrl l'), isFound(lock, {}, 'ctrl+l'), isFound(lock, { lock: ['f2'] }, 'ctrl')]).toEqual([true, true, false])
  })
})
