import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../../src-shared/bridge.ts'

export type MenuDeps = Readonly<{ platform: NodeJS.Platform, isDevelopment: boolean, send: (command: MenuCommand) => void }>

/**
 * The whole menu as data. Nothing important sits only here: each command is also a key and an entry of the palette. Its own commands have
 * no accelerator: their keys are the window's, where the clinician can choose others, and a menu would take the key before the window.
 */
export function menuTemplate({ platform, isDevelopment, send }: MenuDeps): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const item = (label: string, command: MenuCommand): MenuItemConstructorOptions => ({ id: command, label, click: () => { send(command) } })
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: '&File', submenu: [
        item('Open folder…', 'open-folder'), item('Open files…', 'open-files'), separator,
        item('Load demo study', 'load-demo'), separator,
        item('Lock', 'lock'), separator, isMac ? { role: 'close' } : { role: 'quit' }
      ]
    },
    { label: '&Edit', submenu: [{ role: 'undo' }, { role: 'redo' }, separator, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    {
      label: '&View', submenu: [
        item('Command palette…', 'command-palette'), separator, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'resetZoom' }, separator,
        { role: 'togglefullscreen' }, ...(isDevelopment ? [separator, { role: 'reload' }, { role: 'toggleDevTools' }] satisfies MenuItemConstructorOptions[] : [])
      ]
    },
    { label: '&Window', submenu: [{ role: 'minimize' }, ...(isMac ? [{ role: 'zoom' }, { role: 'front' }] satisfies MenuItemConstructorOptions[] : [{ role: 'close' } satisfies MenuItemConstructorOptions])] },
    { label: '&Help', submenu: [item('Keys of this screen', 'show-keys')] }
  ]
}
