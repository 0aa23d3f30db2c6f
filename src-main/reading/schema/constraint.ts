import type { JsonSchema } from '../engine.ts'
import { closing, createKeys, forcedText, isWhole, longestToken, startOf, stepText, type State } from './automaton.ts'
import { compileSchema, longestLength, shortest, type Node } from './compile.ts'
import type { Mask, Vocabulary } from './vocabulary.ts'

export type Constraint = Readonly<{
  /** The allowed token with the highest logit. `logits` holds one row of the vocabulary's size from `offset` on; it is not changed. */
  pick: (logits: Float32Array, offset?: number) => number
  /** Tokens that come next whatever the model says, longest first; empty where there is a choice. `logits` tell doubles of the first one apart. */
  forced: (logits?: Float32Array, offset?: number) => readonly number[]
  accept: (tokenId: number) => void
  /** Ids of all tokens that may come next and still let the answer end in time. For tests and for `mask`. */
  allowed: () => readonly number[]
  /** As a logits processor does it: −∞ for everything that may not come next. */
  mask: (logits: Float32Array, offset?: number) => void
  isDone: () => boolean
  text: () => string
}>
export type ConstraintOptions = Readonly<{ vocabulary: Vocabulary, schema: JsonSchema, maxNewTokens: number }>

/** Masks kept: each of the large kind takes a byte a token. */
const mostMasks = 48
/** Choices that would not end in time are passed over; after so many the shortest way to the end is taken. */
const mostPassedOver = 12

/**
 * Holds what a model writes to a schema, token by token. Whatever the logits are, the answer parses, fits the schema and ends within
 * `maxNewTokens`: at each token the shortest completion from there still fits into what is left. Throws an Error where the schema, the
 * vocabulary or the budget can't keep that promise.
 */
export function createConstraint({ vocabulary, schema, maxNewTokens }: ConstraintOptions): Constraint {
  const root = compileSchema(schema)
  refuseMissing(vocabulary, root)
  if (shortest(root).length > maxNewTokens) throw new Error(`An answer needs up to ${shortest(root).length} tokens at the least, and ${maxNewTokens} are allowed.`)
  const keyOf = createKeys()
  const masks = new Map<string, Mask>()
  let state = startOf(root)
  let left = maxNewTokens
  let written = ''

  const maskNow = (): Mask => {
    const key = keyOf(state)
    const known = masks.get(key)
    if (known !== undefined) return known
    const made = vocabulary.maskOf(state)
    if (masks.size >= mostMasks) masks.delete(masks.keys().next().value ?? '')
    masks.set(key, made)
    return made
  }
  const after = (id: number): State => stepText(state, vocabulary.textOf(id))
  const endsInTime = (next: State): boolean => next.length > 0 && closing(next).length <= left - 1
  /** The tokens along the shortest way to the end. Each has at least one character, so that they are no more than it has characters. */
  const wayOut = (): number[] => {
    const text = closing(state)
    return Array.from({ length: Math.min(longestToken, text.length) }, (_, index) => vocabulary.idsOf(text.slice(0, index + 1))).flat()
  }

  return {
    pick(logits, offset = 0) {
      const mask = maskNow()
      const passedOver = new Set<number>()
      while (passedOver.size < mostPassedOver) {
        const id = best(mask, logits, offset, passedOver)
        if (id === null) break
        if (endsInTime(after(id))) return id
        passedOver.add(id)
      }
      const out = best({ ids: Int32Array.from(wayOut()), flags: null }, logits, offset, new Set())
      if (out === null) throw new Error('The answer is whole; nothing follows it.')
      return out
    },
    forced(logits, offset = 0) {
      let text = forcedText(state)
      const ids: number[] = []
      while (text.length > 0) {
        const candidates = longestPrefix(vocabulary, text)
        const [first] = candidates
        if (first === undefined) break
        const id = ids.length > 0 || logits === undefined ? first : best({ ids: Int32Array.from(candidates), flags: null }, logits, offset, new Set()) ?? first
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
    allowed() {
      const { ids, flags } = maskNow()
      const all = ids === null ? Array.from(flags.keys()).filter((id) => flags[id] === 1) : [...ids]
      return all.filter((id) => endsInTime(after(id)))
    },
    mask(logits, offset = 0) {
      const allowed = new Set(this.allowed())
      for (let id = 0; id < vocabulary.size; id++) if (!allowed.has(id)) logits[offset + id] = Number.NEGATIVE_INFINITY
    },
    isDone: () => isWhole(state),
    text: () => written
  }
}

/** Longest possible answer to a schema, in characters: an upper bound for tokens too. */
export function longestAnswer(schema: JsonSchema): number {
  return longestLength(compileSchema(schema))
}

/** A logit that is no number never wins; where none is one, the first does. */
function best({ ids, flags }: Mask, logits: Float32Array, offset: number, passedOver: ReadonlySet<number>): number | null {
  let found: number | null = null
  let highest = Number.NEGATIVE_INFINITY
  if (ids !== null) {
    for (const id of ids) {
      const logit = logits[offset + id] ?? Number.NEGATIVE_INFINITY
      if ((found === null || logit > highest) && !passedOver.has(id)) { found = id; highest = logit >= highest ? logit : highest }
    }
    return found
  }
  for (let id = 0; id < flags.length; id++) {
    if (flags[id] === 0) continue
    const logit = logits[offset + id] ?? Number.NEGATIVE_INFINITY
    if ((found === null || logit > highest) && !passedOver.has(id)) { found = id; highest = logit >= highest ? logit : highest }
  }
  return found
}

function longestPrefix(vocabulary: Vocabulary, text: string): readonly number[] {
  for (let length = Math.min(longestToken, text.length); length > 0; length--) {
    const ids = vocabulary.idsOf(text.slice(0, length))
    if (ids.length > 0) return ids
  }
  return []
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
