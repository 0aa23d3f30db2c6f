import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redFlagsIn, wordIn } from './words.ts'

describe('words of command', () => {
  const stops = ['STOP', 'stop all', 'StopAll', 'quit', 'END', 'revoke', 'opt out', 'Opt-Out', 'OPTOUT', 'cancel', 'unsubscribe', ' Stop. ', 'stop!!', 'STOP please', '“stop”', 'Baja', 'no más']
  it.each(stops)('%s ends messages', (text) => { expect(wordIn(text)).toBe('stop') })
  it.each(['START', 'unstop', 'Start.'])('%s begins them again', (text) => { expect(wordIn(text)).toBe('start') })
  it.each(['HELP', 'help?', 'Ayuda'])('%s asks for help', (text) => { expect(wordIn(text)).toBe('help') })
  it.each(['please stop the bleeding', 'when does it end', 'I can not stop vomiting', 'cancel my appointment on Monday', 'yes', '', '👍', 'the pain will not quit'])('"%s" is a sentence and no command', (text) => { expect(wordIn(text)).toBeNull() })
  it('are the same in any case, with any blanks and points around', () => {
    fc.assert(fc.property(fc.constantFrom('stop', 'stop all', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe'), fc.array(fc.boolean()), fc.constantFrom('', ' ', '\n', '  '), fc.constantFrom('', '.', '!', ' …', '\n'), (word, upper, before, after) => {
      const cased = Array.from(word, (letter, index) => (upper[index] === true ? letter.toUpperCase() : letter)).join('')
      expect(wordIn(`${before}${cased.replace(' ', '  ')}${after}`)).toBe('stop')
    }))
  })
})

describe('red flags', () => {
  it.each([
    ['I have a fever since last night', ['fever']], ['Temperature of 38.9', ['fever']], ['tengo fiebre y escalofríos', ['fever']], ['39,2 grados', ['fever']],
    ['I can’t pee since yesterday', ['no urine']], ['no urine at all today', ['no urine']], ['haven\'t been able to urinate', ['no urine']], ['no puedo orinar', ['no urine']],
    ['the pain is unbearable', ['unbearable pain']], ['dolor insoportable', ['unbearable pain']], ['the worst pain of my life, and a high fever', ['fever', 'unbearable pain']],
    ['I can\'t stop vomiting', ['vomiting']], ['my wife fainted', ['collapse']]
  ])('"%s" is one', (text, flags) => { expect(redFlagsIn(text)).toEqual(flags) })
  it.each(['thank you', 'I drink two litres a day', 'see you at 10:30', 'the stone passed without trouble', 'gracias, todo bien'])('"%s" is none', (text) => { expect(redFlagsIn(text)).toEqual([]) })
})
