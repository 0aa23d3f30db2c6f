import type { JsonSchema } from '../engine.ts'
import { isWhole, startOf, stepText, wordRoom, type Rest, type State } from './automaton.ts'
import { compileSchema, longestLength, shortest, type Node } from './compile.ts'
import { createKeys } from './keys.ts'
import { closing, forcedText } from './outlook.ts'
import { never, type Mask, type Vocabulary } from './vocabulary.ts'

export type Constraint = Readonly<{
  /** The allowed token with the highest logit. `logits` holds one row of the vocabulary's size from `offset` on; it is not changed. */
  pick: (logits: Float32Array, offset?: number) => number
  /** Tokens that come next whatever the model says, longest first; empty where there is a choice. `logits` tell doubles of the first one apart. */
  forced: (logits?: Float32Array, offset?: number) => readonly number[]
  accept: (tokenId: number) => void
  /** Ids of all tokens that may come next and still let the answer end in time. For tests and for `mask`. */
  allowed: () => readonly number[]
  /** As a logits processor does it: −∞ from `offset` on for everything that may not come next. */
  mask: (logits: Float32Array, offset?: number) => void
  isDone: () => boolean
  text: () => string
}>
export type ConstraintOptions = Readonly<{ vocabulary: Vocabulary, schema: JsonSchema, maxNewTokens: number }>

/** Masks kept: each takes some kilobytes. */
const mostMasks = 512

/**
 * Holds what a model writes to a schema, token by token. Whatever the logits are, the answer parses, fits the schema and ends within
 * `maxNewTokens`: at each token the shortest completion from there still fits into what is left, a token a character. Throws an Error
 * where the schema, the vocabulary or the budget can't keep that promise.
 */
export function createConstraint({ vocabulary, schema, maxNewTokens }: ConstraintOptions): Constraint {
  const root = compileSchema(schema)
  refuseMissing(vocabulary, root)
  if (shortest(root).length > maxNewTokens) throw new Error(`An answer needs up to ${shortest(root).length} tokens at the least, and ${maxNewTokens} are allowed.`)
  const maskOf = createMasks(vocabulary)
  let state = startOf(root)
  let left = maxNewTokens
  let written = ''

  const after = (id: number): State => stepText(state, vocabulary.textOf(id))
  const endsInTime = (id: number): boolean => {
    const next = after(id)
    return next.length > 0 && closing(next).length < left
  }
  const optionsNow = (): Options => {
    const masks = state.map((rest) => ({ ...maskOf(rest), spare: left - 1 - closing([rest]).length }))
    // Plain tokens inside a text take nothing from what its end needs, so that they are looked at together.
    const plain = masks.flatMap(({ plain: one, spare }) => (one === null || spare < 0 ? [] : [{ needs: one.needs, room: spare < wordRoom && one.holdsSentences ? Math.min(one.room, wordRoom) : one.room }]))
    return { plain, ids: masks.map(({ ids }) => ids), endsInTime }
  }

  return {
    pick(logits, offset = 0) {
      const id = isWhole(state) ? null : best(optionsNow(), logits, offset)
      if (id === null) throw new Error('The answer is whole; nothing follows it.')
      return id
    },
    forced(logits, offset = 0) {
      const ids: number[] = []
      for (let text = forcedText(state); text !== '';) {
        const doubles = vocabulary.longestOf(text)
        const id = ids.length === 0 && logits !== undefined ? likeliest(doubles, logits, offset) : doubles[0]
        if (id === undefined) break
        ids.push(id)
        text = text.slice(vocabulary.textOf(id).length)
      }
      return ids
    },
    accept(tokenId) {
      const next = after(tokenId)
      if (vocabulary.textOf(tokenId) === '' || next.length === 0) throw new Error('This token can not follow.')
      written += vocabulary.textOf(tokenId)
      state = next
      left--
    },
    allowed: () => (isWhole(state) ? [] : allowedOf(optionsNow(), vocabulary.size)),
    mask(logits, offset = 0) {
      keepOnly(isWhole(state) ? [] : allowedOf(optionsNow(), vocabulary.size), logits, offset)
    },
    isDone: () => isWhole(state),
    text: () => written
  }
}

