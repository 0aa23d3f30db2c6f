import { holdsSentences, type Inside, type Item, type Rest } from './automaton.ts'
import type { Node } from './compile.ts'

/** No token that is longer (code points) is ever allowed, so that more room than this makes no difference. */
export const longestToken = 48

/** Configurations with the same key admit the same tokens: how much of a text has been written counts only near its ends. */
export function createKeys(): (rest: Rest) => string {
  const ids = new WeakMap<Node, number>()
  const keys = new WeakMap<Rest, string>()
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
      case 'literal': return `l${idOf(item.node)}.${item.from}.${item.to}.${item.at}`
      case 'node': return `n${idOf(item.node)}`
      case 'items': return `i${idOf(item.node)}.${Math.max(0, item.node.minItems - item.count)}.${Math.min(longestToken, item.node.maxItems - item.count)}`
      case 'inside': return insideKey(item)
      default: return item satisfies never
    }
  }
  const keyOf = (rest: Rest): string => {
    const known = keys.get(rest)
    if (known !== undefined) return known
    const key = `${itemKey(rest.item)};${rest.next === null ? '' : keyOf(rest.next)}`
    keys.set(rest, key)
    return key
  }
  return keyOf
}

function insideKey({ node, count, hasInk, isEscaped }: Inside): string {
  const missing = Math.max(0, node.minLength - count)
  return `s${missing}.${Math.min(longestToken, node.maxLength - count)}.${hasInk || node.minLength === 0 ? 'i' : ''}${isEscaped ? 'e' : ''}${holdsSentences(node) ? 's' : ''}`
}
