import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../../src-shared/errors.ts'
import type { Dtype, ModelDownload, ModelDownloadRequest, ModelOffer } from '../../../src-shared/models.ts'
import type { Audit } from '../../accounts/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import type { Principal } from '../../platform/http.ts'
import type { Log } from '../../platform/log.ts'
import { isMarkAlive, processMark } from '../../platform/processes.ts'
import { newRowId } from '../../platform/row-id.ts'
import { gigabytes } from '../local/memory.ts'
import { bytesHere, dropRecord, folderOf, readRecords, takeRecordAway, writeRecord, type DownloadRecord } from './download-folder.ts'
import { fetchFile } from './fetch-file.ts'
import { freeBytesAt, whyNotAModel } from './folder.ts'
import { HubTrouble } from './hub-faults.ts'
import type { Hub } from './hub.ts'
import type { ModelManager } from './manager.ts'
import { manifestName, type ModelFile, type ModelManifest } from './manifest.ts'
import { filesFor, offerOf } from './offer.ts'

export type DownloadDeps = Readonly<{
  hub: Hub, manager: Pick<ModelManager, 'places' | 'accept' | 'switchOver' | 'changed'>, db: Db, clock: Clock, log: Log, audit: Audit
  freeBytes?: (folder: string) => Promise<number | null>, pause?: (ms: number, signal: AbortSignal) => Promise<void>, stallMs?: number
}>
export type Downloads = ReturnType<typeof createDownloads>
type Live = { record: DownloadRecord, controller: AbortController, ended: Promise<void>, readonly since: { at: number, bytes: number }, hasTold: number }

const interrupted = 'Vigil was ended in the middle. What had come is kept: go on to fetch the rest.'

