import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import { syncTargets, type OffSite, type SyncItems, type SyncItemsQuery, type SyncReport, type SyncSettings, type SyncSettingsPatch, type SyncStatus, type SyncTarget } from '../../src-shared/sync.ts'
import type { Principal } from '../platform/http.ts'
import type { Health } from '../../src-shared/system.ts'
import { createOutbox } from '../platform/outbox.ts'
import { SendFault } from '../platform/outbox-types.ts'
import { newRowId } from '../platform/row-id.ts'
import { createSettingsStore } from '../platform/settings-store.ts'
import { createCaptions, type CaptionWindow } from './captions/forward.ts'
import { createConnectivity } from './connectivity/connectivity.ts'
import { createNetworkWatch } from './connectivity/network-watch.ts'
import type { MessageKind, SyncDeps } from './faces.ts'
import { createMeter } from './meter.ts'
import { createPlace } from './place.ts'
import { createSyncSettings, whyHeld } from './settings.ts'
import { createStatus } from './status.ts'
import { createLimit } from './storage/limit.ts'
import { signUpload, type SignedAddress } from './storage/signed-url.ts'
import type { Storage } from './storage/types.ts'
import { createUploadStore } from './uploads/store.ts'
import { createUploads } from './uploads/uploads.ts'

export { createSyncRoutes } from './routes.ts'
export type { SyncDeps, StudiesFace as SyncStudiesFace, ReportsFace as SyncReportsFace, MessageKind, MessagesFace, Holding, StoredCopy, StudyWords, SignedDocument } from './faces.ts'
export type { CaptionWindow } from './captions/forward.ts'

/** Where other programs put what they bring, and this workstation fetches it from. */
export type Inbox = Readonly<{
  mode: 'gcs' | 'local', place: string, prefix: string
  open: Storage['open']
  /** Throws AppError 'not-configured' where the credentials can't sign. */
  sign: (ask: Readonly<{ name: string, contentType: string, maxBytes: number, expiresS: number }>) => Promise<SignedAddress>
}>

export type Sync = Readonly<{
  inbox: Inbox
  /** The name of this workstation among others: made once and kept. */
  workstation: string
  status: () => SyncStatus
  /** For the health: no words, no patients. */
  health: () => Pick<Health, 'storage' | 'queue'>
  offSite: () => OffSite
  items: (query: SyncItemsQuery) => SyncItems
  report: (from: string, to: string) => SyncReport
  /** By hand; each is in the audit trail. Throw AppError 'not-found' or 'conflict'. */
  retry: (id: string, by: Principal) => void
  cancel: (id: string, by: Principal) => void
  pause: (target: SyncTarget | null, isPaused: boolean, by: Principal) => void
  tryNow: (target: SyncTarget) => void
  changeSettings: (patch: z.output<typeof SyncSettingsPatch>, by: Principal) => SyncSettings
  /** Returns the number of entries. */
  sendNow: (studyUid: StudyUid, by: Principal) => number
  /** In the transaction of a signature. */
  signed: (studyUid: StudyUid, hash: string, by: string) => void
  /** In the transaction that stores a caption. Null where nothing is set up. */
  forwardCaption: (window: CaptionWindow, by: string) => string | null
  /** In the transaction that writes a message or a call: queues it once for its id. Call `wake` after. Throws where nothing sends it. */
  queueMessage: (kind: MessageKind, id: string, options: Readonly<{ lane: string | null, priority: number, by: string }>) => string
  /** Calls one off, inside the transaction of the cause. False where it is over. */
  callOff: (entryId: string, reason: string) => boolean
  wake: () => void
  /** In the transaction of a decision: tells people, once for each, through whatever is set up. Throws where nothing is. */
  notify: (interventionId: number) => string
  /** Looks for what should be queued, and for other addresses of this machine. */
  start: () => void
  stop: () => Promise<void>
  /** Sends until nothing is left that could go now: for the command line. */
  drain: (signal: AbortSignal, onStep: (open: number) => void) => Promise<void>
}>

const sweepEveryMs = 60_000
const announceEveryMs = 300

