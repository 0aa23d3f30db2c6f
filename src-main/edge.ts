import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { AppError } from '../src-shared/errors.ts'
import type { EdgeEvent } from '../src-shared/events.ts'
import type { RulerState } from '../src-shared/system.ts'
import { createAccounts, type Accounts } from './accounts/index.ts'
import { createAnalysis, createAnalysisRoutes, type Analysis } from './analysis/index.ts'
import { checkRuler } from './analysis/ruler.ts'
import { createBackups, type Backups } from './backups.ts'
import { createCt, createCtRoutes, createUploadRoutes, type Ct } from './ct/index.ts'
import { createDemo, type Demo } from './demo.ts'
import { createActivity } from './http/activity.ts'
import { createConsoleApp, type Host } from './http/console-app.ts'
import { createConsents } from './consents/index.ts'
import { createFollowup, createFollowupRoutes, createPortalRoutes, createSenders, createWebhookRoutes, dispatchActions, type Followup } from './followup/index.ts'
import { createGlassesPage } from './http/glasses-page.ts'
import { createPortalPage } from './http/portal-page.ts'
import { createLanApp } from './http/lan-app.ts'
import { createSystemRoutes, healthOf } from './http/system.ts'
import { createGlasses, createGlassesLanRoutes, createGlassesRoutes, createNotices, lanOrigin, pokeSend, type Glasses } from './glasses/index.ts'
import { createInterchange, createInterchangeRoutes, type Interchange } from './interchange/index.ts'
import { createBlobStore, type BlobStore } from './platform/blobs.ts'
import { createBus, type Bus } from './platform/bus.ts'
import { systemClock, type Clock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import { databaseFile, openDatabase, type Db } from './platform/database.ts'
import { errorBody } from './platform/http.ts'
import { createJobs, type Jobs } from './platform/jobs.ts'
import { atLeast, createLog, stderrSink, type Log } from './platform/log.ts'
import type { Keychain } from './platform/keychain.ts'
import { watchNeighbours } from './platform/neighbours.ts'
import { appRoot, appVersion } from './platform/resources.ts'
import { createRedisShortLived, createSqliteShortLived } from './platform/short-lived/index.ts'
import { createSettingsStore } from './platform/settings-store.ts'
import { createReader, createReaderRoutes, type Reader } from './reading/index.ts'
import type { ForkChild } from './platform/child-process.ts'
import { createStudies, createStudiesRoutes, takeIn, type Studies } from './studies/index.ts'
import { createSync, createSyncRoutes, type Sync } from './sync/index.ts'
import { createViewing, createViewingRoutes, type Viewing } from './viewing/index.ts'

export type Rooms = Readonly<{ studies: Studies, analysis: Analysis, viewing: Viewing, interchange: Interchange, accounts: Accounts, demo: Demo, jobs: Jobs, db: Db, reader: Reader, sync: Sync, ct: Ct, backups: Backups, glasses: Glasses, followup: Followup }>
export type EdgeOptions = Readonly<{ host: Host, rendererDir?: string, log?: Log, clock?: Clock
  /** How the reader's process is started: Node's way unless the shell has its own. */
  forkReader?: ForkChild
  /** Where secrets are sealed; without one they are kept for the run only. */
  keychain?: Keychain | null
}>

/** The whole backend as a value. It knows no port and no Electron; hosts mount its handlers. */
export type Edge = Readonly<{
  /** The clinician's whole API and the window's files. */
  console: (request: Request) => Promise<Response>
  /** Only what other machines may reach. */
  lan: (request: Request, peer?: string) => Promise<Response>
  /** WebSockets of the LAN side: frames of glasses. Only a host that opens the LAN port mounts it. */
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Cleans up after the dead, checks the ruler, takes up the work that is left. */
  start: () => Promise<void>
  /** Takes no more requests, lets batches finish, closes the database. */
  stop: () => Promise<void>
  rooms: Rooms
}>

type Ground = Readonly<{ db: Db, blobs: BlobStore, events: Bus<EdgeEvent>, clock: Clock, log: Log, ruler: () => RulerState }>

/** Opens the data folder. Throws an AppError with one sentence where it can't be used. */
export function createEdge(config: Config, { host, rendererDir = join(appRoot(), 'out', 'renderer'), log = createLog(atLeast(config.logLevel, stderrSink)), clock = systemClock(), forkReader, keychain = null }: EdgeOptions): Edge {
  const { dataDir, apiToken } = config
  const version = appVersion()
  const state = { isTrailIntact: true, neighbourWroteAtMs: Number.NEGATIVE_INFINITY, stopWatching: () => {} }
  const ruler = rulerOf(log)
  const closing = new AbortController()
  const db = openDatabase({ file: databaseFile(dataDir), backupDir: join(dataDir, 'backups') })
  const blobs = createBlobStore(dataDir)
  const events = createBus<EdgeEvent>((error) => { log.error('listener-failed', error) })
  const activity = createActivity(events)
  const rooms = createRooms(config, { db, blobs, events, clock, log, ruler }, { keychain, ...(forkReader === undefined ? {} : { forkReader }) })
  const { accounts, jobs, studies, analysis, viewing, interchange, demo, reader, sync, ct, backups, glasses, followup } = rooms

  const warnings = () => [
    ...(state.isTrailIntact ? [] : ['The audit trail was changed from outside. Keep this data folder as it is and ask for help.']),
    ...backups.warnings(),
    ...(glasses.lan.state().state === 'failed' ? [glasses.lan.state().text] : [])
  ]
  const isNeighbourWriting = () => clock.monotonicMs() - state.neighbourWroteAtMs < 5000
  const system = createSystemRoutes({ db, jobs, activity, log, version, host: host === 'electron' ? 'electron' : 'served', dataDir, ruler, isNeighbourWriting, reader: reader.summary, offSite: sync.offSite, queue: sync.health, warnings })
  const studiesRoutes = createStudiesRoutes(studies)
  const uploads = createUploadRoutes(ct)
  const consoleApp = createConsoleApp({
    uploads,
    host, accounts, events, log, apiToken, rendererDir, version, activity, closing: closing.signal,
    routes: [system, studiesRoutes, createAnalysisRoutes(analysis), createViewingRoutes(viewing), createInterchangeRoutes(interchange), createReaderRoutes(reader), createSyncRoutes(sync, clock.now), createCtRoutes(ct), createGlassesRoutes(glasses), createFollowupRoutes(followup), backups.routes, demo.routes]
  })
  const lanApp = createLanApp({ log, apiToken, health: () => healthOf({ db, jobs, version, log, reader: reader.summary, queue: sync.health }), ct: createCtRoutes(ct), uploads, glasses: createGlassesLanRoutes(glasses), pokeSend: pokeSend(glasses.poke), page: createGlassesPage(rendererDir),
    portal: createPortalRoutes(followup), portalPage: createPortalPage(rendererDir), webhooks: createWebhookRoutes(followup), dispatch: dispatchActions(followup), origins: [config.followup.frontendUrl, config.followup.publicUrl].flatMap((url) => (url === null ? [] : [new URL(url).origin])) })
  const unlessClosing = (answer: (request: Request) => Response | Promise<Response>) => async (request: Request) => closing.signal.aborted ? closed() : answer(request)

  return {
    console: unlessClosing((request) => consoleApp.fetch(request)),
    lan: async (request, peer = '') => closing.signal.aborted ? closed() : lanApp.fetch(request, { peer }),
    upgrade(request, socket, head) {
      if (closing.signal.aborted) socket.destroy()
      else glasses.upgrade(request, socket, head)
    },
    async start() {
      await blobs.clean()
      if (host !== 'cli') ruler()
      state.isTrailIntact = await accounts.audit.verify()
      await studies.start()
      await reader.start()
      jobs.start()
      followup.doubtRestored()
      // The command line sends only when it is asked to; whatever it queues is taken up by the window or the served app.
      if (host !== 'cli') sync.start()
      if (host !== 'cli') backups.start()
      if (host !== 'cli') glasses.start()
      if (host !== 'cli') await followup.start()
      state.stopWatching = watchNeighbours(db, () => {
        state.neighbourWroteAtMs = clock.monotonicMs()
        events.publish({ type: 'system-changed' })
      }, (error) => { log.error('neighbours-not-watched', error) })
    },
    async stop() {
      if (closing.signal.aborted) return
      closing.abort()
      state.stopWatching()
      // One that fails must not keep the others from stopping, nor the database from being closed.
      for (const part of [followup, glasses, sync, backups, demo, studies, jobs, reader]) await part.stop().catch((error: unknown) => { log.error('not-stopped-in-order', error) })
      await activity.settled(5000)
      db.close()
    },
    rooms
  }
}

/** Checked once: at the start of a window, and on the command line only when something is to be measured. A check that fails to run counts as off. */
function rulerOf(log: Log): () => RulerState {
  let known: RulerState | null = null
  const check = (): RulerState => {
    try {
      const found = checkRuler()
      if (!found.isTrue) log.error('ruler-is-off', new Error(found.checks.filter(({ ok }) => !ok).map(({ name }) => name).join('; ')))
      return found
    } catch (error) {
      log.error('ruler-not-checked', error)
      return { isTrue: false, checks: [] }
    }
  }
  return () => known ??= check()
}

function createRooms({ dataDir, lockAfterS, lanPort, reader: readerConfig, sync: syncConfig, glasses: glassesConfig, followup: followupConfig }: Config, { db, blobs, events, clock, log, ruler }: Ground, host: Pick<EdgeOptions, 'forkReader' | 'keychain'>): Rooms {
  const jobs = createJobs({ db, clock, log })
  const accounts = createAccounts({ db, clock, events, lockAfterS })
  const { audit, verifyPassword } = accounts
  const studies = createStudies({ db, blobs, events, jobs, clock, log, audit, dataDir })
  const reader = createReader({ db, clock, log, events, audit, config: readerConfig, dataDir, renderFrame: studies.renderFrame, ...host })
  const analysis = createAnalysis({ signed: (studyUid, hash, by) => { sync.signed(studyUid, hash, by); followup.signed(studyUid, by) }, reader, db, clock, jobs, events, studies, audit, verifyPassword, log, ruler })
  const viewing = createViewing({ db, clock, events, studies, audit })
  const transaction = <T>(work: () => T): T => db.sqlite.transaction(work).immediate()
  const interchange = createInterchange({ studies, analysis, keyImagesOf: viewing.keyImages.list, audit, transaction, appVersion: appVersion() })
  const notices = createNotices({ db, clock, log, config: glassesConfig.poke, keychain: host.keychain ?? null })
  const consents = createConsents(db, clock)
  const store = followupConfig.redisUrl === null ? createSqliteShortLived(db, clock) : createRedisShortLived({ url: followupConfig.redisUrl, clock, log })
  const followupGround = { db, clock, log, audit, config: followupConfig, consents, store, dataDir, studies }
  const senders = createSenders(followupGround)
  const sync: Sync = createSync({ notices, messages: senders, db, clock, events, log, audit, config: syncConfig, dataDir, appVersion: appVersion(), studies: studies.copies, reports: analysis.signed })
  const ct = createCt({ db, clock, jobs, log, blobs, studies, analysis, inbox: sync.inbox, takeIn: async (request, name, by) => takeIn(studies, request, name, by) })
  const glasses = createGlasses({ db, clock, events, log, audit, config: glassesConfig, lanPort, reader, sync, notices, consents })
  const followup: Followup = createFollowup({ ...followupGround, events, reports: analysis.signed, sync, workstation: sync.workstation, lanAddress: () => addressOf(glasses.lan) }, senders)
  return { followup, glasses, studies, analysis, viewing, interchange, accounts, demo: createDemo({ studies, analysis, dataDir, log }), jobs, db, reader, sync, ct, backups: createBackups({ db, dataDir, clock, log, events, audit, settings: createSettingsStore(db, clock), appVersion: appVersion(), isBusy: () => jobs.counts().running > 0 || studies.imports.running() > 0 }) }
}

/** Where phones of the LAN reach us; null while the port is closed. */
function addressOf({ state, addresses, port }: Glasses['lan']): string | null {
  const [address] = addresses()
  return state().state !== 'on' || address === undefined ? null : lanOrigin(address, port())
}

function closed(): Response {
  return Response.json(errorBody(new AppError('busy', 'Vigil is closing.'), ''), { status: 503 })
}
