import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startOf, stepText } from './automaton.ts'
import { compileSchema, schemaOf } from './compile.ts'
import { createConstraint, longestAnswer } from './constraint.ts'
import { closing } from './outlook.ts'
import { createVocabulary, type Vocabulary } from './vocabulary.ts'

const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
/** As real vocabularies have them: pieces of JSON, doubles, escapes, words, other scripts, halves of characters, what stands for no text. */
const pieces = [
  null, ...ascii, '":"', '","', '"}]', '{"', '"},{"', ' "', '\\', '\\"', '\\n', '\\u', '\n', '\t', '  ', '    ', 'stone', 'the ', 'slice', ' kidney', 'true', 'fal', 'null', '[]', '],"', '[{"',
  'S1', 'S2', '10', 'é', 'ä', 'ß', '的', '石', '🫁', '👩‍⚕️', '\ud83d', '\ude00', 'e\u0301', '\u200b', '\ufffd', '\u0000', 'a"b', 'x\\', '"a":', 'x'.repeat(60), null, 'stone', '"'
]
const vocabulary = createVocabulary(pieces)

/** Writes with the logits that `logitsAt` gives for each step. */
function write(schema: z.ZodType, { maxNewTokens = 400, logitsAt, use = vocabulary, isForced = false }: Readonly<{
  maxNewTokens?: number, logitsAt: (step: number) => Float32Array, use?: Vocabulary, isForced?: boolean
}>): Readonly<{ text: string, tokens: number }> {
  const constraint = createConstraint({ vocabulary: use, schema: schemaOf(schema), maxNewTokens })
  let tokens = 0
  while (!constraint.isDone()) {
    const logits = logitsAt(tokens)
    const forced = isForced ? constraint.forced(logits) : []
    const ids = forced.length > 0 ? forced : [constraint.pick(logits)]
    for (const id of ids) constraint.accept(id)
    tokens += ids.length
    if (tokens > maxNewTokens) throw new Error('It did not end.')
  }
  return { text: constraint.text(), tokens }
}

const key = fc.constantFrom('a', 'text', 'slices', 'verdict', 'mit "zitat"', 'ä', 'b', 'c')
const literal = fc.constantFrom('S1', 'S2', 'stone', 'a "b"', 'tab\\', 'é', '', 'S10', '🫁', '石🫁')
/** Random schemas of the kind that our tasks have, three levels deep. */
const anySchema = fc.letrec<{ value: z.ZodType, object: z.ZodType }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, withCrossShrink: true },
    fc.tuple(fc.nat(6), fc.nat(20)).map(([min, more]) => z.string().min(min).max(min + more)),
    fc.tuple(fc.nat(3), fc.integer({ min: 78, max: 130 })).map(([min, max]) => z.string().min(min).max(max)),
    fc.uniqueArray(literal, { minLength: 1, maxLength: 5 }).map((values) => z.enum(values as [string, ...string[]])),
    fc.constantFrom(z.boolean(), z.null(), z.literal('x'), z.literal(7), z.int().min(-3).max(12)),
    fc.constantFrom(z.string().max(8).nullable(), z.union([z.string().max(4), z.enum(['stone', 'S1'])]), z.union([z.string().min(6).max(9), z.enum(['', 'S1'])]), z.union([z.string().min(20).max(90), z.string().max(3)]), z.union([z.boolean(), z.null(), z.literal('nul')])),
    fc.tuple(tie('value'), fc.nat(3), fc.nat(3)).map(([item, min, more]) => z.array(item).min(min).max(min + more)),
    tie('object')),
  object: fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 4, selector: ([name]) => name }).map((fields) => z.strictObject(Object.fromEntries(fields)))
})).object
const random = (seed: number) => {
  let state = seed >>> 0 || 1
  return () => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state / 2 ** 32 }
}
const noise = (seed: number) => {
  const next = random(seed)
  return () => Float32Array.from(pieces, () => next() * 20 - 10)
}
const loves = (wanted: (text: string | null) => boolean, seed: number) => {
  const next = random(seed)
  return () => Float32Array.from(pieces, (text) => (wanted(text) ? 50 : 0) + next())
}
const anyLogits = fc.oneof(
  fc.integer().map(noise), fc.constant(() => new Float32Array(pieces.length).fill(Number.NaN)), fc.constant(() => new Float32Array(pieces.length)),
  fc.integer().map((seed) => loves((text) => text !== null && text.includes('"'), seed)), fc.integer().map((seed) => loves((text) => (text ?? '').length > 3, seed)),
  fc.integer().map((seed) => loves((text) => text === '\\' || text === 'n', seed)), fc.integer().map((seed) => loves((text) => text === ' ' || text === '    ', seed)),
  fc.integer().map((seed) => loves((text) => text === '🫁' || text === 'é', seed)), fc.constant(() => Float32Array.from(pieces, (_, id) => (id % 3 === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY)))
)