/** Everything that leaves this workstation: what, when, to where, and what is known of it. */
export function createSync(deps: SyncDeps): Sync {
  const { db, clock, events, log, audit, config, studies, random } = deps
  const store = createSettingsStore(db, clock)
  const settings = createSyncSettings(store)
  const meter = createMeter(createLimit(() => settings.get().maxBytesPerSecond))
  const place = createPlace({ config, dataDir: deps.dataDir, limit: meter.limit, auth: deps.cloudAuth, stallMs: deps.stallMs })
  const announce = createAnnouncer(() => { events.publish({ type: 'sync-changed' }) })
  const held = (target: SyncTarget): string | null => settings.isPaused(target) ? 'Paused.' : target === 'cloud-storage' ? whyHeld(settings.get(), clock.now()) : null
  const captions = createCaptions({ config: config.captions, enqueue: (entry) => outbox.enqueue(entry) })
  const links = createConnectivity({
    clock, log, whyHeld: held, changed: announce.soon, isWaiting: (target) => outbox.counts().some((one) => one.target === target && one.state !== 'dead' && one.n > 0), answersAgain: (target) => { outbox.hasten(target) },
    probes: { 'cloud-storage': place.copies === null ? null : { name: 'The cloud storage', probe: place.copies.probe }, captions: captions.isOn ? { name: 'The service that takes captions', probe: captions.probe } : null, sms: deps.messages?.probes.sms ?? null, voice: deps.messages?.probes.voice ?? null, notification: deps.notices === undefined ? null : { name: 'The service that takes notices', probe: deps.notices.probe } },
    ...(random === undefined ? {} : { random })
  })
  const outbox = createOutbox({ db, clock, log, reachability: links, changed: announce.soon, ...(random === undefined ? {} : { random }) })
  const workstation = workstationId(store)
  const uploads = createUploads({
    storage: place.copies, store: createUploadStore(db, clock), studies, reports: deps.reports, prefix: config.prefix, workstation, appVersion: deps.appVersion, settings: settings.get, enqueue: outbox.enqueue,
    gate: () => { const why = held('cloud-storage'); if (why !== null) throw new SendFault('paused', why) }
  })
  outbox.register(uploads.studyUpload)
  outbox.register(uploads.reportBundle)
  outbox.register(captions.kind)
  if (deps.notices !== undefined) outbox.register(deps.notices.kind)
  for (const kind of deps.messages?.kinds ?? []) outbox.register(kind)
  const expected = createRemembered(uploads.expected, () => clock.monotonicMs())
  const status = createStatus({ outbox, links, studies, settings, clock, storage: place.facts, expected: expected.get, bytesPerSecond: meter.bytesPerSecond, whyHeld: held })
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act)()
  const record = (by: Principal, action: string, subject: string, detail: Readonly<Record<string, unknown>> = {}) => { audit.record({ actor: by.id, actorName: by.name, action, subject, detail }) }

  const sweep = () => {
    const queued = atomically(uploads.sweep)
    expected.forget()
    if (queued > 0) { outbox.wake(); announce.soon() }
  }
  const guarded = (act: () => void) => { try { act() } catch (error) { log.error('sync-step-failed', error) } }
  const watch = createNetworkWatch({ clock, onChange: (why) => { log.info('network-changed', { why }); links.forget() } })
  const timers: NodeJS.Timeout[] = []
  let sweepSoon: NodeJS.Timeout | null = null
  const unsubscribe = events.subscribe((event) => {
    if (event.type === 'sync-changed') { expected.forget(); return }
    if (event.type !== 'study-changed' && event.type !== 'report-changed' && event.type !== 'system-changed') return
    expected.forget()
    if (timers.length > 0) sweepSoon ??= later(1000, () => { sweepSoon = null; guarded(sweep) })
  })
  const entry = (id: string) => {
    const row = outbox.get(id)
    if (row === null) throw new AppError('not-found', 'There is no such item.')
    return row
  }

  const inbox: Inbox = {
    mode: place.inbox.mode, place: place.inbox.place, prefix: config.prefix, open: place.inbox.open,
    sign: async (ask) => signUpload({ url: config.storageUrl, bucket: place.inbox.place, now: clock.now(), ...ask }, place.auth).catch((error: unknown) => { throw error instanceof SendFault ? new AppError('not-configured', error.message, { cause: error }) : error })
  }

  return {
    inbox, workstation,
    status: status.status, health: status.health, offSite: status.offSite, items: status.items, report: status.report, signed: uploads.signed, forwardCaption: captions.forward,
    notify(interventionId) {
      if (deps.notices === undefined) throw new AppError('not-configured', 'Nothing is set up that sends notices.')
      const { kind } = deps.notices.kind
      return outbox.enqueue({ kind, key: `${kind} ${interventionId}`, payload: { interventionId }, by: 'system' })
    },
    queueMessage: (kind, id, { lane, priority, by }) => outbox.enqueue({ kind, key: id, payload: { id }, lane, priority, by }),
    callOff: (entryId, reason) => outbox.cancel(entryId, reason),
    wake: () => { outbox.wake(); announce.soon() },
    retry(id, by) {
      const { target } = entry(id)
      atomically(() => {
        if (!outbox.retry(id)) throw new AppError('conflict', 'This item is being sent, or has arrived.')
        record(by, 'sync.retry', id)
      })
      if (links.isDown(target as SyncTarget)) void links.probe(target as SyncTarget)
      announce.soon()
    },
    cancel(id, by) {
      entry(id)
      atomically(() => {
        if (!outbox.cancel(id, 'Called off by hand.')) throw new AppError('conflict', 'This item is over.')
        record(by, 'sync.cancel', id)
      })
      announce.soon()
    },
    pause(target, isPaused, by) {
      const targets = target === null ? syncTargets : [target]
      atomically(() => {
        settings.pause(targets, isPaused)
        record(by, isPaused ? 'sync.pause' : 'sync.resume', target ?? 'all')
      })
      if (!isPaused) outbox.wake()
      announce.soon()
    },
    tryNow(target) { void links.probe(target) },
    changeSettings(patch, by) {
      const changed = atomically(() => {
        const next = settings.change(patch)
        record(by, 'sync.settings', 'sync', { changed: Object.keys(patch) })
        return next
      })
      sweep()
      outbox.wake()
      announce.soon()
      return changed
    },
    sendNow(studyUid, by) {
      const entries = atomically(() => {
        const ids = uploads.sendNow(studyUid, by.id)
        for (const id of ids) if (['dead', 'cancelled'].includes(outbox.get(id)?.state ?? '')) outbox.retry(id)
        record(by, 'sync.send', studyUid)
        return ids
      })
      outbox.wake()
      announce.soon()
      return entries.length
    },
    start() {
      if (timers.length > 0) return
      guarded(sweep)
      outbox.start()
      timers.push(every(1000, () => { guarded(() => { watch.look(); links.tick() }) }), every(sweepEveryMs, () => { guarded(sweep) }))
    },
    async stop() {
      unsubscribe()
      announce.stop()
      for (const timer of timers) clearInterval(timer)
      if (sweepSoon !== null) clearTimeout(sweepSoon)
      await outbox.stop()
      for (const storage of new Set([place.copies, place.inbox])) await storage?.close()
    },
    async drain(signal, onStep) {
      guarded(sweep)
      const open = (target: string | null) => outbox.counts().filter((one) => (target === null || one.target === target) && one.state !== 'dead').reduce((sum, { n }) => sum + n, 0)
      const redraw = setInterval(() => { onStep(open(null)) }, 300)
      const stop = () => { void outbox.stop() }
      signal.addEventListener('abort', stop, { once: true })
      try {
        outbox.start()
        outbox.wake()
        await outbox.quiet()
        // A connection that broke is looked at again at once, and then the rest waits for whoever runs next.
        for (let looks = 0; looks < 3 && !signal.aborted; looks++) {
          const silent = syncTargets.filter((target) => links.isDown(target) && held(target) === null && open(target) > 0)
          if (silent.length === 0) return
          await Promise.all(silent.map(links.probe))
          await outbox.quiet()
        }
      } finally {
        signal.removeEventListener('abort', stop)
        clearInterval(redraw)
      }
    }
  }
}

