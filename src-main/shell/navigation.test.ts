import { expect, it } from 'vitest'
import { navigationVerdict, windowOpenVerdict } from './navigation.ts'

it('stays inside the application', () => { expect(navigationVerdict('vigil://app/worklist')).toBe('allow') })

it('hands a web link to the system browser and refuses every other way out', () => {
  expect(['https://uroweb.org/', 'http://example.org/', 'file:///etc/passwd', 'javascript:alert(1)', 'vigil://elsewhere/'].map(navigationVerdict))
    .toEqual(['open-in-browser', 'deny', 'deny', 'deny', 'deny'])
})

it('opens no second window, not even on itself', () => {
  expect(['vigil://app/', 'https://uroweb.org/', 'about:blank'].map(windowOpenVerdict)).toEqual(['deny', 'open-in-browser', 'deny'])
})
