import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { app, dialog, ipcMain, type BrowserWindow, type IpcMainInvokeEvent, type OpenDialogOptions } from 'electron'
import { z } from 'zod'
import { bridgeChannels, type AppInfo, type WindowState } from '../../src-shared/bridge.ts'
import { isOurs } from './address.ts'
import { systemKeychain } from './keychain.ts'

const openFolder: OpenDialogOptions = { title: 'Open a folder of DICOM', properties: ['openDirectory', 'multiSelections'] }
const openFiles: OpenDialogOptions = {
  title: 'Open DICOM files or zips', properties: ['openFile', 'multiSelections'],
  filters: [{ name: 'Everything', extensions: ['*'] }, { name: 'DICOM', extensions: ['dcm', 'dicom', 'ima'] }, { name: 'Zip', extensions: ['zip'] }]
}
const SaveRequest = z.tuple([z.string().min(1).max(200), z.instanceof(Uint8Array)])
const FullScreenRequest = z.tuple([z.boolean()])
const BusyRequest = z.tuple([z.number().min(0).max(1).nullable()])

/**
 * Answers the bridge of one window. Each call must come from the main frame of our own page, and each argument passes its schema: a page
 * that was broken into gets no file dialogs for a frame of its own making.
 */
export function answerBridge(window: BrowserWindow): void {
  const handle = (channel: string, answer: (args: readonly unknown[]) => unknown) => {
    ipcMain.handle(channel, (event, ...args: unknown[]) => {
      if (!isTrusted(event, window)) throw new Error('This call does not come from the application.')
      return answer(args)
    })
  }
  handle(bridgeChannels.appInfo, () => appInfo())
  handle(bridgeChannels.pickFolder, () => pick(window, openFolder))
  handle(bridgeChannels.pickFiles, () => pick(window, openFiles))
  handle(bridgeChannels.saveFile, (args) => save(window, ...SaveRequest.parse(args)))
  handle(bridgeChannels.windowState, () => windowState(window))
  handle(bridgeChannels.setFullScreen, (args) => { window.setFullScreen(FullScreenRequest.parse(args)[0]) })
  handle(bridgeChannels.setBusy, (args) => { window.setProgressBar(BusyRequest.parse(args)[0] ?? -1) })
}

export function windowState(window: BrowserWindow): WindowState {
  return { isMaximized: window.isMaximized(), isFullScreen: window.isFullScreen(), isFocused: window.isFocused() }
}

function isTrusted({ sender, senderFrame }: IpcMainInvokeEvent, window: BrowserWindow): boolean {
  return sender === window.webContents && senderFrame !== null && senderFrame.parent === null && isOurs(senderFrame.url)
}

function appInfo(): AppInfo {
  const { electron, chrome, node } = process.versions
  return { version: app.getVersion(), platform: process.platform, electron, chrome, node, hasKeychain: systemKeychain() !== null }
}

async function pick(window: BrowserWindow, options: OpenDialogOptions): Promise<readonly string[]> {
  return (await dialog.showOpenDialog(window, options)).filePaths
}

/** The clinician chose the place by hand, so the write goes where the system's dialog says and nowhere else. */
async function save(window: BrowserWindow, suggestedName: string, bytes: Uint8Array): Promise<boolean> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: basename(suggestedName.replaceAll(/[<>:"/\\|?*]/g, '-')) })
  if (canceled || filePath === '') return false
  await writeFile(filePath, bytes)
  return true
}
