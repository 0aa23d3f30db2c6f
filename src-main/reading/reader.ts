import { join } from 'node:path'
import { AppError } from '../../src-shared/errors.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import type { ReaderSettingsPatch, ReaderStatus, ReaderSummary } from '../../src-shared/reading.ts'
import type { z } from 'zod'
import type { Audit } from '../accounts/index.ts'
import type { Bus } from '../platform/bus.ts'
import { forkNodeChild, type ForkChild } from '../platform/child-process.ts'
import type { Clock } from '../platform/clock.ts'
import type { ReaderConfig } from '../platform/config.ts'
import type { Db } from '../platform/database.ts'
import type { Principal } from '../platform/http.ts'
import type { Keychain } from '../platform/keychain.ts'
import type { Log } from '../platform/log.ts'
import { appRoot } from '../platform/resources.ts'
import { createSealedSecret } from '../platform/sealed-secret.ts'
import { createSettingsStore } from '../platform/settings-store.ts'
import { createWorkerPool } from '../platform/workers.ts'
import { chooseEngine, type Choice } from './choose.ts'
import type { Engine, EngineAnswer, EngineRequest, ReadOptions } from './engine.ts'
import { prepareCandidate, prepareFrames, prepareStudy, type PreparedImages, type PrepareDeps } from './images/prepare.ts'
import { createLocalEngine } from './local/engine.ts'
import { freeMemoryBytes } from './local/memory.ts'
import { createMockEngine } from './mock/engine.ts'
import { createDownloads } from './models/downloads.ts'
import { HubTrouble } from './models/hub-faults.ts'
import { createHub, type Hub } from './models/hub.ts'
import { createModelManager } from './models/manager.ts'
import { openAiEngine, vertexEngine } from './remote/engines.ts'
import { createReaderSettings } from './settings.ts'
import { requestOf, type Asked } from './tasks/task.ts'
import { tasks } from './tasks/tasks.ts'
import type { TaskInputs, TaskResult } from './task-types.ts'
import { answerOf } from './answer.ts'

export type ReaderDeps = Readonly<{
  db: Db, clock: Clock, log: Log, events: Bus<EdgeEvent>, audit: Audit, config: ReaderConfig, dataDir: string, renderFrame: PrepareDeps['renderFrame']
  forkReader?: ForkChild, keychain?: Keychain | null, freeBytes?: () => number, fetch?: typeof globalThis.fetch
}>
export type Reader = ReturnType<typeof createReader>
/** The conversion that is suggested; nobody but its maker vouches for it, and the screen says so. */
const suggestedRepo = 'onnx-community/medgemma-1.5-4b-it-ONNX'

