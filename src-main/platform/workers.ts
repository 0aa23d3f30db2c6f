import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { AppError, errorCodes, type ErrorCode } from '../../src-shared/errors.ts'

export type WorkerTask = Readonly<{ name: string, input: unknown, transfer?: readonly ArrayBuffer[], signal?: AbortSignal, onProgress?: (value: unknown) => void, timeoutMs?: number }>
export type WorkerPool = Readonly<{ run: (task: WorkerTask) => Promise<unknown>, close: () => Promise<void> }>
export type WorkerPoolOptions = Readonly<{
  /** `studies/parse` means `src-main/studies/parse.worker.ts` in the sources and `parse.worker.js` beside the bundle. */
  entry: string
  size?: number
  maxHeapMb?: number
}>

/** What crosses the thread boundary. */
export type ToWorker = { id: number, name: string, input: unknown } | { id: number, abort: true }
export type FromWorker =
  | { id: number, progress: unknown }
  | { id: number, output: unknown }
  | { id: number, error: { code: string, message: string, stack: string } }

type Waiting = { task: WorkerTask, resolve: (output: unknown) => void, reject: (error: unknown) => void, taken: () => void }
type Slot = { worker: Worker, current: (Waiting & { id: number, release: () => void }) | null }

/** How long a task that was told to stop may take to do so. */
const abortGraceMs = 2000

/**
 * A pool of `worker_threads`. A task that crashes, runs out of memory or out of time ends alone: its thread is replaced, the others go on.
 * One task a thread at a time; results come back typed as unknown and are narrowed by the caller's wrapper.
 */
export function createWorkerPool({ entry, size = Math.max(1, availableParallelism()), maxHeapMb = 1024 }: WorkerPoolOptions): WorkerPool {
  const slots: Slot[] = []
  const queue: Waiting[] = []
  let nextId = 1
  let isClosed = false

  const spawn = (): Slot => {
    const worker = new Worker(workerUrl(entry), { name: entry, resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } })
    const slot: Slot = { worker, current: null }
    worker.unref()
    worker.on('message', (message: FromWorker) => { receive(slot, message) })
    worker.on('error', (error) => { fail(slot, error) })
    worker.on('messageerror', (error) => { fail(slot, error) })
    worker.on('exit', () => { fail(slot, new AppError('internal', 'A worker stopped before its task was done.')) })
    slots.push(slot)
    return slot
  }

  const receive = (slot: Slot, message: FromWorker) => {
    const { current } = slot
    if (current === null || current.id !== message.id) return
    if ('progress' in message) {
      try { current.task.onProgress?.(message.progress) } catch (error) { fail(slot, error) }
      return
    }
    current.release()
    slot.current = null
    if ('output' in message) current.resolve(message.output)
    else current.reject(toError(message.error))
    next()
  }

  const fail = (slot: Slot, error: unknown) => {
    const index = slots.indexOf(slot)
    if (index >= 0) slots.splice(index, 1)
    const { current } = slot
    slot.current = null
    current?.release()
    current?.reject(error)
    void slot.worker.terminate()
    if (!isClosed) next()
  }

  const next = () => {
    while (queue.length > 0) {
      const slot = slots.find((candidate) => candidate.current === null) ?? (slots.length < size ? spawn() : undefined)
      if (slot === undefined) return
      const waiting = queue.shift()
      waiting?.taken()
      if (waiting !== undefined) begin(slot, waiting)
    }
  }

  const begin = (slot: Slot, waiting: Waiting) => {
    const { task } = waiting
    const id = nextId++
    let timer = task.timeoutMs === undefined ? undefined : setTimeout(() => {
      fail(slot, new AppError('internal', `A worker did not answer within ${task.timeoutMs} ms.`))
    }, task.timeoutMs)
    const onAbort = () => {
      slot.worker.postMessage({ id, abort: true } satisfies ToWorker)
      clearTimeout(timer)
      // A thread that computes without a pause can't hear; it is not waited for.
      timer = setTimeout(() => { fail(slot, task.signal?.reason) }, abortGraceMs)
    }
    const release = () => {
      task.signal?.removeEventListener('abort', onAbort)
      clearTimeout(timer)
      // A last answer may come in while `close` waits for the thread's end; without a reference Node would leave in the middle of that wait.
      if (!isClosed) slot.worker.unref()
    }
    slot.current = { ...waiting, id, release }
    slot.worker.ref()
    task.signal?.addEventListener('abort', onAbort, { once: true })
    try {
      slot.worker.postMessage({ id, name: task.name, input: task.input } satisfies ToWorker, [...(task.transfer ?? [])])
    } catch (error) {
      fail(slot, error)
    }
  }

  return {
    run: (task) => new Promise((resolve, reject) => {
      if (isClosed) { reject(new AppError('cancelled', 'The application is closing.')); return }
      if (task.signal?.aborted === true) { reject(task.signal.reason); return }
      const leaveQueue = () => {
        queue.splice(queue.indexOf(waiting), 1)
        reject(task.signal?.reason)
      }
      const waiting: Waiting = { task, resolve, reject, taken: () => { task.signal?.removeEventListener('abort', leaveQueue) } }
      queue.push(waiting)
      task.signal?.addEventListener('abort', leaveQueue, { once: true })
      next()
    }),
    async close() {
      isClosed = true
      for (const waiting of queue.splice(0)) {
        waiting.taken()
        waiting.reject(new AppError('cancelled', 'The application is closing.'))
      }
      await Promise.all(slots.splice(0).map((slot) => slot.worker.terminate()))
    }
  }
}

/** Sources run as they are under Node's type stripping; in a build every worker is an entry of its own beside the bundle. */
export function workerUrl(entry: string): URL {
  const name = entry.split('/').at(-1) ?? entry
  return import.meta.url.endsWith('.ts')
    ? new URL(`../${entry}.worker.ts`, import.meta.url)
    : new URL(`./${name}.worker.js`, import.meta.url)
}

function toError({ code, message, stack }: { code: string, message: string, stack: string }): Error {
  const known = errorCodes.find((candidate): candidate is ErrorCode => candidate === code)
  if (known !== undefined) return new AppError(known, message)
  const error = new Error(message)
  error.stack = stack
  return error
}
