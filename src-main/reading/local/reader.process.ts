import { setPriority } from 'node:os'
import { createFeatureCache, decode, type Step } from './decode.ts'
import { loadModel, type LoadedModel } from './model.ts'
import type { PromptPart } from '../engine.ts'
import type { FromReader, ToReader } from './protocol.ts'

/** The reader's own process. It hears one request at a time, says how it goes, and ends when nobody listens any more. */
const everyMs = 100
/** Electron's utility processes speak through a port of their own. */
const electronPort = (process as { parentPort?: { on: (event: 'message', listener: (event: { data: ToReader }) => void) => void, postMessage: (message: FromReader) => void } }).parentPort

let model: LoadedModel | null = null
const cache = createFeatureCache()
const running = new Map<number, AbortController>()
/** Prompts that are still being handed over. */
const handed = new Map<number, PromptPart[]>()

function say(message: FromReader): void {
  if (electronPort !== undefined) electronPort.postMessage(message)
  else if (process.connected) process.send?.(message)
}

async function load({ folder, dtype, device }: Extract<ToReader, { type: 'load' }>): Promise<void> {
  const startedMs = performance.now()
  try {
    model = await loadModel({ folder, dtype, device })
    say({ type: 'loaded', loadMs: performance.now() - startedMs })
  } catch (error) {
    say({ type: 'load-failed', message: error instanceof Error ? error.message.split('\n')[0]?.slice(0, 300) ?? '' : 'unknown' })
  }
}

async function read({ id, system, schema, maxNewTokens }: Extract<ToReader, { type: 'read' }>): Promise<void> {
  const parts = handed.get(id) ?? []
  handed.delete(id)
  const controller = new AbortController()
  running.set(id, controller)
  let saidMs = Number.NEGATIVE_INFINITY
  let phase = ''
  let latest = ''
  const report = (step: Step) => {
    if (step.phase === phase && performance.now() - saidMs < everyMs) return
    saidMs = performance.now()
    phase = step.phase
    say({ type: 'progress', id, ...step })
    if (latest !== '') say({ type: 'text', id, text: latest })
  }
  try {
    if (model === null) throw new Error('No model is loaded.')
    const decoded = await decode(model, cache, { system, parts, schema, maxNewTokens }, { signal: controller.signal, onStep: report, onText: (text) => { latest = text } })
    say({ type: 'text', id, text: decoded.text })
    say({ type: 'done', id, ...decoded })
  } catch (error) {
    const kind = controller.signal.aborted ? 'aborted' : 'model'
    say({ type: 'failed', id, kind, message: error instanceof Error ? error.message.split('\n')[0]?.slice(0, 300) ?? '' : 'unknown' })
  } finally {
    running.delete(id)
  }
}

function hear(message: ToReader): void {
  switch (message.type) {
    case 'load': void load(message); return
    case 'read': void read(message); return
    case 'part': handed.set(message.id, [...handed.get(message.id) ?? [], message.part]); return
    case 'abort': handed.delete(message.id); running.get(message.id)?.abort(); return
    default: message satisfies never
  }
}

// The window must stay quick while the reader takes every processor.
try { setPriority(10) } catch (error) { if (!(error instanceof Error)) throw error }
if (electronPort !== undefined) electronPort.on('message', ({ data }) => { hear(data) })
else {
  process.on('message', (message) => { hear(message as ToReader) })
  process.on('disconnect', () => { process.exit(0) })
}