/** The vision-language reader: one face before five engines. It proposes; it never states a number that was not handed in. */
export function createReader(deps: ReaderDeps) {
  const { db, clock, log, events, audit, config, dataDir, forkReader = forkNodeChild, freeBytes = freeMemoryBytes } = deps
  const store = createSettingsStore(db, clock)
  const settings = createReaderSettings({ store, config })
  const manager = createModelManager({ db, clock, log, events, audit, settings: store, places: { own: join(dataDir, 'models'), shipped: join(appRoot(), 'models'), given: config.modelPath }, suggestedRepo })
  const http = deps.fetch === undefined ? {} : { fetch: deps.fetch }
  const token = createSealedSecret({ settings: store, keychain: deps.keychain ?? null, environment: config.hub.token, environmentName: 'HF_TOKEN', key: 'reader.hub-token', log })
  const downloads = createDownloads({ hub: createHub({ url: config.hub.url, token: token.current, ...http }), manager, db, clock, log, audit })
  const pool = createWorkerPool({ entry: 'reading/images/prepare', size: 2, maxHeapMb: 512 })
  const prepareDeps: PrepareDeps = { pool, renderFrame: deps.renderFrame }
  let current: { key: string, engine: Engine, leave: () => void } | null = null
  let isClosed = false
  const changed = throttled(() => { if (!isClosed) events.publish({ type: 'reader-changed' }) }, 200)

  const choice = (): Choice => chooseEngine(settings.get().mode, { model: manager.active(), config })
  const make = (chosen: Choice): Engine => {
    switch (chosen.engine) {
      case 'local': return createLocalEngine({ model: chosen.model, device: settings.get().device, fork: forkReader, clock, log, idleMs: config.idleMinutes * 60_000, freeBytes })
      case 'mock': return createMockEngine({ clock })
      case 'vertex': return vertexEngine({ config, clock, ...http })
      case 'openai': return openAiEngine({ config, clock, ...http })
      case null: throw new AppError('not-configured', chosen.why)
      default: return chosen satisfies never
    }
  }
  /** The engine of the choice that stands now; another choice ends the one before. */
  const engineNow = (chosen: Choice): Engine | null => {
    const key = chosen.engine === 'local' ? `local ${chosen.model.folder} ${chosen.model.weightsSha256} ${settings.get().device}` : chosen.engine ?? ''
    if (current?.key === key) return current.engine
    if (current !== null) {
      current.leave()
      current.engine.close().catch((error: unknown) => { log.error('engine-not-closed', error) })
      current = null
    }
    if (chosen.engine === null) return null
    const engine = make(chosen)
    current = { key, engine, leave: engine.subscribe(changed) }
    return engine
  }

  const prepare = async <T extends keyof TaskInputs>(task: T, input: TaskInputs[T], engine: Engine, { signal, onProgress }: ReadOptions): Promise<PreparedImages> => {
    const { imageSizePx, maxImages, maxImagesNote, tokensPerImage, promptTokensPerSecond } = engine.facts()
    const { maxSlices, maxMinutes } = settings.get()
    const options = {
      ...(signal === undefined ? {} : { signal }),
      onProgress: (imagesDone: number, imagesTotal: number) => { onProgress?.({ phase: 'preparing', position: 0, imagesDone, imagesTotal, secondsLeft: null }) }
    }
    // Which input belongs to which task is in the types of the callers; here only its kind is left.
    const given: { readonly [K in keyof TaskInputs]?: TaskInputs[K] } = { [task]: input }
    if (given['describe-study'] !== undefined) return prepareStudy(prepareDeps, given['describe-study'].images, imageSizePx, { maxImages, maxImagesNote, maxSlices, maxMinutes, tokensPerImage, promptTokensPerSecond }, options)
    if (given['second-look'] !== undefined) return prepareCandidate(prepareDeps, given['second-look'], imageSizePx, options)
    if (given['caption-chunk'] !== undefined) return prepareFrames(given['caption-chunk'], imageSizePx)
    return { images: [], available: 0, note: '' }
  }

  /** A remote engine that misses the form is told so and asked once more. */
  const ask = async (engine: Engine, asked: Asked, options: ReadOptions): Promise<Readonly<{ output: unknown, answer: EngineAnswer }>> => {
    const request = requestOf(asked)
    const first = await engine.read(request, options)
    const read = answerOf(first.text, asked.output)
    if (read.ok) return { output: read.output, answer: first }
    if (engine.facts().name === 'local') throw new AppError('internal', 'The reader wrote an answer that does not fit, which it should not be able to.')
    const again: EngineRequest = { ...request, parts: [...request.parts, { type: 'text', text: `\nYour last answer did not fit: ${read.why} Answer again with the JSON object alone.` }] }
    const second = await engine.read(again, options)
    const repaired = answerOf(second.text, asked.output)
    if (!repaired.ok) throw new AppError('cannot-decode', `The reader's answer had not the form that was asked for, twice (${repaired.why}) Nothing of it was kept.`)
    return { output: repaired.output, answer: second }
  }

  const readWith = async <T extends keyof TaskInputs>(engine: Engine, task: T, input: TaskInputs[T], options: ReadOptions): Promise<TaskResult> => {
    const { build, tell } = tasks[task]
    const { images, available, note } = await prepare(task, input, engine, options)
    const { output, answer } = await ask(engine, build(input, images), options)
    const given = images.flatMap(({ image: { ref } }) => (ref === null ? [] : [ref]))
    return { ...tell(output, input, images), images: { given, available, note }, output, run: answer.run, timing: answer.timing }
  }

  const factsNow = () => {
    const chosen = choice()
    return { chosen, facts: engineNow(chosen)?.facts() ?? null }
  }
  const summary = (): ReaderSummary => {
    const { chosen, facts } = factsNow()
    if (facts === null || chosen.engine === null) return { state: chosen.engine === null && chosen.isOff ? 'off' : 'none', text: chosen.engine === null && chosen.isOff ? 'switched off' : 'none installed', isMock: false, waiting: 0 }
    const place = facts.name === 'local' ? 'on this machine' : facts.name === 'mock' ? 'made-up answers' : 'over the network'
    const waiting = facts.queue.filter(({ isRunning }) => !isRunning).length
    return { state: facts.state, text: `${facts.model}${facts.dtype === null ? '' : ` (${facts.dtype})`}, ${place}`, isMock: facts.isMock, waiting }
  }

  return {
    models: { ...manager, list: async () => manager.list(downloads.list(), token.place(), token.canKeep) },
    downloads, summary,
    hubToken: {
      /** Whether the hub knew it; false where it could not be asked. Throws where it does not know it. */
      async set(secret: string, by: Principal): Promise<boolean> {
        const isKnown = await isTokenKnown(createHub({ url: config.hub.url, token: () => secret, ...http }))
        token.set(secret)
        audit.record({ actor: by.id, actorName: by.name, action: 'model.token', subject: 'hub', detail: { place: token.place() } })
        manager.changed()
        return isKnown
      },
      forget(by: Principal): void {
        token.forget()
        audit.record({ actor: by.id, actorName: by.name, action: 'model.token-forgotten', subject: 'hub' })
        manager.changed()
      }
    },
    settings: {
      get: settings.get,
      change(patch: z.infer<typeof ReaderSettingsPatch>, by: Principal): ReaderStatus['settings'] {
        const next = db.sqlite.transaction(() => {
          audit.record({ actor: by.id, actorName: by.name, action: 'reader.settings', subject: 'reader', detail: patch })
          return settings.change(patch)
        }).immediate()
        changed()
        return next
      }
    },
    isReadFirst: (): boolean => settings.get().isReadFirst,
    /** Null when it can read now. */
    whyNot(): string | null {
      const chosen = choice()
      return chosen.engine === null ? chosen.why : null
    },
    status(): ReaderStatus {
      const { chosen, facts } = factsNow()
      const remote = facts?.name === 'vertex' || facts?.name === 'openai' ? ['Images leave this machine: they are sent to the server that is set up, without names, numbers or dates.'] : []
      return {
        summary: summary(), settings: settings.get(), fixed: [...settings.fixed], engine: facts?.name ?? null, model: facts?.model ?? null, device: facts?.device ?? null,
        notes: [...(chosen.engine === null ? [chosen.why] : []), ...remote, ...(facts?.notes ?? []), ...(facts !== null && facts.maxImagesNote !== '' ? [`At most ${facts.maxImages} images at once: ${facts.maxImagesNote}.`] : [])],
        memory: facts?.memory ?? null, queue: [...(facts?.queue ?? [])]
      }
    },
    /** Reads. Throws an AppError with a sentence where it can't, or 'cancelled'. */
    async run<T extends keyof TaskInputs>(task: T, input: TaskInputs[T], options: ReadOptions = {}): Promise<TaskResult> {
      const chosen = choice()
      const engine = engineNow(chosen)
      if (engine === null || isClosed) throw new AppError('not-configured', chosen.engine === null ? chosen.why : 'The application is closing.')
      return readWith(engine, task, input, options)
    },
    /** The same on a server of the asker's own choice, whatever reads here. */
    async runOn<T extends keyof TaskInputs>(server: NonNullable<ReaderConfig['http']>, task: T, input: TaskInputs[T], options: ReadOptions = {}): Promise<TaskResult> {
      const engine = openAiEngine({ config: { ...config, http: server }, clock, ...http })
      try {
        return await readWith(engine, task, input, options)
      } finally {
        await engine.close()
      }
    },
    async start(): Promise<void> { await manager.clean() },
    async stop(): Promise<void> {
      isClosed = true
      await downloads.stop()
      current?.leave()
      await current?.engine.close()
      await pool.close()
    }
  }
}

async function isTokenKnown(hub: Pick<Hub, 'whoAmI'>): Promise<boolean> {
  try {
    await hub.whoAmI()
    return true
  } catch (error) {
    if (error instanceof HubTrouble) return false
    throw error
  }
}

/** At most once in a while, and once after the last. */
function throttled(act: () => void, everyMs: number): () => void {
  let timer: NodeJS.Timeout | null = null
  return () => {
    timer ??= setTimeout(() => { timer = null; act() }, everyMs)
    timer.unref()
  }
}