describe('an answer that is written under a schema', () => {
  it('parses and fits it and ends in time, whatever the model would rather say (5,000 schemas)', () => {
    let shortestBudgets = 0
    fc.assert(fc.property(anySchema, anyLogits, fc.nat(60), fc.boolean(), (schema, logits, spare, isForced) => {
      const least = closing(startOf(compileSchema(schemaOf(schema)))).length
      if (spare === 0) shortestBudgets++
      const maxNewTokens = Math.max(1, least + spare)
      const { text, tokens } = write(schema, { maxNewTokens, logitsAt: logits, isForced })
      expect(tokens).toBeLessThanOrEqual(maxNewTokens)
      expect(text.isWellFormed()).toBe(true)
      const parsed = schema.safeParse(JSON.parse(text))
      if (!parsed.success) throw new Error(`${text} does not fit: ${parsed.error.message}`)
      // Written as JSON.stringify would, but for the escapes that it may choose: nothing stands between the parts.
      expect(JSON.parse(text)).toEqual(parsed.data)
    }), { numRuns: 5000 })
    expect(shortestBudgets).toBeGreaterThan(20)
  }, 120_000)

  it('says nothing blank where it must say something', () => {
    const { text } = write(z.strictObject({ text: z.string().min(1).max(3) }), { logitsAt: loves((piece) => piece === ' ' || piece === '"', 1) })
    expect(text).toMatch(/^\{"text":" {0,2}[^ "]/)
  })

  it('follows the model wherever it may', () => {
    const schema = z.strictObject({ verdict: z.enum(['stone', 'phlebolith']), reason: z.string().max(40) })
    const wanted = '{"verdict":"stone","reason":"the kidney slice"}'
    let at = 0
    const constraint = createConstraint({ vocabulary, schema: schemaOf(schema), maxNewTokens: 100 })
    while (!constraint.isDone()) {
      const id = constraint.pick(Float32Array.from(pieces, (text) => (text !== null && wanted.startsWith(text, at) ? text.length : -1)))
      at += vocabulary.textOf(id).length
      constraint.accept(id)
    }
    expect(constraint.text()).toBe(wanted)
  })
})

describe('what may come next', () => {
  const next = (schema: z.ZodType, written: string) => {
    const constraint = createConstraint({ vocabulary, schema: schemaOf(schema), maxNewTokens: 300 })
    for (const char of written) constraint.accept(vocabulary.idsOf(char)[0] ?? 0)
    return [...new Set(constraint.allowed().map((id) => vocabulary.textOf(id)))].toSorted()
  }
  /** Straight from the meaning: a token may follow if some valid answer begins with what is written and it. */
  const byMeaning = (answers: readonly string[], written: string) =>
    [...new Set(pieces.filter((piece): piece is string => piece !== null && answers.some((answer) => answer.startsWith(written + piece))))].toSorted()

  it.each(['', '{', '{"a":', '{"a":"', '{"a":"S', '{"a":"S1', '{"a":"S1"', '{"a":"S1","b":', '{"a":"S1","b":[', '{"a":"S1","b":[true', '{"a":"S1","b":[true,', '{"a":"S10","b":[false,true]'])('is what some answer goes on with, after %s', (written) => {
    const schema = z.strictObject({ a: z.enum(['S1', 'S2', 'S10']), b: z.array(z.boolean()).max(2) })
    const lists = ['[]', '[true]', '[false]', '[true,true]', '[true,false]', '[false,true]', '[false,false]']
    expect(next(schema, written)).toEqual(byMeaning(['S1', 'S2', 'S10'].flatMap((a) => lists.map((b) => `{"a":"${a}","b":${b}}`)), written))
  })

  it('inside a text is everything that JSON lets stand there and the length has room for', () => {
    const schema = z.strictObject({ a: z.string().max(3) })
    expect(next(schema, '{"a":"')).not.toContain('slice')
    expect(next(schema, '{"a":"')).toEqual(expect.arrayContaining([' "'.slice(0, 1), 'é', '🫁', '石', '\\"', '\\n', '"']))
    for (const never of ['\n', '\t', '\u0000', '\ud83d', '\ude00', '\ufffd', 'true', '\\u']) expect(next(schema, '{"a":"')).not.toContain(never)
    expect(next(schema, '{"a":"xyz')).toEqual(['"'])
  })

  it('counts code points, as JSON Schema does', () => {
    expect(write(z.strictObject({ a: z.string().max(3) }), { logitsAt: loves((text) => text === '🫁', 4) }).text).toBe('{"a":"🫁🫁🫁"}')
  })

  it('is told at once where there is no choice, in the longest tokens', () => {
    const constraint = createConstraint({ vocabulary, schema: schemaOf(z.strictObject({ a: z.literal('stone'), b: z.string().max(4) })), maxNewTokens: 60 })
    const forced = constraint.forced()
    expect(forced.map((id) => vocabulary.textOf(id)).join('')).toBe('{"a":"stone","b":"')
    expect(forced.length).toBeLessThan(12)
    for (const id of forced) constraint.accept(id)
    expect(constraint.forced()).toEqual([])
  })

  it('as a logits processor masks all else, and that alone', () => {
    const constraint = createConstraint({ vocabulary, schema: schemaOf(z.strictObject({ a: z.boolean() })), maxNewTokens: 60 })
    for (const char of '{"a":') constraint.accept(vocabulary.idsOf(char)[0] ?? 0)
    const logits = new Float32Array(pieces.length).fill(1)
    constraint.mask(logits)
    expect(pieces.filter((_, id) => logits[id] === 1)).toEqual(['f', 't', 'true', 'fal'])
  })

  it('refuses a token that can not follow', () => {
    const constraint = createConstraint({ vocabulary, schema: schemaOf(z.strictObject({ a: z.boolean() })), maxNewTokens: 60 })
    expect(() => { constraint.accept(vocabulary.idsOf('x')[0] ?? 0) }).toThrow('can not follow')
    expect(() => { constraint.accept(0) }).toThrow('can not follow')
  })
})

