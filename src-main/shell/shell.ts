import { join } from 'node:path'
import { app, powerMonitor, protocol, session, type BrowserWindow } from 'electron'
import { AppError } from '../../src-shared/errors.ts'
import type { Edge } from '../edge.ts'
import { startLan, type LanHost } from '../lan.ts'
import { commandLinePrincipal } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import { scheme } from './address.ts'
import { parseHandover } from './arguments.ts'
import { guardContents, guardSession } from './guards.ts'
import { createSchemeHandler, post } from './scheme-handler.ts'
import { openWindow } from './window.ts'

export type ShellDeps = Readonly<{ edge: Edge, log: Log, stateDir: string, dataDir: string, paths: readonly string[], isDemo: boolean }>

/** Everything that only Electron can do, around an edge that has started. Resolves when the window shows the application. */
export async function runShell({ edge, log, stateDir, dataDir, paths, isDemo }: ShellDeps): Promise<void> {
  const handler = createSchemeHandler(edge.console, { token: null })
  protocol.handle(scheme, handler)
  guardSession(session.defaultSession)
  guardContents()
  const lock = () => { post(handler, '/api/session/lock').catch((error: unknown) => { log.error('lock-failed', error) }) }
  powerMonitor.on('lock-screen', lock)
  powerMonitor.on('suspend', lock)
  const take = (given: readonly string[]) => { importGiven(edge, given, log) }
  const lan = startLan({ edge, dataDir, log })
  stopInOrder(edge, lan, log)
  take(paths)
  if (isDemo) await edge.rooms.demo.start(commandLinePrincipal)
  const window = await openWindow({ preload: join(import.meta.dirname, '..', 'preload', 'index.cjs'), stateDir, onLock: lock })
  app.on('second-instance', (_event, _argv, _cwd, handover) => {
    take(parseHandover(handover).paths)
    bringForward(window)
  })
  app.on('window-all-closed', () => { app.quit() })
}

function importGiven({ rooms: { studies } }: Edge, paths: readonly string[], log: Log): void {
  if (paths.length === 0) return
  try {
    studies.startImport(paths, commandLinePrincipal)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    log.warn('start-import-refused', { code: error.code })
  }
}

function bringForward(window: BrowserWindow): void {
  if (window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** Quitting waits for what is being written; a second quit does not. */
function stopInOrder(edge: Edge, lan: LanHost, log: Log): void {
  let isStopping = false
  app.on('before-quit', (event) => {
    if (isStopping) return
    isStopping = true
    event.preventDefault()
    lan.stop().then(() => edge.stop()).catch((error: unknown) => { log.error('stop-failed', error) }).finally(() => { app.quit() })
  })
}
