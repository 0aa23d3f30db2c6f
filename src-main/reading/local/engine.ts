import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '../../../src-shared/errors.ts'
import type { Device, ReadProgress } from '../../../src-shared/reading.ts'
import type { ForkChild } from '../../platform/child-process.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Engine, EngineAnswer, EngineFacts, EngineState } from '../engine.ts'
import { startReaderChild, type ReaderChild } from './child.ts'
import { deviceNames, devicesToTry, type RealDevice } from './devices.ts'
import { estimateMemory, gigabytes, type ModelMemory } from './memory.ts'
import type { FromReader } from './protocol.ts'
import { createQueue, type Waiting } from './queue.ts'

export type LocalModel = Readonly<{ folder: string, name: string, dtype: string, weightsSha256: string, isTestModel: boolean }>
export type LocalEngineDeps = Readonly<{
  model: LocalModel, device: Device, fork: ForkChild, clock: Clock, log: Log, idleMs: number, freeBytes: () => number
  /** How long a process that was asked to stop may take before it is ended, and how long loading may take on one device. */
  cancelGraceMs?: number, loadTimeoutMs?: number
  /** A process that says nothing for so long while it works hangs. */
  silenceMs?: number
}>

type Loaded = { readonly child: ReaderChild, readonly device: RealDevice }
type Speed = { msPerImage: number | null, promptTokensPerSecond: number | null, msPerToken: number | null }
const trainedOnImages = 85

/**
 * MedGemma on this machine, in a process of its own that is started for the first request and ended when idle. Whatever happens to that
 * process (a crash, no memory, a hang), the application goes on: the request is taken up once more by a fresh one, then fails with a sentence.
 */