/** Made once and kept: names in a bucket begin with it, so that two workstations never mean the same object. */
function workstationId(store: ReturnType<typeof createSettingsStore>): string {
  const known = store.get('workstation-id', z.uuid())
  if (known !== null) return known
  const made = newRowId()
  store.set('workstation-id', made)
  return made
}

/** Told at once and then at most a few times a second. */
function createAnnouncer(tell: () => void) {
  let timer: NodeJS.Timeout | null = null
  let isMore = false
  let isStopped = false
  const soon = () => {
    if (isStopped) return
    if (timer !== null) { isMore = true; return }
    timer = later(announceEveryMs, () => { timer = null; if (isMore) { isMore = false; soon() } })
    tell()
  }
  return { soon, stop: () => { isStopped = true; if (timer !== null) clearTimeout(timer) } }
}

/** A figure over all studies is not counted anew for each who looks. */
function createRemembered<T>(make: () => T, nowMs: () => number) {
  let known: { value: T, atMs: number } | null = null
  return {
    get(): T {
      if (known === null || nowMs() - known.atMs > 15_000) known = { value: make(), atMs: nowMs() }
      return known.value
    },
    forget(): void { known = null }
  }
}

function every(ms: number, act: () => void): NodeJS.Timeout { return setInterval(act, ms).unref() }
function later(ms: number, act: () => void): NodeJS.Timeout { return setTimeout(act, ms).unref() }
