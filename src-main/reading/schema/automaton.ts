import { isBlank, isGap, isWritable } from './characters.ts'
import type { Node } from './compile.ts'

/**
 * Reads an answer character by character. A configuration is a list of what is still to come, the nearest first; lists share their tails.
 * A state is the few configurations that are possible at once: after `"st` both the literal "stone" and a free text may be meant.
 */
export type Item =
  | Readonly<{ type: 'text', text: string, at: number }>
  /** One of `texts` from `from` to before `to`, which are sorted and alike up to `at`. */
  | Readonly<{ type: 'literal', node: Extract<Node, { type: 'literals' }>, texts: readonly string[], from: number, to: number, at: number }>
  | Readonly<{ type: 'node', node: Node }>
  /** Inside a list, behind its `count` items. */
  | Readonly<{ type: 'items', node: Extract<Node, { type: 'array' }>, count: number }>
  /** Inside a text, behind `count` code points; `hasInk`: one of them can be seen. */
  | Readonly<{ type: 'inside', node: Extract<Node, { type: 'string' }>, count: number, hasInk: boolean, isEscaped: boolean }>
export type Rest = Readonly<{ item: Item, next: Rest | null }>
export type State = readonly Rest[]
export type Inside = Extract<Item, { type: 'inside' }>

const quote = 0x22
const backslash = 0x5c
const newline = 0x6e
/** What may follow a backslash: `"`, `\`, `n`. */
export const escapable = [quote, backslash, newline]
/** In the last places of a text that holds sentences no word is begun: half a word misleads, and half a number is another number. */
export const wordRoom = 16
const shortestSentence = 80
export const holdsSentences = ({ maxLength }: Inside['node']): boolean => maxLength >= shortestSentence

export function startOf(node: Node): State {
  return expand({ item: { type: 'node', node }, next: null })
}

/** The state after one more code point, or an empty one where it can't follow. */
export function stepChar(state: State, char: number): State {
  const [first] = state
  if (state.length === 1 && first !== undefined) return stepOne(first, char)
  return unique(state.flatMap((rest) => stepOne(rest, char)))
}

export function stepText(state: State, text: string): State {
  let now = state
  for (const char of text) {
    if (now.length === 0) return now
    now = stepChar(now, char.codePointAt(0) ?? 0)
  }
  return now
}

const end: Rest = { item: { type: 'text', text: '', at: 0 }, next: null }
/** Whether the answer is whole. An object is whole at its last brace, so that nothing can follow it. */
export const isWhole = (state: State): boolean => state[0] === end

function stepOne(rest: Rest, char: number): State {
  const { item, next } = rest
  switch (item.type) {
    case 'text': {
      if (item.text.codePointAt(item.at) !== char) return []
      const at = item.at + unitsOf(char)
      return at < item.text.length ? [{ item: { ...item, at }, next }] : after(next)
    }
    case 'literal': return stepLiteral(item, next, char)
    case 'inside': return stepInside(rest, item, char)
    // States hold only what waits for a character: nodes and lists have been expanded.
    case 'node': case 'items': return expand(rest).flatMap((one) => stepOne(one, char))
    default: return item satisfies never
  }
}

const unitsOf = (char: number) => (char > 0xffff ? 2 : 1)

function stepLiteral(item: Extract<Item, { type: 'literal' }>, next: Rest | null, char: number): State {
  const { texts } = item
  const at = item.at + unitsOf(char)
  let { from } = item
  while (from < item.to && texts[from]?.codePointAt(item.at) !== char) from++
  let to = from
  while (to < item.to && texts[to]?.codePointAt(item.at) === char) to++
  // A number may be the beginning of another one: 1 and 12.
  const isOneWhole = from < to && texts[from]?.length === at
  const longer: State = from + (isOneWhole ? 1 : 0) < to ? [{ item: { ...item, from: from + (isOneWhole ? 1 : 0), to, at }, next }] : []
  return isOneWhole ? [...after(next), ...longer] : longer
}

