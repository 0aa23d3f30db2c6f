import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVocabulary } from './vocabulary.ts'

describe('a vocabulary', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '"', '🫁', '\ud83e', 'é', ''), maxLength: 6 })

  it('finds all tokens of a text, and the longest that a text begins with', () => {
    fc.assert(fc.property(fc.array(fc.option(text), { maxLength: 40 }), text, (tokens, wanted) => {
      const vocabulary = createVocabulary(tokens)
      const usable = tokens.flatMap((token, id) => (token !== null && token !== '' && token.isWellFormed() ? [{ token, id }] : []))
      const idsOf = (one: string) => usable.filter(({ token }) => token === one).map(({ id }) => id)
      expect([...vocabulary.idsOf(wanted)].toSorted((a, b) => a - b)).toEqual(idsOf(wanted))
      const longest = usable.filter(({ token }) => wanted.startsWith(token)).reduce((best, { token }) => (token.length > best.length ? token : best), '')
      expect([...vocabulary.longestOf(wanted)].toSorted((a, b) => a - b)).toEqual(idsOf(longest))
    }), { numRuns: 2000 })
  })

  it('takes no token that could stand in no answer: control characters, halves of characters, what is very long', () => {
    const vocabulary = createVocabulary(['a\n', '\u0000', '\ud83d', '\udf00x', 'x'.repeat(49), '🫁'.repeat(48), null, ''])
    expect(Array.from({ length: vocabulary.size }, (_, id) => vocabulary.textOf(id)).filter((one) => one !== '')).toEqual(['🫁'.repeat(48)])
  })
})