export function createLocalEngine(deps: LocalEngineDeps): Engine {
  const { model, clock, log, freeBytes, cancelGraceMs = 600, loadTimeoutMs = 15 * 60_000, silenceMs = 10 * 60_000 } = deps
  const queue = createQueue()
  const listeners = new Set<() => void>()
  const notes = new Map<string, string>()
  const badDevices = new Set<RealDevice>()
  const speed: Speed = { msPerImage: null, promptTokensPerSecond: null, msPerToken: null }
  let memory: ModelMemory | null = null
  let loaded: Loaded | null = null
  let loading: { child: ReaderChild, device: RealDevice } | null = null
  let running: Waiting | null = null
  let state: EngineState = 'idle'
  let idleTimer: NodeJS.Timeout | null = null
  let isClosed = false
  let nextId = 1

  const changed = () => { for (const listener of listeners) listener() }
  const become = (next: EngineState) => { if (state !== next) { state = next; changed() } }
  const memoryOf = () => { memory ??= estimateMemory(model.folder, model.dtype); return memory }
  const runOf = (request: Waiting['request'], device: RealDevice): EngineAnswer['run'] => ({
    engine: 'local', model: model.name, weightsSha256: model.weightsSha256, dtype: model.dtype, device, promptVersion: request.promptVersion,
    settings: { maxNewTokens: request.maxNewTokens, temperature: 0, isConstrained: true, imageSizePx: memoryOf().imageSizePx }, isMock: false
  })

  const unload = () => {
    loaded?.child.kill()
    loading?.child.kill()
    loaded = null
    become('idle')
  }
  const settle = (entry: Waiting, act: () => void) => {
    if (running === entry) running = null
    if (!entry.isCancelled) act()
    if (isClosed) return
    become(loaded === null && running === null && state === 'loading' ? 'idle' : state === 'failed' ? 'failed' : 'idle')
    changed()
    pump()
  }

  const tellPositions = () => {
    for (const [index, entry] of queue.ordered().entries()) {
      entry.options.onProgress?.({ phase: 'waiting', position: index + (running === null ? 0 : 1), imagesDone: 0, imagesTotal: imagesIn(entry), secondsLeft: null })
    }
  }

  const pump = () => {
    if (idleTimer !== null) clearTimeout(idleTimer)
    idleTimer = null
    if (running !== null || isClosed) return
    const entry = queue.take()
    if (entry === null) {
      idleTimer = setTimeout(unload, deps.idleMs)
      idleTimer.unref()
      return
    }
    running = entry
    entry.startedMs = clock.monotonicMs()
    tellPositions()
    perform(entry).then(
      (answer) => { settle(entry, () => { entry.resolve(answer) }) },
      (error: unknown) => {
        const isCrash = error instanceof ProcessEnded
        if (isCrash && entry.attempts < 2 && !entry.isCancelled && !isClosed) {
          log.warn('reader-process-ended', { reason: error.message, attempt: entry.attempts })
          running = null
          queue.add(entry)
          pump()
          return
        }
        settle(entry, () => { entry.reject(isCrash ? endedTwice(error.message) : error) })
      })
  }

  const perform = async (entry: Waiting): Promise<EngineAnswer> => {
    entry.attempts++
    const { child, device } = loaded ?? await load(entry)
    if (entry.isCancelled) throw cancelled()
    become('running')
    const done = await converse(child, entry)
    Object.assign(speed, Object.fromEntries(Object.entries({ msPerImage: done.msPerImage, promptTokensPerSecond: done.promptTokensPerSecond, msPerToken: done.msPerToken }).filter(([, value]) => value !== null)))
    return {
      text: done.text, run: runOf(entry.request, device),
      timing: { queuedMs: entry.startedMs - entry.enqueuedMs, firstTokenMs: done.firstTokenMs, totalMs: clock.monotonicMs() - entry.enqueuedMs, promptTokens: done.promptTokens, generatedTokens: done.generatedTokens }
    }
  }

  /** Tries one device after the other; why one did not work is kept and shown. */
  const load = async (entry: Waiting): Promise<Loaded> => {
    refuseIfTooLarge(memoryOf().loadBytes, freeBytes())
    become('loading')
    entry.options.onProgress?.({ phase: 'loading', position: 0, imagesDone: 0, imagesTotal: imagesIn(entry), secondsLeft: null })
    for (const device of devicesToTry(deps.device).filter((one) => !badDevices.has(one))) {
      const child = startReaderChild(deps.fork, () => { if (loaded?.child === child) { loaded = null; changed() } })
      loading = { child, device }
      const why = await loadOn(child, device)
      loading = null
      if (entry.isCancelled && why !== null) throw cancelled()
      if (why === null) {
        loaded = { child, device }
        notes.delete('failed')
        return loaded
      }
      child.kill()
      notes.set(device, `${deviceNames[device]} can not be used: ${why}`)
      if (device !== 'cpu') badDevices.add(device)
    }
    become('failed')
    const why = notes.get('cpu') ?? 'no device is left to try.'
    throw new AppError('not-configured', `The model could not be loaded: ${why} Check it under Settings, Models, or bring it in again.`)
  }

  /** Null when it has loaded, else why not. */
  const loadOn = (child: ReaderChild, device: RealDevice) => new Promise<string | null>((done) => {
    const timer = setTimeout(() => { done('it did not answer while loading.') }, loadTimeoutMs)
    const end = (why: string | null) => { clearTimeout(timer); done(why) }
    child.listen((message) => {
      if (message.type === 'loaded') end(null)
      if (message.type === 'load-failed') end(sentence(message.message))
    }, (reason) => { end(`its process ended while loading (${reason}).`) })
    child.send({ type: 'load', folder: model.folder, dtype: model.dtype, device })
  })

  const converse = (child: ReaderChild, entry: Waiting) => new Promise<Extract<FromReader, { type: 'done' }>>((resolve, reject) => {
    const { id, request, options } = entry
    let silence: NodeJS.Timeout | undefined
    const heard = () => { clearTimeout(silence); silence = setTimeout(() => { child.kill() }, silenceMs) }
    const end = (act: () => void) => { clearTimeout(silence); act() }
    child.listen((message) => {
      if (!('id' in message) || message.id !== id) return
      heard()
      switch (message.type) {
        case 'progress': options.onProgress?.(progressOf(message, speed)); return
        case 'text': options.onText?.(message.text); return
        case 'done': end(() => { resolve(message) }); return
        case 'failed': end(() => { reject(message.kind === 'aborted' ? cancelled() : failedOf(message.message)) }); return
        default: message satisfies never
      }
    }, (reason) => { end(() => { reject(new ProcessEnded(reason)) }) })
    heard()
    const hand = async () => {
      for (const part of request.parts) {
        if (entry.isCancelled) {
          child.send({ type: 'abort', id })
          end(() => { reject(cancelled()) })
          return
        }
        child.send({ type: 'part', id, part })
        // Streams and windows are answered between two images.
        await nextTurn()
      }
      child.send({ type: 'read', id, system: request.system, schema: request.schema, maxNewTokens: request.maxNewTokens })
    }
    hand().catch((error: unknown) => { end(() => { reject(error) }) })
  })

  /** The caller hears at once; the process is asked, and ended if it does not hear in time. */
  const cancel = (entry: Waiting) => {
    entry.isCancelled = true
    entry.reject(cancelled())
    if (queue.remove(entry)) { tellPositions(); changed(); return }
    if (running !== entry) return
    const child = loaded?.child ?? null
    if (child === null) {
      // Loading for nobody. Others that wait load it again.
      loading?.child.kill()
      return
    }
    child.send({ type: 'abort', id: entry.id })
    const timer = setTimeout(() => { if (running === entry) child.kill() }, cancelGraceMs)
    timer.unref()
  }

  return {
    facts: () => factsOf({ model, memory: tryMemory(memoryOf), free: freeBytes(), loaded, state, notes: [...notes.values()], speed, queue: [...(running === null ? [] : [{ task: running.request.task, isRunning: true }]), ...queue.ordered().map(({ request }) => ({ task: request.task, isRunning: false }))] }),
    read: (request, options = {}) => new Promise((resolve, reject) => {
      if (isClosed) { reject(new AppError('cancelled', 'The application is closing.')); return }
      if (options.signal?.aborted === true) { reject(cancelled()); return }
      const entry: Waiting = { id: nextId++, request, options, enqueuedMs: clock.monotonicMs(), startedMs: 0, attempts: 0, isCancelled: false, resolve: (answer) => { release(); resolve(answer) }, reject: (error) => { release(); reject(error) } }
      const onAbort = () => { cancel(entry) }
      const release = () => { options.signal?.removeEventListener('abort', onAbort) }
      options.signal?.addEventListener('abort', onAbort, { once: true })
      queue.add(entry)
      changed()
      pump()
      tellPositions()
    }),
    subscribe(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    async close() {
      isClosed = true
      if (idleTimer !== null) clearTimeout(idleTimer)
      for (const entry of [...queue.ordered(), ...(running === null ? [] : [running])]) { entry.isCancelled = true; entry.reject(new AppError('cancelled', 'The application is closing.')) }
      loaded?.child.kill()
      loading?.child.kill()
    }
  }
}

class ProcessEnded extends Error {}

const cancelled = () => new AppError('cancelled', 'The reading was cancelled.')
const imagesIn = ({ request }: Waiting) => request.parts.filter(({ type }) => type === 'image').length
const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`)

function endedTwice(reason: string): AppError {
  return new AppError('internal', `The reader's process ended twice over this request (${reason}), most likely for want of memory. Close other programs, or let it read fewer slices under Settings, Reader.`)
}

