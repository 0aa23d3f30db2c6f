import { describe, expect, it } from 'vitest'
import { takeLink, tokenIn } from './link.ts'

function aTab(hash: string, store: Map<string, string> | null = new Map()) {
  const addresses: string[] = []
  const sessionStorage = {
    getItem: (key: string) => { if (store === null) throw new Error('no store'); return store.get(key) ?? null },
    setItem: (key: string, value: string) => { if (store === null) throw new Error('no store'); store.set(key, value) }
  }
  const view = { location: { hash, pathname: '/portal' }, history: { replaceState: (_: unknown, __: string, address: string) => { addresses.push(address) } }, sessionStorage }
  return { view: view as unknown as Window, addresses }
}

describe('the token of the link', () => {
  it('is what stands behind t', () => {
    expect([tokenIn('#t=Ab_-9'), tokenIn('#x=1&t=k'), tokenIn('t=k')]).toEqual(['Ab_-9', 'k', 'k'])
  })

  it('is nothing that no link of ours holds', () => {
    for (const hash of ['', '#', '#t=', '#t=a b', '#t=<b>', '#t=%2e%2e/', `#t=${'a'.repeat(101)}`, '#token=a']) expect([hash, tokenIn(hash)]).toEqual([hash, null])
  })

  it('goes out of the address, and stays with the tab', () => {
    const store = new Map<string, string>()
    const first = aTab('#t=abc', store)
    expect([takeLink(first.view), first.addresses]).toEqual(['abc', ['/portal']])
    const again = aTab('', store)
    expect([takeLink(again.view), again.addresses]).toEqual(['abc', []])
    expect(takeLink(aTab('#t=other', store).view)).toBe('other')
  })

  it('is taken even where the tab may keep nothing', () => {
    expect([takeLink(aTab('#t=abc', null).view), takeLink(aTab('', null).view)]).toEqual(['abc', null])
  })
})
