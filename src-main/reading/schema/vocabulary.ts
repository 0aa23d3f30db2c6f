import { holdsSentences, stepChar, stepText, wordRoom, type Rest, type State } from './automaton.ts'
import { isBlank, isGap, isWritableText, lengthOf } from './characters.ts'
import { longestToken } from './keys.ts'
import { nextChars } from './outlook.ts'

/**
 * Which tokens may follow a configuration: some by name, and inside a text all plain ones that its `room` (code points) has place for.
 * `needs` gives for each token the room it needs, `never` for those that are not plain.
 */
export type Mask = Readonly<{ ids: Int32Array, plain: Readonly<{ needs: Uint8Array, room: number, holdsSentences: boolean }> | null }>
export const never = 255

/**
 * The texts of a model's tokens, ordered so that all that begin alike lie together. `null` for tokens without a text of their own: control
 * tokens, single bytes.
 */
export type Vocabulary = Readonly<{
  size: number
  textOf: (id: number) => string
  /** Ids of the tokens with exactly this text; several where a tokenizer has doubles. */
  idsOf: (text: string) => readonly number[]
  /** Ids of the longest token that this text begins with. */
  longestOf: (text: string) => readonly number[]
  maskOf: (rest: Rest) => Mask
}>

/** 262,144 tokens take about half a second. */
export function createVocabulary(tokens: readonly (string | null)[]): Vocabulary {
  const texts = tokens.map((text) => (text === null || isUseless(text) ? '' : text))
  const order = Int32Array.from(texts.flatMap((text, id) => (text === '' ? [] : [id]))).toSorted((a, b) => compare(texts[a] ?? '', texts[b] ?? ''))
  const sorted = Array.from(order, (id) => texts[id] ?? '')
  const { plain, plainInSentences, special } = needsOf(texts)

  const idsOf = (text: string): number[] => {
    const ids: number[] = []
    if (text !== '') for (let at = firstNotBefore(sorted, text); sorted[at] === text; at++) ids.push(order[at] ?? 0)
    return ids
  }
  return {
    size: tokens.length,
    textOf: (id) => texts[id] ?? '',
    idsOf,
    longestOf(text) {
      // A token that the text begins with is a beginning of every token between the two, so that each miss shortens what is looked for.
      for (let part = text; ;) {
        const before = sorted[firstNotBefore(sorted, `${part}\u0000`) - 1] ?? ''
        if (part.startsWith(before)) return idsOf(before)
        part = part.slice(0, sharedLength(before, part))
      }
    },
    maskOf(rest) {
      const { item } = rest
      if (item.type !== 'inside' || item.isEscaped) return { ids: Int32Array.from(walk({ sorted, order }, '', [rest])), plain: null }
      const isSentence = holdsSentences(item.node)
      return {
        ids: special.filter((id) => stepText([rest], texts[id] ?? '').length > 0),
        plain: { needs: isSentence ? plainInSentences : plain, room: Math.min(never - 1, item.node.maxLength - item.count), holdsSentences: isSentence }
      }
    }
  }
}

/** Raw control characters and halves of surrogate pairs stand nowhere in JSON that is well formed. */
// oxlint-disable-next-line no-control-regex -- it looks for them
const isUseless = (text: string) => text === '' || text.length > 2 * longestToken || /[\u0000-\u001f]/.test(text) || !text.isWellFormed() || lengthOf(text) > longestToken

/** Inside a text nearly every token may follow: only its length matters, and where its last word begins. The rest is looked at one by one. */
function needsOf(texts: readonly string[]): Readonly<{ plain: Uint8Array, plainInSentences: Uint8Array, special: Int32Array }> {
  const plain = new Uint8Array(texts.length).fill(never)
  const plainInSentences = new Uint8Array(texts.length).fill(never)
  const special: number[] = []
  for (const [id, text] of texts.entries()) {
    if (text === '') continue
    if (!isWritableText(text) || isBlank(text)) {
      special.push(id)
      continue
    }
    const chars = Array.from(text, (char) => char.codePointAt(0) ?? 0)
    plain[id] = chars.length
    plainInSentences[id] = Math.max(chars.length, chars.findLastIndex(isGap) + 1 + (chars.some(isGap) ? wordRoom : 0))
  }
  return { plain, plainInSentences, special: Int32Array.from(special) }
}

function sharedLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
type Sorted = Readonly<{ sorted: readonly string[], order: Int32Array }>

/** All tokens that begin with `prefix`, which led to `state`, and that it admits. */
function walk({ sorted, order }: Sorted, prefix: string, state: State): number[] {
  const from = firstNotBefore(sorted, prefix)
  const to = firstNotBefore(sorted, `${prefix}\uffff`)
  const found: number[] = []
  if (from === to) return found
  const chars = state.map(nextChars)
  if (chars.includes(null)) {
    for (let at = from; at < to; at++) if (stepText(state, (sorted[at] ?? '').slice(prefix.length)).length > 0) found.push(order[at] ?? 0)
    return found
  }
  if (prefix !== '') for (let at = from; sorted[at] === prefix; at++) found.push(order[at] ?? 0)
  for (const char of new Set(chars.flatMap((some) => some ?? []))) {
    const next = stepChar(state, char)
    if (next.length > 0) found.push(...walk({ sorted, order }, prefix + String.fromCodePoint(char), next))
  }
  return found
}

function firstNotBefore(sorted: readonly string[], text: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}
