import { describe, expect, it } from 'vitest'
import { isForBrowser, isLoadable, isOurs } from './address.ts'

describe('what counts as the application', () => {
  it('knows its own pages', () => {
    expect(['vigil://app/', 'vigil://app/study/1.2.3?tab=report'].map(isOurs)).toEqual([true, true])
  })

  it('takes no look-alike for itself', () => {
    const strangers = ['vigil://app.example.org/', 'vigil://other/', 'https://app/', 'vigil://user@app/', 'file:///etc/passwd', 'not a url', '']
    expect(strangers.filter(isOurs)).toEqual([])
  })
})

describe('what the page may load', () => {
  it('loads its own files, blobs it made and data URLs', () => {
    expect(['vigil://app/assets/index.js', 'blob:vigil://app/7f', 'data:image/png;base64,AA=='].every(isLoadable)).toBe(true)
  })

  it('loads nothing from a network, a disk or another origin', () => {
    expect(['https://example.org/a.js', 'http://127.0.0.1:4870/', 'file:///tmp/a', 'blob:https://example.org/7f', 'ws://example.org'].filter(isLoadable)).toEqual([])
  })
})

describe('what opens in the system browser', () => {
  it('opens a source on the web', () => { expect(isForBrowser('https://uroweb.org/guidelines')).toBe(true) })

  it('opens no file, no program and no link that carries a password', () => {
    expect(['http://example.org', 'file:///etc/passwd', 'javascript:alert(1)', 'ms-msdt:/id', 'https://a:b@example.org'].filter(isForBrowser)).toEqual([])
  })
})
