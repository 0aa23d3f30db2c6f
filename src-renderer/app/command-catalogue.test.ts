import { describe, expect, it } from 'vitest'
import { isNode, readSources, valueAt, type Node } from '../../test/support/sources.ts'
import { chordOf, chordParts } from '../ui/keys.ts'
import { commandCatalogue } from './command-catalogue.ts'

/** Ids of the object literals that can run: what screens register. */
function offered(): string[] {
  const property = (node: Node, name: string) => {
    const list = valueAt(node, 'properties')
    const properties = Array.isArray(list) ? list.filter(isNode) : []
    return properties.find((one) => { const key = valueAt(one, 'key'); return isNode(key) && valueAt(key, 'name') === name })
  }
  return readSources(['src-renderer']).flatMap(({ nodes }) => nodes.filter(({ type }) => type === 'ObjectExpression').flatMap((node) => {
    const id = property(node, 'id')
    const value = id === undefined || property(node, 'run') === undefined ? null : valueAt(id, 'value')
    const text = isNode(value) ? valueAt(value, 'value') : null
    return typeof text === 'string' ? [text] : []
  }))
}

describe('the catalogue of commands', () => {
  it('names each once', () => {
    const ids = commandCatalogue.map(({ id }) => id)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  })

  it('holds whatever a screen registers, so that its key can be chosen', () => {
    const known = new Set(commandCatalogue.map(({ id }) => id))
    const ids = offered()
    expect(ids.length).toBeGreaterThan(20)
    expect(ids.filter((id) => !known.has(id))).toEqual([])
  })

  it('gives no key to two commands that are on the screen together', () => {
    const clashes = commandCatalogue.flatMap((one, at) => commandCatalogue.slice(at + 1)
      .filter((other) => one.place === other.place || one.place === 'anywhere' || other.place === 'anywhere')
      .flatMap((other) => (one.keys ?? []).filter((chord) => other.keys?.includes(chord) === true).map((chord) => `${chord}: ${one.id}, ${other.id}`)))
    expect(clashes).toEqual([])
  })

  it('has only chords that a keyboard sends: a sign or digit comes without Shift in its name', () => {
    const sent = (chord: string) => {
      const [held, key] = chordParts(chord)
      return chordOf({ key: key === 'space' ? ' ' : key, ctrlKey: held.includes('ctrl'), altKey: held.includes('alt'), shiftKey: held.includes('shift'), metaKey: false })
    }
    expect(commandCatalogue.flatMap(({ keys = [] }) => keys).filter((chord) => sent(chord) !== chord)).toEqual([])
  })
})
