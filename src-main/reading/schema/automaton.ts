import { shortest, type Node } from './compile.ts'

/**
 * Reads an answer character by character. A configuration is a list of what is still to come, the nearest first; lists share their tails.
 * A state is the few configurations that are possible at once: after `"st` both the literal "stone" and a free text may be meant.
 */
type Item =
  | Readonly<{ type: 'text', text: string, at: number }>
  | Readonly<{ type: 'node', node: Node }>
  /** Inside a list, behind its `count` items. */
  | Readonly<{ type: 'items', node: Extract<Node, { type: 'array' }>, count: number }>
  /** Inside a text, behind `count` code points; `hasInk`: one of them is no space. */
  | Readonly<{ type: 'inside', node: Extract<Node, { type: 'string' }>, count: number, hasInk: boolean, isEscaped: boolean }>
export type Rest = Readonly<{ item: Item, next: Rest | null }>
export type State = readonly Rest[]

const quote = 0x22
const backslash = 0x5c
/** What may follow a backslash: `"`, `\`, `n`. */
const escapable = new Set([quote, backslash, 0x6e])
const isSpace = (char: number) => char === 0x20 || char === 0xa0 || (char >= 0x2000 && char <= 0x200d) || char === 0x3000 || char === 0xfeff
/** Control characters, lone halves of surrogate pairs and what is no character can't stand in a text. */
const isWritable = (char: number) => char >= 0x20 && !(char >= 0x7f && char <= 0x9f) && !(char >= 0xd800 && char <= 0xdfff) && char !== 0xfffe && char !== 0xffff && char !== 0xfffd

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
      const at = item.at + (char > 0xffff ? 2 : 1)
      return at < item.text.length ? [{ item: { ...item, at }, next }] : after(next)
    }
    case 'inside': return stepInside(rest, item, char)
    // States hold only what waits for a character: nodes and lists have been expanded.
    case 'node': case 'items': return expand(rest).flatMap((one) => stepOne(one, char))
    default: return item satisfies never
  }
}

function stepInside({ next }: Rest, item: Extract<Item, { type: 'inside' }>, char: number): State {
  const { node, count, hasInk } = item
  if (item.isEscaped) return escapable.has(char) && !isDeadEnd(item, char === 0x6e) ? [{ item: { ...item, count: count + 1, hasInk: hasInk || char !== 0x6e, isEscaped: false }, next }] : []
  if (char === quote) return canClose(item) ? after(next) : []
  if (count >= node.maxLength) return []
  if (char === backslash) return [{ item: { ...item, isEscaped: true }, next }]
  return isWritable(char) && !isDeadEnd(item, isSpace(char)) ? [{ item: { ...item, count: count + 1, hasInk: hasInk || !isSpace(char) }, next }] : []
}

/** A text that must say something must not spend its last place on a space. */
const isDeadEnd = ({ node, count, hasInk }: Extract<Item, { type: 'inside' }>, isBlank: boolean) => isBlank && !hasInk && node.minLength > 0 && count + 1 >= node.maxLength

const canClose = ({ node, count, hasInk }: Extract<Item, { type: 'inside' }>) => count >= node.minLength && (hasInk || node.minLength === 0)

const after = (next: Rest | null): State => (next === null ? [end] : expand(next))

