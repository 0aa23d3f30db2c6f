import { parentPort } from 'node:worker_threads'
import { AppError } from '../../src-shared/errors.ts'
import type { FromWorker, ToWorker } from './workers.ts'

export type WorkerContext = Readonly<{ signal: AbortSignal, progress: (value: unknown) => void }>
export type WorkerOutput = Readonly<{ output: unknown, transfer?: readonly ArrayBuffer[] }>
export type WorkerHandlers = Readonly<Record<string, (input: unknown, context: WorkerContext) => Promise<WorkerOutput> | WorkerOutput>>

/** The other end of `createWorkerPool`: call it at the bottom of a `*.worker.ts`. */
export function serveWorker(handlers: WorkerHandlers): void {
  const port = parentPort
  if (port === null) throw new Error('This file runs only as a worker.')
  const aborts = new Map<number, AbortController>()
  const send = (message: FromWorker, transfer: readonly ArrayBuffer[] = []) => { port.postMessage(message, [...transfer]) }

  const work = async (id: number, name: string, input: unknown) => {
    const controller = new AbortController()
    aborts.set(id, controller)
    try {
      const handler = handlers[name]
      if (handler === undefined) throw new Error(`No task is called ${name}.`)
      const { output, transfer } = await handler(input, { signal: controller.signal, progress: (progress) => { send({ id, progress }) } })
      send({ id, output }, transfer)
    } catch (error) {
      // A library that was told to stop throws an error of its own; whoever told it to knows only ours.
      send({ id, error: describe(controller.signal.aborted ? controller.signal.reason : error) })
    } finally {
      aborts.delete(id)
    }
  }

  port.on('message', (message: ToWorker) => {
    if ('abort' in message) aborts.get(message.id)?.abort(new AppError('cancelled', 'It was cancelled.'))
    else void work(message.id, message.name, message.input)
  })
}

function describe(error: unknown): { code: string, message: string, stack: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message, stack: '' }
  if (error instanceof Error) return { code: '', message: error.message, stack: error.stack ?? '' }
  return { code: '', message: String(error), stack: '' }
}
