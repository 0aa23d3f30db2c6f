import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../../src-shared/bridge.ts'

export type MenuDeps = Readonly<{ platform: NodeJS.Platform, isDevelopment: boolean, send: (command: MenuCommand) => void }>

/** The whole menu as data. Nothing important sits only here: each command is also a key and an entry of the palette. */
export function menuTemplate({ platform, isDevelopment, send }: MenuDeps): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const item = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions =>
    ({ id: command, label, click: () => { send(command) }, ...(accelerator === undefined ? {} : { accelerator }) })
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: '&File', submenu: [
        item('Open folder…', 'open-folder', 'CmdOrCtrl+O'), item('Open files…', 'open-files', 'CmdOrCtrl+Shift+O'), separator,
        item('Load demo study', 'load-demo'), separator,
        item('Lock', 'lock', 'CmdOrCtrl+L'), separator, isMac ? { role: 'close' } : { role: 'quit' }
      ]
    },
    { label: '&Edit', submenu: [{ role: 'undo' }, { role: 'redo' }, separator, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    {
      label: '&View', submenu: [
        item('Command palette…', 'command-palette', 'CmdOrCtrl+K'), separator, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'resetZoom' }, separator,
        { role: 'togglefullscreen' }, ...(isDevelopment ? [separator, { role: 'reload' }, { role: 'toggleDevTools' }] satisfies MenuItemConstructorOptions[] : [])
      ]
    },
    { label: '&Window', submenu: [{ role: 'minimize' }, ...(isMac ? [{ role: 'zoom' }, { role: 'front' }] satisfies MenuItemConstructorOptions[] : [{ role: 'close' } satisfies MenuItemConstructorOptions])] },
    { label: '&Help', submenu: [item('Keys of this screen', 'show-keys')] }
  ]
}