/** Every way in which what comes next can begin. */
function expand(rest: Rest): State {
  const { item, next } = rest
  if (item.type === 'text' || item.type === 'inside') return [rest]
  if (item.type === 'items') return expandItems(item, next)
  const { node } = item
  switch (node.type) {
    case 'literals': return node.texts.map((text) => ({ item: { type: 'text', text, at: 0 }, next }))
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

/** No token that is longer (code points) is ever allowed, so that more room than this makes no difference. */
export const longestToken = 48

/**
 * States with the same key admit the same tokens: how much of a text has been written counts only near its ends. Tails that stand in
 * several states are named once.
 */
export function createKeys(): (state: State) => string {
  const ids = new WeakMap<Node, number>()
  const tails = new WeakMap<Rest, string>()
  let nextId = 1
  const idOf = (node: Node) => {
    const known = ids.get(node)
    if (known !== undefined) return known
    ids.set(node, nextId)
    return nextId++
  }
  const itemKey = (item: Item): string => {
    switch (item.type) {
      case 'text': return `t${JSON.stringify(item.text.slice(item.at))}`
      case 'node': return `n${idOf(item.node)}`
      case 'items': return `i${idOf(item.node)}.${Math.max(0, item.node.minItems - item.count)}.${Math.min(longestToken, item.node.maxItems - item.count)}`
      case 'inside': return `s${Math.max(0, item.node.minLength - item.count)}.${Math.min(longestToken, item.node.maxLength - item.count)}.${item.hasInk || item.node.minLength === 0 ? 1 : 0}.${item.isEscaped ? 1 : 0}`
      default: return item satisfies never
    }
  }
  const restKey = (rest: Rest | null): string => {
    if (rest === null) return ''
    const known = tails.get(rest)
    if (known !== undefined) return known
    const key = `${itemKey(rest.item)};${restKey(rest.next)}`
    tails.set(rest, key)
    return key
  }
  return (state) => (isWhole(state) ? 'whole' : state.map(restKey).toSorted().join('|'))
}

/** The shortest text that makes the answer whole from here. */
export function closing(state: State): string {
  if (isWhole(state)) return ''
  return state.map(closingOf).reduce((best, text) => (text.length < best.length ? text : best))
}

function closingOf(rest: Rest): string {
  const parts: string[] = []
  for (let now: Rest | null = rest; now !== null; now = now.next) parts.push(closingItem(now.item))
  return parts.join('')
}

function closingItem(item: Item): string {
  switch (item.type) {
    case 'text': return item.text.slice(item.at)
    case 'node': return shortest(item.node)
    case 'items': {
      const missing = Math.max(0, item.node.minItems - item.count)
      const more = Array.from({ length: missing }, () => shortest(item.node.item)).join(',')
      return `${item.count > 0 && missing > 0 ? ',' : ''}${more}]`
    }
    case 'inside': return closingInside(item)
    default: return item satisfies never
  }
}

function closingInside(item: Extract<Item, { type: 'inside' }>): string {
  const { node, isEscaped } = item
  // A backslash is an escape of a quote at the least: it has ink, and a newline has none.
  const count = item.count + (isEscaped ? 1 : 0)
  const hasInk = item.hasInk || isEscaped
  const missing = Math.max(0, node.minLength - count, node.minLength > 0 && !hasInk ? 1 : 0)
  return `${isEscaped ? '"' : ''}${'-'.repeat(missing)}"`
}

/** What must come next, whatever is chosen later; empty where there is a choice, and inside a text. */
export function forcedText(state: State): string {
  let text = ''
  let now = state
  while (!isWhole(now) && now.every(({ item }) => item.type === 'text')) {
    const [first] = now
    const char = first?.item.type === 'text' ? first.item.text.codePointAt(first.item.at) : undefined
    if (char === undefined || !now.every(({ item }) => item.type === 'text' && item.text.codePointAt(item.at) === char)) break
    text += String.fromCodePoint(char)
    now = stepChar(now, char)
  }
  return text
}

function unique(state: State): State {
  return state.length < 2 ? state : state.filter((rest, index) => state.findIndex((other) => isSame(rest, other)) === index)
}

function isSame(a: Rest | null, b: Rest | null): boolean {
  return a === b || (a !== null && b !== null && isSameItem(a.item, b.item) && isSame(a.next, b.next))
}

function isSameItem(a: Item, b: Item): boolean {
  if (a.type === 'text' && b.type === 'text') return a.text.slice(a.at) === b.text.slice(b.at)
  if (a.type === 'node' && b.type === 'node') return a.node === b.node
  if (a.type === 'items' && b.type === 'items') return a.node === b.node && a.count === b.count
  if (a.type === 'inside' && b.type === 'inside') return a.node === b.node && a.count === b.count && a.hasInk === b.hasInk && a.isEscaped === b.isEscaped
  return false
}
