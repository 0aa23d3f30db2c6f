import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startOf, stepText } from './automaton.ts'
import { compileSchema, schemaOf } from './compile.ts'
import { createConstraint } from './constraint.ts'
import { closing } from './outlook.ts'
import { createVocabulary } from './vocabulary.ts'

/**
 * The meaning of a schema once more, by another way: as regular expressions. `full` matches whole answers, `part` all that some answer
 * begins with.
 */
type Meaning = Readonly<{ full: string, part: string }>
type Described = Readonly<{ schema: z.ZodType, meaning: Meaning }>

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
const word = (text: string): Meaning => ({ full: escaped(text), part: Array.from(text).reduceRight((rest, char) => `(?:${escaped(char)}${rest})?`, '') })
const either = (of: readonly Meaning[]): Meaning => ({ full: `(?:${of.map(({ full }) => full).join('|')})`, part: `(?:${of.map(({ part }) => part).join('|')})` })
const sequence = (of: readonly Meaning[]): Meaning => of.reduceRight((rest, first) => ({ full: `${first.full}${rest.full}`, part: `(?:${first.part}|${first.full}${rest.part})` }), word(''))
const times = (one: Meaning, from: number, to: number): Meaning => (to === 0 ? word('') : { full: `(?:${one.full}){${from},${to}}`, part: `(?:${one.full}){0,${to - 1}}${one.part}` })

// What the pieces below can put into a text: letters and signs of any script as they are, three escapes; nothing seen: a space, a new line.
const ink = either([{ full: String.raw`[^"\\\p{C}\p{Z}\u0301\ufffd]`, part: String.raw`[^"\\\p{C}\p{Z}\u0301\ufffd]?` }, word('\\"'), word('\\\\')])
const blank = either([word(' '), word('\u0301'), word('\\n')])
const any = either([ink, blank])
const content = (min: number, max: number): Meaning => (min === 0 ? times(any, 0, max) : either(Array.from({ length: max }, (_, blanks) =>
  sequence([times(blank, blanks, blanks), ink, times(any, Math.max(0, min - blanks - 1), max - blanks - 1)]))))

const textOf = (min: number, max: number): Described => ({ schema: z.string().min(min).max(max), meaning: sequence([word('"'), content(min, max), word('"')]) })
const enumOf = (values: readonly [string, ...string[]]): Described => ({ schema: z.enum(values), meaning: either(values.map((value) => word(JSON.stringify(value)))) })
const integers = (from: number, to: number): Described => ({ schema: z.int().min(from).max(to), meaning: either(Array.from({ length: to - from + 1 }, (_, index) => word(String(from + index)))) })
const unionOf = (of: readonly Described[]): Described => ({ schema: z.union(of.map(({ schema }) => schema)), meaning: either(of.map(({ meaning }) => meaning)) })
const listOf = ({ schema, meaning }: Described, min: number, max: number): Described => {
  const items = Array.from({ length: max - min + 1 }, (_, more) => sequence(Array.from({ length: min + more }, (__, index) => (index === 0 ? meaning : sequence([word(','), meaning])))))
  return { schema: z.array(schema).min(min).max(max), meaning: sequence([word('['), either(items), word(']')]) }
}
const objectOf = (fields: readonly (readonly [string, Described])[]): Described => ({
  schema: z.strictObject(Object.fromEntries(fields.map(([key, { schema }]) => [key, schema]))),
  meaning: sequence([word('{'), ...fields.flatMap(([key, { meaning }], index) => [word(`${index === 0 ? '' : ','}${JSON.stringify(key)}:`), meaning]), word('}')])
})

const pieces = [
  ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)), '":', '","', '"}', '"]', '],', ']}', '},{', '{"', '[{"', '["', '""', '\\"', '\\\\', '\\n', '\\u', 'a"', 'n"', '"S', 'S1', '10', 'true', 'false', 'null', 'tru',
  '\n', '\u0000', '\u2028', '\u202e', '\u0085', '\u200b', '\ufffd', '\ud83d', '\ude00', '\ud83dx', 'é', 'e\u0301', '\u0301', '石', '🫁', '🫁"', ' a', '  ', 'a ', 'aaa', '🫁🫁', ',"b":', ':null', ':["', '1,', '2]'
]
const vocabulary = createVocabulary(pieces)

