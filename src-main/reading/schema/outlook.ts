import { escapable, isWhole, stepChar, type Inside, type Item, type Rest, type State } from './automaton.ts'
import { shortest } from './compile.ts'

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
    case 'literal': return item.texts.slice(item.from, item.to).reduce((best, text) => (text.length < best.length ? text : best)).slice(item.at)
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

function closingInside(item: Inside): string {
  const { node, isEscaped } = item
  // A backslash is an escape of a quote at the least: it has ink, and a newline has none.
  const count = item.count + (isEscaped ? 1 : 0)
  const hasInk = item.hasInk || isEscaped
  const missing = Math.max(0, node.minLength - count, node.minLength > 0 && !hasInk ? 1 : 0)
  return `${isEscaped ? '"' : ''}${'-'.repeat(missing)}"`
}

/** The characters that may come next, or null inside a text, where nearly all may. */
export function nextChars({ item }: Rest): readonly number[] | null {
  switch (item.type) {
    case 'text': return [item.text.codePointAt(item.at) ?? 0]
    case 'literal': return [...new Set(item.texts.slice(item.from, item.to).map((text) => text.codePointAt(item.at) ?? 0))]
    case 'inside': return item.isEscaped ? escapable : null
    // Expanded before they wait for a character.
    case 'node': case 'items': return []
    default: return item satisfies never
  }
}

/**
 * What must come next, whatever is chosen later; empty where there is a choice, and inside a text. Of several words the letters that they
 * share are left to the model: begun with tokens that it would not have chosen, a word is judged by its rest alone.
 */
export function forcedText(state: State): string {
  let text = ''
  let now = state
  for (;;) {
    const [first] = now
    const char = first === undefined || isWhole(now) ? undefined : nextChars(first)?.[0]
    if (char === undefined || !now.every((rest) => isForced(rest, char))) return text
    text += String.fromCodePoint(char)
    now = stepChar(now, char)
  }
}

function isForced(rest: Rest, char: number): boolean {
  const { item } = rest
  if (item.type === 'literal' && item.to - item.from > 1 && item.at > 0) return false
  const chars = nextChars(rest)
  return chars?.length === 1 && chars[0] === char
}