describe('a promise that can not be kept is not made', () => {
  it.each([
    ['a text without an end', z.strictObject({ a: z.string() })], ['a list without an end', z.strictObject({ a: z.array(z.boolean()) })], ['a free number', z.strictObject({ a: z.number() })],
    ['a free integer', z.strictObject({ a: z.int() })], ['a field that may be missing', z.strictObject({ a: z.string().max(3).optional() })], ['fields of any name', z.strictObject({ a: z.record(z.string(), z.boolean()) })],
    ['values that are of several', z.strictObject({ a: z.discriminatedUnion('b', [z.strictObject({ b: z.literal('x') }), z.strictObject({ b: z.literal('y') })]) })], ['an object of no value', z.strictObject({ a: z.int().gt(3).lt(4) })],
    ['a pattern', z.strictObject({ a: z.string().max(3).regex(/^a/) })], ['no object', z.array(z.boolean()).max(2)]
  ])('%s', (_name, schema) => { expect(() => compileSchema(schemaOf(schema))).toThrow("can't be held to") })
  it('a schema that contains itself', () => {
    type Tree = { child: Tree | null }
    const tree: z.ZodType<Tree> = z.lazy(() => z.strictObject({ child: tree.nullable() }))
    expect(() => compileSchema(schemaOf(tree))).toThrow(/contains itself|no schema|names no type/)
  })
  it('too few tokens', () => { expect(() => createConstraint({ vocabulary, schema: schemaOf(z.strictObject({ a: z.boolean() })), maxNewTokens: 8 })).toThrow('at the least') })
  it('a vocabulary without a character that is needed', () => {
    expect(() => createConstraint({ vocabulary: createVocabulary(pieces.filter((piece) => piece !== '{')), schema: schemaOf(z.strictObject({ a: z.boolean() })), maxNewTokens: 80 })).toThrow('no token for "{"')
  })
})

it('knows how long an answer can become', () => {
  const schema = schemaOf(z.strictObject({ a: z.array(z.string().max(2)).max(2), b: z.enum(['x', 'long']) }))
  expect(longestAnswer(schema)).toBeGreaterThanOrEqual('{"a":["\\n\\n","\\n\\n"],"b":"long"}'.length)
})

it('a state admits what its key says, wherever it stands', () => {
  const node = compileSchema(schemaOf(z.strictObject({ a: z.string().max(100), b: z.string().max(100) })))
  expect(stepText(startOf(node), '{"a":"x","b":"y"}')).toHaveLength(1)
  expect(stepText(startOf(node), '{"a":"x","b":"y"}}')).toHaveLength(0)
})

it('a vocabulary of 262,144 tokens is ready at once, and a token costs little', () => {
  const next = random(9)
  const letters = 'abcdefghijklmnopqrstuvwxyz '
  const big = [...pieces, ...Array.from({ length: 262_144 - pieces.length }, () => Array.from({ length: 1 + Math.floor(next() * 9) }, () => letters[Math.floor(next() * letters.length)]).join(''))]
  const startedMs = performance.now()
  const use = createVocabulary(big)
  expect(performance.now() - startedMs).toBeLessThan(10_000)
  const logits = Float32Array.from(big, () => next())
  const { text } = write(z.strictObject({ statements: z.array(z.strictObject({ text: z.string().max(240), slices: z.array(z.enum(['S1', 'S2'])).max(4) })).min(1).max(4) }), { maxNewTokens: 500, use, logitsAt: () => logits })
  expect(JSON.parse(text)).toHaveProperty('statements')
})