const leaf = fc.oneof(
  fc.tuple(fc.nat(3), fc.nat(3)).filter(([min, more]) => min + more > 0).map(([min, more]) => textOf(min, min + more)),
  fc.constantFrom(enumOf(['S1', 'S2', 'S10']), enumOf(['a "b"', 'a', '🫁', '\\']), enumOf(['stone']), integers(-2, 12), { schema: z.int().gt(0).lt(4), meaning: either(['1', '2', '3'].map(word)) }, { schema: z.boolean().nullable(), meaning: either(['true', 'false', 'null'].map(word)) }, { schema: z.null(), meaning: word('null') }, { schema: z.boolean(), meaning: either([word('true'), word('false')]) })
)
const value: fc.Arbitrary<Described> = fc.oneof(
  leaf, fc.uniqueArray(leaf, { minLength: 2, maxLength: 3, comparator: (a, b) => a.meaning.full === b.meaning.full }).map(unionOf),
  fc.tuple(leaf, fc.nat(2), fc.nat(2)).map(([item, min, more]) => listOf(item, min, min + more))
)
const described = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'n "n"', '石'), fc.oneof(value, value.map((inner) => objectOf([['a', inner]])))), { maxLength: 2, selector: ([key]) => key }).map(objectOf)

/** Noise between 0 and 1 that a number gives again and again. */
const noiseOf = (seed: number) => (at: number) => Math.abs(Math.sin(seed * 7919 + at * 104_729) * 43_758.5453) % 1

describe('what may come next', () => {
  it('is, at every step, exactly what some answer that fits goes on with; the likeliest of it is taken, and all else is masked', () => {
    let steps = 0
    fc.assert(fc.property(described, fc.nat(100_000), ({ schema, meaning }, seed) => {
      const [begins, fits] = [new RegExp(`^${meaning.part}$`, 'u'), new RegExp(`^${meaning.full}$`, 'u')]
      const start = startOf(compileSchema(schemaOf(schema)))
      const constraint = createConstraint({ vocabulary, schema: schemaOf(schema), maxNewTokens: 2000 })
      const noise = noiseOf(seed)
      for (let step = 0; !constraint.isDone(); step++, steps++) {
        const allowed = constraint.allowed()
        const expected = pieces.flatMap((piece, id) => (piece.isWellFormed() && begins.test(constraint.text() + piece) ? [id] : []))
        expect(allowed.map((id) => pieces[id])).toEqual(expected.map((id) => pieces[id]))
        expect(constraint.text() + closing(stepText(start, constraint.text()))).toMatch(fits)
        const logits = Float32Array.from(pieces, (_, id) => noise(step * 1000 + id))
        const masked = Float32Array.from(logits)
        constraint.mask(masked)
        expect(masked.findIndex((logit, id) => (logit === Number.NEGATIVE_INFINITY) === allowed.includes(id))).toBe(-1)
        const likeliest = allowed.reduce((best, id) => ((logits[id] ?? 0) > (logits[best] ?? 0) ? id : best))
        expect(constraint.pick(logits)).toBe(likeliest)
        const forced = constraint.forced()
        if (forced.length > 0) expect(new Set(allowed.map((id) => pieces[id]?.charAt(0))).size).toBe(1)
        constraint.accept(forced[0] ?? likeliest)
      }
      expect(constraint.text()).toMatch(fits)
      expect(schema.safeParse(JSON.parse(constraint.text())).success).toBe(true)
    }), { numRuns: 300 })
    expect(steps).toBeGreaterThan(2000)
  }, 60_000)
})

describe('a text that holds sentences', () => {
  const sentence = (written: string, maxLength = 100, maxNewTokens = 400) => {
    const constraint = createConstraint({ vocabulary, schema: schemaOf(z.strictObject({ a: z.string().min(1).max(maxLength) })), maxNewTokens })
    for (const char of `{"a":"${written}`) constraint.accept(vocabulary.idsOf(char)[0] ?? -1)
    return constraint.allowed().map((id) => pieces[id])
  }

  it('begins no word in its last sixteen places, so that no number is cut to another one', () => {
    expect(sentence('x'.repeat(83))).toEqual(expect.arrayContaining([' ', ' a', '1', '"']))
    const late = sentence('x'.repeat(84))
    expect(late).toEqual(expect.arrayContaining(['1', '10', '.', '"', 'aaa', '石']))
    for (const gap of [' ', ' a', 'a ', '  ']) expect(late).not.toContain(gap)
    // Written, the token would bring its space into those places.
    expect(sentence('x'.repeat(82))).toEqual(expect.arrayContaining(['a ', '  ']))
    expect(sentence('x'.repeat(83))).not.toContain('  ')
    expect(sentence('x'.repeat(84) + '\\')).not.toContain('n')
    expect(sentence('x'.repeat(83) + '\\')).toContain('n')
  })

  it('begins no word that the tokens which are left could not finish', () => {
    const needed = '{"a":"'.length + 30 + '"}'.length
    expect(sentence('x'.repeat(30), 100, needed + 17)).toContain(' a')
    expect(sentence('x'.repeat(30), 100, needed + 16)).not.toContain(' a')
    expect(sentence('x'.repeat(30), 100, needed + 16)).toContain('1')
    expect(sentence('x'.repeat(30), 100, needed).every((piece) => /^[^"]{0,2}"\}?$/.test(piece ?? ''))).toBe(true)
  })

  it('may be of one word where a name or a label is asked for', () => {
    expect(sentence('x'.repeat(10), 20)).toContain(' a')
  })
})