/** Longest possible answer to a schema, in characters: an upper bound for tokens too. */
export function longestAnswer(schema: JsonSchema): number {
  return longestLength(compileSchema(schema))
}

/** What may follow a state is what may follow any of its configurations. */
function createMasks(vocabulary: Vocabulary): (rest: Rest) => Mask {
  const keyOf = createKeys()
  const masks = new Map<string, Mask>()
  return (rest) => {
    const key = keyOf(rest)
    const known = masks.get(key)
    if (known !== undefined) return known
    const made = vocabulary.maskOf(rest)
    if (masks.size >= mostMasks) masks.delete(masks.keys().next().value ?? '')
    masks.set(key, made)
    return made
  }
}

/** `ids` have to be asked one by one whether they end in time; plain tokens do. */
type Options = Readonly<{ plain: readonly Readonly<{ needs: Uint8Array, room: number }>[], ids: readonly Int32Array[], endsInTime: (id: number) => boolean }>

/** A logit that is no number never wins; where none is one, the first token does. */
function best(options: Options, logits: Float32Array, offset: number): number | null {
  let found: number | null = null
  let highest = Number.NEGATIVE_INFINITY
  for (const { needs, room } of options.plain) {
    for (let id = 0; id < needs.length; id++) {
      const logit = logits[offset + id] ?? Number.NaN
      if (logit > highest && (needs[id] ?? never) <= room) { found = id; highest = logit }
    }
  }
  for (const ids of options.ids) {
    for (const id of ids) {
      const logit = logits[offset + id] ?? Number.NaN
      if (logit > highest && options.endsInTime(id)) { found = id; highest = logit }
    }
  }
  return found ?? firstOf(options)
}

function firstOf({ plain, ids, endsInTime }: Options): number | null {
  for (const some of ids) for (const id of some) if (endsInTime(id)) return id
  for (const { needs, room } of plain) {
    const id = needs.findIndex((need) => need <= room)
    if (id >= 0) return id
  }
  return null
}

function allowedOf({ plain, ids, endsInTime }: Options, size: number): number[] {
  const flags = new Uint8Array(size)
  for (const { needs, room } of plain) for (let id = 0; id < size; id++) if ((needs[id] ?? never) <= room) flags[id] = 1
  for (const some of ids) for (const id of some) if (flags[id] === 0 && endsInTime(id)) flags[id] = 1
  const allowed: number[] = []
  for (let id = 0; id < size; id++) if (flags[id] === 1) allowed.push(id)
  return allowed
}

const lowestLogit = -3.4e38
/** What is kept has a logit that wins over −∞, even where the model gave none. */
export function keepOnly(ids: readonly number[], logits: Float32Array, offset: number): void {
  const kept = ids.map((id) => Math.max(lowestLogit, logits[offset + id] ?? lowestLogit))
  logits.fill(Number.NEGATIVE_INFINITY, offset)
  for (const [index, id] of ids.entries()) logits[offset + id] = Number.isNaN(kept[index]) ? lowestLogit : (kept[index] ?? lowestLogit)
}

function likeliest(ids: readonly number[], logits: Float32Array, offset: number): number | undefined {
  const logitOf = (id: number | undefined) => logits[offset + (id ?? -1)] ?? Number.NaN
  return ids.reduce<number | undefined>((most, id) => (most === undefined || logitOf(id) > logitOf(most) || Number.isNaN(logitOf(most)) ? id : most), undefined)
}

/** Without a token for each single character of what must be written the shortest way out could be closed. */
function refuseMissing(vocabulary: Vocabulary, root: Node): void {
  const needed = new Set([...Array.from(charactersOf(root)), '"', '-'])
  const missing = [...needed].find((char) => vocabulary.idsOf(char).length === 0)
  if (missing !== undefined) throw new Error(`The model has no token for ${JSON.stringify(missing)} alone, which its answers need.`)
}

function charactersOf(node: Node): string {
  switch (node.type) {
    case 'literals': return node.texts.join('')
    case 'string': return '"'
    case 'array': return `[],${charactersOf(node.item)}`
    case 'object': return node.fields.map(({ key, value }) => `${JSON.stringify(key)}:,{}${charactersOf(value)}`).join('') + '{}'
    case 'any': return node.of.map(charactersOf).join('')
    default: return node satisfies never
  }
}
