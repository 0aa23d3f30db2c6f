import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { FromBooted, ToBooted } from './booted.ts'

/**
 * A stand-in for `electron`, so that the built main process boots on plain Node. It keeps what the application registers, and answers the
 * test over the process channel with it: what would the window get for this request, what does the bridge answer to this call.
 */
type Handler = (request: Request) => Promise<Response>
type IpcHandler = (event: unknown, ...args: unknown[]) => unknown

const handlers = new Map<string, Handler>()
const ipc = new Map<string, IpcHandler>()
const calls: string[] = []
const send = (message: FromBooted) => { process.send?.(message) }
const note = (call: string) => { calls.push(call) }

/** As Electron does, it becomes ready only when the main module has been evaluated. */
const ready = Promise.withResolvers<void>()
export const becomeReady = (): void => { ready.resolve() }

class FakeApp extends EventEmitter {
  isPackaged = false
  readonly paths = new Map<string, string>()
  readonly whenReady = () => ready.promise
  enableSandbox = () => { note('enableSandbox') }
  getVersion = () => '0.0.0'
  getPath = (name: string) => this.paths.get(name) ?? ''
  setPath = (name: string, path: string) => { this.paths.set(name, path) }
  requestSingleInstanceLock = () => process.env['FAKE_ELECTRON_IS_SECOND'] !== 'yes'
  exit = (code: number) => { process.exit(code) }
  quit = () => {
    let wasPrevented = false
    this.emit('before-quit', { preventDefault: () => { wasPrevented = true } })
    if (!wasPrevented) process.exit(0)
  }
}
export const app = new FakeApp()

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => { note(`privileged ${JSON.stringify(schemes)}`) },
  handle: (scheme: string, handler: Handler) => { handlers.set(scheme, handler) }
}
export const ipcMain = { handle: (channel: string, handler: IpcHandler) => { ipc.set(channel, handler) } }
export const dialog = {
  showErrorBox: (title: string, text: string) => { send({ type: 'error-box', title, text }) },
  showOpenDialog: async () => ({ canceled: false, filePaths: ['/chosen/folder'] }),
  showSaveDialog: async () => ({ canceled: true, filePath: '' })
}
export const session = {
  defaultSession: {
    setPermissionRequestHandler: () => { note('permission requests') },
    setPermissionCheckHandler: () => { note('permission checks') },
    setDevicePermissionHandler: () => { note('device permissions') },
    setSpellCheckerEnabled: (isOn: boolean) => { note(`spell checker ${isOn}`) },
    webRequest: { onBeforeRequest: () => { note('requests') } }
  }
}
export const shell = { openExternal: async () => undefined }
export const powerMonitor = new EventEmitter()
export const safeStorage = { isEncryptionAvailable: () => false, getSelectedStorageBackend: () => 'basic_text' }
/** A process of Node's in the shape of Electron's: what it hears and says goes by the same names. */
export const utilityProcess = {
  fork(path: string) {
    const child = fork(path, { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    note('utility process')
    return Object.assign(child, { postMessage: (message: object) => { child.send(message) } })
  }
}
const display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display] }
export const Menu = { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => { note('menu') } }

export class BrowserWindow extends EventEmitter {
  webContents = Object.assign(new EventEmitter(), { send: (channel: string) => { note(`sent ${channel}`) } })
  constructor(options: object) {
    super()
    remember(this)
    send({ type: 'window', options: JSON.parse(JSON.stringify(options)) })
  }
  loadURL = async (url: string) => { send({ type: 'loaded', url, calls }) }
  isDestroyed = () => false
  isMinimized = () => false
  isMaximized = () => false
  isFullScreen = () => false
  isFocused = () => true
  getNormalBounds = () => ({ x: 5, y: 6, width: 1200, height: 800 })
  restore = () => undefined
  show = () => { note('show') }
  focus = () => undefined
  maximize = () => undefined
  setFullScreen = () => undefined
  setProgressBar = () => undefined
}
let current: BrowserWindow | null = null
function remember(window: BrowserWindow): void { current = window }

process.on('message', (message: ToBooted) => { void obey(message) })

async function obey(message: ToBooted): Promise<void> {
  switch (message.type) {
    case 'request': {
      const { id, url, method, headers, body } = message
      const response = await handlers.get(new URL(url).protocol.slice(0, -1))?.(new Request(url, { method, headers, ...(body === null ? {} : { body }) }))
      send({ type: 'answer', id, status: response?.status ?? 0, headers: Object.fromEntries(response?.headers ?? []), text: await response?.text() ?? '' })
      break
    }
    case 'call': {
      const frame = { url: message.from, parent: null }
      const event = { sender: current?.webContents, senderFrame: frame }
      try {
        send({ type: 'returned', id: message.id, value: await ipc.get(message.channel)?.(event, ...message.args), error: null })
      } catch (error) {
        send({ type: 'returned', id: message.id, value: null, error: error instanceof Error ? error.message : String(error) })
      }
      break
    }
    case 'emit':
      if (message.target === 'power') powerMonitor.emit(message.event)
      else if (message.target === 'window') current?.emit(message.event)
      else app.emit(message.event, {}, [], '', message.detail)
      break
    case 'quit':
      app.quit()
  }
}
