import { expect, it } from 'vitest'
import { isPermitted } from './permissions.ts'

const ours = 'vigil://app/'

it('lets the viewer fill the screen and copy a measurement', () => {
  expect(['fullscreen', 'clipboard-sanitized-write'].every((permission) => isPermitted(permission, ours))).toBe(true)
})

it('denies camera, microphone, position, notifications, devices, reading the clipboard, and what it has never heard of', () => {
  const asked = ['media', 'geolocation', 'notifications', 'midi', 'hid', 'serial', 'usb', 'clipboard-read', 'openExternal', 'fileSystem', 'display-capture', 'from-the-future']
  expect(asked.filter((permission) => isPermitted(permission, ours))).toEqual([])
})

it('gives a stranger nothing', () => { expect(isPermitted('fullscreen', 'https://example.org/')).toBe(false) })
