import type { MenuItemConstructorOptions } from 'electron'
import { expect, it } from 'vitest'
import { menuCommands, type MenuCommand } from '../../src-shared/bridge.ts'
import { menuTemplate } from './menu.ts'

function items(template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((entry) => [entry, ...(Array.isArray(entry.submenu) ? items(entry.submenu) : [])])
}

const build = (platform: NodeJS.Platform, isDevelopment = false, send: (command: MenuCommand) => void = () => undefined) =>
  items(menuTemplate({ platform, isDevelopment, send }))

it('sends each of its commands once, by the entry that is named after it', () => {
  const sent: MenuCommand[] = []
  for (const entry of build('linux', false, (command) => { sent.push(command) })) if (entry.id !== undefined) Reflect.apply(entry.click ?? (() => undefined), entry, [])
  expect(sent.toSorted()).toEqual(menuCommands.toSorted())
})

it('takes no key from the window, where it may mean something else by now', () => {
  expect([...build('linux'), ...build('win32'), ...build('darwin')].filter(({ accelerator }) => accelerator !== undefined)).toEqual([])
})

it('shows developer tools only where the application is developed', () => {
  const has = (isDevelopment: boolean) => build('linux', isDevelopment).some(({ role }) => role === 'toggleDevTools')
  expect([has(false), has(true)]).toEqual([false, true])
})

it('has the application menu that macOS expects, and quits from File elsewhere', () => {
  expect(build('darwin').some(({ role }) => role === 'appMenu')).toBe(true)
  expect(build('linux').some(({ role }) => role === 'quit')).toBe(true)
})
