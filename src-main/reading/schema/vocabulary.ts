import { forcedText, longestToken, stepChar, stepText, type State } from './automaton.ts'

/** Which tokens may follow: few by name, or many by a flag for each. */
export type Mask = Readonly<{ ids: Int32Array, flags: null } | { ids: null, flags: Uint8Array }>

/**
 * The texts of a model's tokens, ordered so that all that begin alike lie together. `null` for tokens without a text of their own: control
 * tokens, single bytes.
 */
export type Vocabulary = Readonly<{
  size: number
  textOf: (id: number) => string
  /** Ids of the tokens with exactly this text; several where a tokenizer has doubles. */
  idsOf: (text: string) => readonly number[]
  maskOf: (state: State) => Mask
}>

/** Letters, marks, digits, punctuation and symbols of any script, and the plain space; no quote, no backslash. */
const isPlain = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u
const isSafe = (text: string) => isPlain.test(text) && !/["\\\ufffd]/.test(text) && text.trim() !== ''
const lengthOf = (text: string) => Array.from(text).length

/** 262,144 tokens take well under a second. */
export function createVocabulary(tokens: readonly (string | null)[]): Vocabulary {
  const texts = tokens.map((text) => (text === null || text === '' || text.length > 2 * longestToken || lengthOf(text) > longestToken ? '' : text))
  const order = Int32Array.from(texts.flatMap((text, id) => (text === '' ? [] : [id]))).toSorted((a, b) => compare(texts[a] ?? '', texts[b] ?? ''))
  const sorted = Array.from(order, (id) => texts[id] ?? '')
  const byText = new Map<string, number[]>()
  for (const [index, text] of sorted.entries()) {
    const known = byText.get(text)
    if (known === undefined) byText.set(text, [order[index] ?? 0])
    else known.push(order[index] ?? 0)
  }
  // Inside a text nearly everything may follow: only its length matters. The rest is looked at one by one.
  const plainLength = new Uint8Array(tokens.length)
  const special: number[] = []
  for (const [id, text] of texts.entries()) {
    if (text === '') continue
    if (isSafe(text)) plainLength[id] = lengthOf(text)
    else special.push(id)
  }

  const insideMask = (state: State, roomLeft: number): Mask => {
    const flags = new Uint8Array(tokens.length)
    for (let id = 0; id < flags.length; id++) {
      const length = plainLength[id] ?? 0
      if (length > 0 && length <= roomLeft) flags[id] = 1
    }
    for (const id of special) if (stepText(state, texts[id] ?? '').length > 0) flags[id] = 1
    return { ids: null, flags }
  }

  return {
    size: tokens.length,
    textOf: (id) => texts[id] ?? '',
    idsOf: (text) => byText.get(text) ?? [],
    maskOf(state) {
      const inside = state.length === 1 && state[0]?.item.type === 'inside' && !state[0].item.isEscaped ? state[0].item : null
      if (inside !== null) return insideMask(state, inside.node.maxLength - inside.count)
      const found: number[] = []
      walk(sorted, order, { from: 0, to: sorted.length, depth: 0 }, state, found)
      return { ids: Int32Array.from(found), flags: null }
    }
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
type Range = Readonly<{ from: number, to: number, depth: number }>

/** All tokens of a range that the state admits, by what their texts share. */
function walk(sorted: readonly string[], order: Int32Array, { from, to, depth }: Range, state: State, found: number[]): void {
  let at = from
  for (; at < to && sorted[at]?.length === depth; at++) found.push(order[at] ?? 0)
  const only = to - at > 32 ? forcedText(state).codePointAt(0) : undefined
  if (only !== undefined) at = firstNotBefore(sorted, { from: at, to, depth }, String.fromCodePoint(only))
  while (at < to) {
    const char = sorted[at]?.codePointAt(depth) ?? 0
    const end = firstBehind(sorted, { from: at, to, depth }, String.fromCodePoint(char))
    const next = stepChar(state, char)
    if (next.length > 0) walk(sorted, order, { from: at, to: end, depth: depth + (char > 0xffff ? 2 : 1) }, next, found)
    if (only !== undefined) return
    at = end
  }
}

/** The code point at this depth as a text, which orders as the texts themselves do: by halves of surrogate pairs. */
const partOf = (text: string | undefined, depth: number) => String.fromCodePoint(text?.codePointAt(depth) ?? 0)
const firstNotBefore = (sorted: readonly string[], range: Range, char: string) => search(range, (at, depth) => compare(partOf(sorted[at], depth), char) >= 0)
const firstBehind = (sorted: readonly string[], range: Range, char: string) => search(range, (at, depth) => compare(partOf(sorted[at], depth), char) > 0)

function search({ from, to, depth }: Range, holds: (at: number, depth: number) => boolean): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle, depth)) high = middle
    else low = middle + 1
  }
  return low
}
