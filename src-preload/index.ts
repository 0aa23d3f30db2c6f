import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { bridgeChannels, type MenuCommand, type VigilBridge, type WindowState } from '../src-shared/bridge.ts'

type OnMessage = Parameters<typeof ipcRenderer.on>[1]

/** The listener leaves the event out, which would hand the page the whole of IPC. */
function listen(channel: string, onMessage: OnMessage): () => void {
  ipcRenderer.on(channel, onMessage)
  return () => { ipcRenderer.off(channel, onMessage) }
}

/** What was dropped from a web page is a `File` without a place on disk; `getPathForFile` then says ''. */
function pathsOf(files: readonly unknown[]): readonly string[] {
  return files.filter((file) => file instanceof File).map((file) => webUtils.getPathForFile(file)).filter((path) => path !== '')
}

const bridge: VigilBridge = {
  appInfo: () => ipcRenderer.invoke(bridgeChannels.appInfo),
  pickFolder: () => ipcRenderer.invoke(bridgeChannels.pickFolder),
  pickFiles: () => ipcRenderer.invoke(bridgeChannels.pickFiles),
  pathsOfDroppedFiles: pathsOf,
  saveFile: (suggestedName, bytes) => ipcRenderer.invoke(bridgeChannels.saveFile, suggestedName, bytes),
  windowState: () => ipcRenderer.invoke(bridgeChannels.windowState),
  setFullScreen: (isOn) => ipcRenderer.invoke(bridgeChannels.setFullScreen, isOn),
  setBusy: (fraction) => ipcRenderer.invoke(bridgeChannels.setBusy, fraction),
  onWindowState: (listener) => listen(bridgeChannels.windowStateChanged, (_event, state: WindowState) => { listener(state) }),
  onMenuCommand: (listener) => listen(bridgeChannels.menuCommand, (_event, command: MenuCommand) => { listener(command) })
}

contextBridge.exposeInMainWorld('vigil', bridge)
