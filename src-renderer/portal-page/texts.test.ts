import { describe, expect, it } from 'vitest'
import { failureOf } from './api.ts'
import { firstLanguage, localeOf } from './languages.ts'
import { texts } from './texts.ts'

/** Every word with its path; functions are called with arguments that must show up. */
function leaves(value: unknown, path = ''): readonly (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, String(value('«1»', '«2»', '«3»'))]]
  return Object.entries(value ?? {}).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
}

describe('the words of the page', () => {
  it('are all there in both languages, and none is empty', () => {
    const [en, es] = [leaves(texts.en), leaves(texts.es)]
    expect(es.map(([path]) => path)).toEqual(en.map(([path]) => path))
    expect([...en, ...es].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('say in both what they are given', () => {
    const given = (text: string) => (text.match(/«\d»/g) ?? []).toSorted()
    const spanish = new Map(leaves(texts.es))
    for (const [path, text] of leaves(texts.en)) expect([path, given(spanish.get(path) ?? '')]).toEqual([path, given(text)])
  })

  it('are not left in English', () => {
    const english = new Map(leaves(texts.en))
    expect(leaves(texts.es).filter(([path, text]) => english.get(path) === text)).toEqual([])
  })
})

describe('the language', () => {
  it('is the first of the browser’s that the page has, and English where it has none', () => {
    expect([firstLanguage(['de-DE', 'es-MX', 'en']), firstLanguage(['EN-gb', 'es']), firstLanguage(['fr', 'est']), firstLanguage([])]).toEqual(['es', 'en', 'en', 'en'])
  })

  it('writes dates as the phone does in that language', () => {
    expect([localeOf('en', ['es-MX', 'en-GB']), localeOf('es', ['de', 'en-GB'])]).toEqual(['en-GB', 'es'])
  })
})

describe('a failure', () => {
  it('is told by its code, never by the sentence of the server', () => {
    const failure = failureOf({ error: { code: 'invalid-request', message: 'An English sentence.', field: 'phone' } })
    expect([failure.trouble, failure.field, failure.message]).toEqual(['invalid-request', 'phone', 'invalid-request'])
    expect(failureOf({ error: { code: 'busy' } })).toMatchObject({ trouble: 'busy', field: null })
  })

  it('has words for what nobody has thought of', () => {
    for (const body of [null, 'x', {}, { error: null }, { error: { code: 7 } }, { error: { code: 'disk-full' } }, { error: { code: 'toString' } }]) expect(failureOf(body).trouble).toBe('other')
  })
})
