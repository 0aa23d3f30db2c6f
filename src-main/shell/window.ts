import { join } from 'node:path'
import { BrowserWindow, Menu, app, dialog, screen } from 'electron'
import { bridgeChannels, type MenuCommand } from '../../src-shared/bridge.ts'
import { homeUrl } from './address.ts'
import { answerBridge, windowState } from './bridge.ts'
import { leaveQuestion, mayLeave } from './leaving.ts'
import { menuTemplate } from './menu.ts'
import { windowOptions } from './window-options.ts'
import { readSavedPlace, restorePlace, savePlace } from './window-state.ts'

export type WindowDeps = Readonly<{ preload: string, stateDir: string, onLock: () => void }>

/** Opens the one window, where it was left, and shows it when it has something to show. */
export async function openWindow({ preload, stateDir, onLock }: WindowDeps): Promise<BrowserWindow> {
  const placeFile = join(stateDir, 'window.json')
  const [primary, others] = [screen.getPrimaryDisplay(), screen.getAllDisplays()]
  const displays = [primary, ...others.filter(({ id }) => id !== primary.id)].map(({ workArea }) => workArea)
  const place = restorePlace(readSavedPlace(placeFile), displays)
  const window = new BrowserWindow(windowOptions({ preload, place }))
  answerBridge(window)
  keepPlace(window, placeFile)
  reportState(window)
  // Preventing what the page prevents is to go on.
  window.webContents.on('will-prevent-unload', (event) => { if (mayLeave(dialog.showMessageBoxSync(window, { ...leaveQuestion, buttons: [...leaveQuestion.buttons] }))) event.preventDefault() })
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({
    platform: process.platform, isDevelopment: !app.isPackaged, send: (command) => {
      if (command === 'lock') onLock()
      else send(window, command)
    }
  })))
  window.once('ready-to-show', () => {
    if (place.isMaximized) window.maximize()
    if (place.isFullScreen) window.setFullScreen(true)
    window.show()
  })
  await window.loadURL(homeUrl)
  return window
}

function send(window: BrowserWindow, command: MenuCommand): void {
  if (!window.isDestroyed()) window.webContents.send(bridgeChannels.menuCommand, command)
}

function keepPlace(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    savePlace(file, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized(), isFullScreen: window.isFullScreen() })
  })
}

function reportState(window: BrowserWindow): void {
  const report = () => { if (!window.isDestroyed()) window.webContents.send(bridgeChannels.windowStateChanged, windowState(window)) }
  window.on('maximize', report)
  window.on('unmaximize', report)
  window.on('enter-full-screen', report)
  window.on('leave-full-screen', report)
  window.on('focus', report)
  window.on('blur', report)
}
