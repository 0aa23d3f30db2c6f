import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { AppError } from '../src-shared/errors.ts'
import type { EdgeEvent } from '../src-shared/events.ts'
import type { RulerState } from '../src-shared/system.ts'
import { createAccounts, type Accounts } from './accounts/index.ts'
import { createActivity } from './http/activity.ts'
import { createConsoleApp, type Host } from './http/console-app.ts'
import { createLanApp } from './http/lan-app.ts'
import { createSystemRoutes, healthOf } from './http/system.ts'
import { createBlobStore } from './platform/blobs.ts'
import { createBus } from './platform/bus.ts'
import { systemClock, type Clock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import { databaseFile, openDatabase, type Db } from './platform/database.ts'
import { errorBody } from './platform/http.ts'
import { createJobs, type Jobs } from './platform/jobs.ts'
import { atLeast, createLog, stderrSink, type Log } from './platform/log.ts'
import { watchNeighbours } from './platform/neighbours.ts'
import { appRoot, appVersion } from './platform/resources.ts'

export type Rooms = Readonly<{ accounts: Accounts, jobs: Jobs, db: Db }>
export type EdgeOptions = Readonly<{ host: Host, rendererDir?: string, log?: Log, clock?: Clock }>

/** The whole backend as a value. It knows no port and no Electron; hosts mount its handlers. */
export type Edge = Readonly<{
  /** The clinician's whole API and the window's files. */
  console: (request: Request) => Promise<Response>
  /** Only what other machines may reach. */
  lan: (request: Request) => Promise<Response>
  /** WebSockets of the LAN side. None is mounted, so each is refused. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Cleans up after the dead, checks the ruler, takes up the work that is left. */
  start: () => Promise<void>
  /** Takes no more requests, lets batches finish, closes the database. */
  stop: () => Promise<void>
  rooms: Rooms
}>

/** Opens the data folder. Throws an AppError with one sentence where it can't be used. */
export function createEdge(config: Config, { host, rendererDir = join(appRoot(), 'out', 'renderer'), log = createLog(atLeast(config.logLevel, stderrSink)), clock = systemClock() }: EdgeOptions): Edge {
  const { dataDir, apiToken } = config
  const version = appVersion()
  const db = openDatabase({ file: databaseFile(dataDir), backupDir: join(dataDir, 'backups') })
  const blobs = createBlobStore(dataDir)
  const events = createBus<EdgeEvent>((error) => { log.error('listener-failed', error) })
  const activity = createActivity(events)
  const jobs = createJobs({ db, clock, log })
  const accounts = createAccounts({ db, clock, events, lockAfterS: config.lockAfterS })
  const closing = new AbortController()
  let isTrailIntact = true
  const ruler: RulerState = { isTrue: false, checks: [] }
  let stopWatching = () => {}

  const warnings = () => [
    ...(isTrailIntact ? [] : ['The audit trail was changed from outside. Keep this data folder as it is and ask for help.']),
    ...(config.isLanOn ? ['The LAN side is switched on, but nothing of it can be reached yet.'] : [])
  ]
  const system = createSystemRoutes({ db, jobs, activity, log, version, host: host === 'electron' ? 'electron' : 'served', dataDir, ruler: () => ruler, warnings })
  const consoleApp = createConsoleApp({ host, accounts, events, log, apiToken, rendererDir, version, activity, closing: closing.signal, routes: [system] })
  const lanApp = createLanApp({ log, apiToken, health: () => healthOf({ db, jobs, version, log }), upload: null })
  const unlessClosing = (answer: (request: Request) => Response | Promise<Response>) => async (request: Request) => closing.signal.aborted ? closed() : answer(request)

  return {
    console: unlessClosing((request) => consoleApp.fetch(request)),
    lan: unlessClosing((request) => lanApp.fetch(request)),
    upgrade: (_request, socket) => { socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n') },
    async start() {
      await blobs.clean()
      isTrailIntact = await accounts.audit.verify()
      jobs.start()
      stopWatching = watchNeighbours(db, () => { events.publish({ type: 'system-changed' }) })
    },
    async stop() {
      if (closing.signal.aborted) return
      closing.abort()
      stopWatching()
      await jobs.stop()
      await activity.settled(5000)
      db.close()
    },
    rooms: { accounts, jobs, db }
  }
}

function closed(): Response {
  return Response.json(errorBody(new AppError('busy', 'Vigil is closing.'), ''), { status: 503 })
}
