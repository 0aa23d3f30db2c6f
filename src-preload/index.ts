import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { bridgeChannels, type VigilBridge } from '../src-shared/bridge.ts'

/** Passes on what the shell sends, without the event, which would hand the page the whole of IPC. */
function listen(channel: string, listener: (value: never) => void): () => void {
  const onMessage = (_event: unknown, value: never) => { listener(value) }
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
  onWindowState: (listener) => listen(bridgeChannels.windowStateChanged, listener),
  onMenuCommand: (listener) => listen(bridgeChannels.menuCommand, listener)
}

contextBridge.exposeInMainWorld('vigil', bridge)