function stepInside({ next }: Rest, item: Inside, char: number): State {
  const { node, count, hasInk } = item
  if (item.isEscaped) {
    const isInk = char !== newline
    return escapable.includes(char) && canStand(item, { isGap: !isInk, isInk }) ? [{ item: { ...item, count: count + 1, hasInk: hasInk || isInk, isEscaped: false }, next }] : []
  }
  if (char === quote) return canClose(item) ? after(next) : []
  if (count >= node.maxLength) return []
  if (char === backslash) return [{ item: { ...item, isEscaped: true }, next }]
  if (!isWritable(char)) return []
  const isInk = !isBlank(String.fromCodePoint(char))
  return canStand(item, { isGap: isGap(char), isInk }) ? [{ item: { ...item, count: count + 1, hasInk: hasInk || isInk }, next }] : []
}

function canStand({ node, count, hasInk }: Inside, char: Readonly<{ isGap: boolean, isInk: boolean }>): boolean {
  if (char.isGap && holdsSentences(node) && node.maxLength - count <= wordRoom) return false
  // A text that must say something must not spend its last place on nothing.
  return char.isInk || hasInk || node.minLength === 0 || count + 1 < node.maxLength
}

const canClose = ({ node, count, hasInk }: Inside) => count >= node.minLength && (hasInk || node.minLength === 0)

const after = (next: Rest | null): State => (next === null ? [end] : expand(next))

/** Every way in which what comes next can begin. */
function expand(rest: Rest): State {
  const { item, next } = rest
  if (item.type === 'text' || item.type === 'literal' || item.type === 'inside') return [rest]
  if (item.type === 'items') return expandItems(item, next)
  const { node } = item
  switch (node.type) {
    case 'literals': return [{ item: { type: 'literal', node, texts: node.texts.toSorted(), from: 0, to: node.texts.length, at: 0 }, next }]
    case 'string': return [{ item: { type: 'text', text: '"', at: 0 }, next: { item: { type: 'inside', node, count: 0, hasInk: false, isEscaped: false }, next } }]
    case 'array': return [{ item: { type: 'text', text: '[', at: 0 }, next: { item: { type: 'items', node, count: 0 }, next } }]
    case 'object': return [objectRest(node, next)]
    case 'any': return unique(node.of.flatMap((one) => expand({ item: { type: 'node', node: one }, next })))
    default: return node satisfies never
  }
}

function expandItems({ node, count }: Extract<Item, { type: 'items' }>, next: Rest | null): State {
  const bracket: State = count >= node.minItems ? [{ item: { type: 'text', text: ']', at: 0 }, next }] : []
  if (count >= node.maxItems) return bracket
  const one: Rest = { item: { type: 'node', node: node.item }, next: { item: { type: 'items', node, count: count + 1 }, next } }
  return [...bracket, ...(count === 0 ? expand(one) : [{ item: { type: 'text' as const, text: ',', at: 0 }, next: one }])]
}

function objectRest({ fields }: Extract<Node, { type: 'object' }>, next: Rest | null): Rest {
  const brace: Rest = { item: { type: 'text', text: fields.length === 0 ? '{}' : '}', at: 0 }, next }
  return fields.reduceRight<Rest>((rest, { key, value }, index) => ({
    item: { type: 'text', text: `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`, at: 0 }, next: { item: { type: 'node', node: value }, next: rest }
  }), brace)
}

function unique(state: State): State {
  return state.length < 2 ? state : state.filter((rest, index) => state.findIndex((other) => isSame(rest, other)) === index)
}

function isSame(a: Rest | null, b: Rest | null): boolean {
  return a === b || (a !== null && b !== null && isSameItem(a.item, b.item) && isSame(a.next, b.next))
}

function isSameItem(a: Item, b: Item): boolean {
  if (a.type === 'text' && b.type === 'text') return a.text.slice(a.at) === b.text.slice(b.at)
  if (a.type === 'literal' && b.type === 'literal') return a.node === b.node && a.from === b.from && a.to === b.to && a.at === b.at
  if (a.type === 'node' && b.type === 'node') return a.node === b.node
  if (a.type === 'items' && b.type === 'items') return a.node === b.node && a.count === b.count
  if (a.type === 'inside' && b.type === 'inside') return a.node === b.node && a.count === b.count && a.hasInk === b.hasInk && a.isEscaped === b.isEscaped
  return false
}