/** Weights from the hub: offered at a commit, fetched one download at a time, taken up where they ended, put in their place only when whole. */
export function createDownloads(deps: DownloadDeps) {
  const { hub, manager, db, clock, log, audit, freeBytes = freeBytesAt, pause = waitFor, stallMs = 60_000 } = deps
  const incoming = join(manager.places.own, '.incoming')
  const live = new Map<string, Live>()
  let last: Promise<void> = Promise.resolve()
  let isStopping = false

  const recordOf = (id: string): DownloadRecord => {
    const record = live.get(id)?.record ?? readRecords(incoming).find(({ view }) => view.id === id)
    if (record === undefined) throw new AppError('not-found', 'There is no such download.')
    return record
  }
  const keep = async (entry: Live, view: Partial<ModelDownload>) => {
    entry.record = { ...entry.record, view: { ...entry.record.view, ...view } }
    await writeRecord(incoming, entry.record)
    manager.changed()
  }
  const show = (entry: Live, view: Partial<ModelDownload>) => {
    entry.record = { ...entry.record, view: { ...entry.record.view, ...view } }
    if (clock.monotonicMs() - entry.hasTold < 300) return
    entry.hasTold = clock.monotonicMs()
    manager.changed()
  }

  const fetchAll = async (entry: Live): Promise<ModelFile[]> => {
    const { files, view } = entry.record
    const done: ModelFile[] = []
    let before = 0
    for (const file of files) {
      show(entry, { state: 'running', file: file.path, filesDone: done.length })
      const sha256 = await fetchFile(file, join(folderOf(incoming, view.id), file.path), {
        hub, repo: view.repo, commit: view.revision, signal: entry.controller.signal, pause, stallMs,
        onBytes: (bytes) => { show(entry, { state: 'running', bytesDone: before + bytes, bytesPerSecond: rateOf(entry, before + bytes, clock.monotonicMs()) }) },
        onVerifying: () => { show(entry, { state: 'verifying' }) }
      })
      done.push({ path: file.path, bytes: file.bytes, sha256 })
      before += file.bytes
    }
    return done
  }

  const bringIn = async (entry: Live, by: Principal): Promise<void> => {
    const { view, licence } = entry.record
    const folder = folderOf(incoming, view.id)
    const here = bytesHere(incoming, entry.record)
    const free = await freeBytes(incoming)
    if (free !== null && free < (view.bytesTotal - here) * 1.02) throw new AppError('disk-full', `The rest of the model takes ${gigabytes(view.bytesTotal - here)} and ${gigabytes(free)} are free on the disk of the data folder. Make room, then go on.`)
    const files = await fetchAll(entry)
    const problem = whyNotAModel(folder, view.dtype)
    if (problem !== null) throw new AppError('unsupported', `${view.repo} is no model for this reader. ${problem}`)
    const manifest: ModelManifest = { format: 'vigil-model/1', name: view.name, repo: view.repo, revision: view.revision, dtype: view.dtype, isTestModel: false, files, licence, createdAt: clock.iso() }
    await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 1)}\n`)
    await manager.switchOver(folder, view.name)
    await takeRecordAway(join(manager.places.own, view.name))
    audit.record({ actor: by.id, actorName: by.name, action: 'model.add', subject: view.name, detail: { dtype: view.dtype, files: files.length, revision: view.revision } })
  }

  /** One after the other: two at once only share the link. */
  const queue = (record: DownloadRecord, by: Principal): ModelDownload => {
    const entry: Live = { record: { ...record, owner: processMark(), view: { ...record.view, state: 'queued', error: null, bytesPerSecond: null } }, controller: new AbortController(), ended: Promise.resolve(), since: { at: 0, bytes: 0 }, hasTold: Number.NEGATIVE_INFINITY }
    live.set(record.view.id, entry)
    const before = last
    entry.ended = Promise.race([before, whenAborted(entry.controller.signal)]).then(async () => {
      try {
        await keep(entry, {})
        entry.controller.signal.throwIfAborted()
        await bringIn(entry, by)
      } catch (error) {
        await endBadly(entry, error)
        throw error
      } finally {
        live.delete(record.view.id)
        manager.changed()
      }
    })
    last = Promise.allSettled([before, entry.ended]).then(() => undefined)
    return entry.record.view
  }
  const endBadly = async (entry: Live, error: unknown) => {
    const isCancelled = entry.controller.signal.aborted
    const sentence = isCancelled ? (isStopping ? interrupted : null) : error instanceof AppError || error instanceof HubTrouble ? error.message : 'The download failed for a reason that nobody foresaw; the log names it. What has come is kept.'
    if (!isCancelled && !(error instanceof AppError)) log.error('model-download-failed', error)
    entry.record = { ...entry.record, owner: null }
    try {
      await keep(entry, { state: isCancelled && !isStopping ? 'cancelled' : 'failed', error: sentence, file: null, bytesPerSecond: null })
    } catch (failure) {
      // A full disk takes no record either. The parts are there, and the next start shows it as interrupted.
      log.error('model-download-not-recorded', failure)
    }
  }

  return {
    async offer({ repo, revision }: Readonly<{ repo: string, revision: string }>, signal?: AbortSignal): Promise<ModelOffer> {
      return saidPlainly(async () => {
        const model = await hub.model(repo, revision, signal)
        return offerOf(repo, model, await hub.files(repo, model.revision, signal), await freeBytes(incoming))
      })
    },
    /** Returns at once; `ended` tells the end. What is wanted is read again at the commit: nothing is taken from who asks but its name. */
    async start({ repo, revision, dtype }: ModelDownloadRequest, by: Principal): Promise<ModelDownload> {
      const files = await saidPlainly(async () => filesFor(dtype, await hub.files(repo, revision)))
      const { dtypes } = offerOf(repo, { revision, isGated: false, licence: null }, files, null)
      if (!dtypes.some((one) => one.dtype === dtype)) throw new AppError('unsupported', `${repo} does not hold the dtype ${dtype}.`)
      const name = nameOf(repo, dtype)
      if ([...live.values()].some(({ record }) => record.view.name === name)) throw new AppError('conflict', 'This model is being fetched already.')
      const known = readRecords(incoming).find(({ view }) => view.repo === repo && view.revision === revision && view.dtype === dtype)
      if (known !== undefined) return queue(known, by)
      const licence = db.sqlite.transaction(() => manager.accept(repo, by)).immediate()
      const bytesTotal = files.reduce((sum, { bytes }) => sum + bytes, 0)
      const view: ModelDownload = { id: newRowId(), name, repo, revision, dtype, state: 'queued', bytesDone: 0, bytesTotal, filesDone: 0, filesTotal: files.length, file: null, bytesPerSecond: null, error: null }
      const record: DownloadRecord = { view, licence, files: [...files], owner: null }
      await writeRecord(incoming, record)
      return queue(record, by)
    },
    /** Resolves when the model is in its place; rejects with what went wrong. */
    ended: async (id: string): Promise<void> => { await live.get(id)?.ended },
    list: (): ModelDownload[] => [...[...live.values()].map(({ record }) => record.view), ...readRecords(incoming).filter(({ view }) => !live.has(view.id)).map((record) => ({ ...asLeft(record), bytesDone: bytesHere(incoming, record) }))],
    resume(id: string, by: Principal): ModelDownload {
      const record = recordOf(id)
      if (live.has(id)) return record.view
      if (record.owner !== null && isMarkAlive(record.owner)) throw new AppError('conflict', 'Another Vigil on this machine is fetching it.')
      return queue(record, by)
    },
    /** Ends one that runs and keeps what has come; one that has ended goes away with all of it. */
    async cancel(id: string): Promise<void> {
      const entry = live.get(id)
      if (entry === undefined) {
        const { owner } = recordOf(id)
        if (owner !== null && isMarkAlive(owner)) throw new AppError('conflict', 'Another Vigil on this machine is fetching it. Cancel it there.')
        await dropRecord(incoming, id)
      } else {
        entry.controller.abort(new AppError('cancelled', 'The download was cancelled. What had come is kept.'))
        await entry.ended.catch(() => undefined)
      }
      manager.changed()
    },
    async stop(): Promise<void> {
      isStopping = true
      for (const { controller } of live.values()) controller.abort(new AppError('cancelled', interrupted))
      await last
    }
  }
}

/** A download that nobody is at is one that was interrupted, whatever its last words were. */
function asLeft({ view, owner }: DownloadRecord): ModelDownload {
  if (view.state === 'failed' || view.state === 'cancelled' || (owner !== null && isMarkAlive(owner))) return view
  return { ...view, state: 'failed', error: interrupted, bytesPerSecond: null, file: null }
}

/** `medgemma-1.5-4b-it-ONNX-q4`: one folder a dtype, so that two can be compared. */
function nameOf(repo: string, dtype: Dtype): string {
  return `${(repo.split('/')[1] ?? repo).slice(0, 70)}-${dtype}`
}

/** Over the last seconds, so that a change of the link shows. */
function rateOf({ since }: Live, bytes: number, nowMs: number): number | null {
  if (since.at === 0 || bytes < since.bytes || nowMs - since.at > 10_000) Object.assign(since, { at: nowMs, bytes })
  const seconds = (nowMs - since.at) / 1000
  return seconds < 1 ? null : Math.round((bytes - since.bytes) / seconds)
}

async function saidPlainly<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof HubTrouble) throw new AppError('not-configured', `${error.message} Try again later, or bring the model in from a folder.`, { cause: error })
    throw error
  }
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => { signal.addEventListener('abort', resolve, { once: true }) })
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