function failedOf(message: string): AppError {
  return new AppError('cannot-decode', `The model could not answer: ${sentence(message)}`)
}

function refuseIfTooLarge(need: number, free: number): void {
  if (need > free) throw new AppError('too-large', `The model needs about ${gigabytes(need)} of memory and ${gigabytes(free)} are free. Close other programs, or choose a smaller dtype under Settings, Models.`)
}

function tryMemory(ask: () => ModelMemory): ModelMemory | null {
  try {
    return ask()
  } catch (error) {
    // A damaged folder: said by the model manager, and at the first read.
    if (error instanceof Error) return null
    throw error
  }
}

type Known = Readonly<{ model: LocalModel, memory: ModelMemory | null, free: number, loaded: Loaded | null, state: EngineState, notes: readonly string[], speed: Speed, queue: EngineFacts['queue'] }>

function factsOf({ model, memory, free, loaded, state, notes, speed, queue }: Known): EngineFacts {
  const { loadBytes, imageBytes, tokensPerImage, imageSizePx } = memory ?? { loadBytes: 0, imageBytes: 1, tokensPerImage: 256, imageSizePx: 896 }
  const room = Math.floor(Math.max(0, free - (loaded === null ? loadBytes : loadBytes / 10)) / imageBytes)
  const maxImages = Math.max(1, Math.min(trainedOnImages, room))
  return {
    name: 'local', model: model.name, weightsSha256: model.weightsSha256, dtype: model.dtype, device: loaded?.device ?? null, state, notes, imageSizePx, tokensPerImage, maxImages,
    maxImagesNote: maxImages < trainedOnImages ? `the free memory of this machine (${gigabytes(free)}) has room for no more` : '',
    promptTokensPerSecond: speed.promptTokensPerSecond, memory: { needBytes: loadBytes, freeBytes: free }, isMock: false, queue
  }
}

function progressOf({ phase, imagesDone, imagesTotal, tokensDone, tokensTotal }: Extract<FromReader, { type: 'progress' }>, { msPerImage, promptTokensPerSecond, msPerToken }: Speed): ReadProgress {
  const images = phase === 'preparing' ? (imagesTotal - imagesDone) * (msPerImage ?? Number.NaN) / 1000 : 0
  const prompt = phase === 'writing' ? 0 : (tokensTotal - tokensDone) / (promptTokensPerSecond ?? Number.NaN)
  const writing = (phase === 'writing' ? tokensTotal - tokensDone : 300) * (msPerToken ?? Number.NaN) / 1000
  const left = images + prompt + writing
  return { phase, position: 0, imagesDone, imagesTotal, secondsLeft: Number.isFinite(left) ? left : null }
}
