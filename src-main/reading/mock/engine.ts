import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../../src-shared/errors.ts'
import type { ReadTask } from '../../../src-shared/reading.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Engine, EngineRequest } from '../engine.ts'
import { shortest, compileSchema, type Node } from '../schema/compile.ts'

const madeUp = 'Made-up text for trying the workstation; no model has seen these images.'
const pieceMs = 15

/** Fixed answers, so that everything around a reader can be tried without one. Nothing of it comes from an image, and everything says so. */
export function createMockEngine({ clock, delayMs = pieceMs }: Readonly<{ clock: Clock, delayMs?: number }>): Engine {
  const running = new Set<ReadTask>()
  const listeners = new Set<() => void>()
  let isClosed = false
  const changed = () => { for (const listener of listeners) listener() }

  const write = async (request: EngineRequest, text: string, onText: ((text: string) => void) | undefined, signal: AbortSignal | undefined) => {
    for (let end = 12; end < text.length + 12; end += 12) {
      signal?.throwIfAborted()
      if (isClosed) throw closing()
      await wait(delayMs)
      onText?.(text.slice(0, end))
    }
  }

  return {
    facts: () => ({
      name: 'mock', model: 'MOCK', weightsSha256: null, dtype: null, device: null, state: running.size > 0 ? 'running' : 'idle', notes: ['MOCK: fixed answers. Nothing comes from an image.'], imageSizePx: 896, tokensPerImage: 256,
      maxImages: 85, maxImagesNote: '', promptTokensPerSecond: null, memory: null, isMock: true, queue: [...running].map((task) => ({ task, isRunning: true }))
    }),
    async read(request, { signal, onText, onProgress } = {}) {
      if (isClosed) throw closing()
      const startedMs = clock.monotonicMs()
      const imagesTotal = request.parts.filter(({ type }) => type === 'image').length
      running.add(request.task)
      changed()
      try {
        if (signal?.aborted === true) throw new AppError('cancelled', 'The reading was cancelled.')
        onProgress?.({ phase: 'preparing', position: 0, imagesDone: 0, imagesTotal, secondsLeft: null })
        onProgress?.({ phase: 'writing', position: 0, imagesDone: imagesTotal, imagesTotal, secondsLeft: null })
        const text = filled(compileSchema(request.schema))
        await write(request, text, onText, signal)
        return {
          text, run: { engine: 'mock', model: 'MOCK', weightsSha256: null, dtype: null, device: null, promptVersion: request.promptVersion, settings: { maxNewTokens: request.maxNewTokens, temperature: 0, isConstrained: true, imageSizePx: null }, isMock: true },
          timing: { queuedMs: 0, firstTokenMs: 0, totalMs: clock.monotonicMs() - startedMs, promptTokens: null, generatedTokens: null }
        }
      } catch (error) {
        throw signal?.aborted === true ? new AppError('cancelled', 'The reading was cancelled.') : error
      } finally {
        running.delete(request.task)
        changed()
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    async close() { isClosed = true }
  }
}

const closing = () => new AppError('cancelled', 'The application is closing.')

/** One of each list, the first of each choice but the last where there are several, and our sentence for each text. */
function filled(node: Node): string {
  switch (node.type) {
    case 'literals': return node.texts.at(-1) ?? 'null'
    case 'string': return node.maxLength < madeUp.length ? shortest({ ...node, minLength: Math.max(1, node.minLength) }) : JSON.stringify(madeUp)
    case 'array': return `[${Array.from({ length: Math.max(node.minItems, Math.min(1, node.maxItems)) }, () => filled(node.item)).join(',')}]`
    case 'object': return `{${node.fields.map(({ key, value }) => `${JSON.stringify(key)}:${filled(value)}`).join(',')}}`
    case 'any': return filled(node.of.at(-1) ?? { type: 'literals', texts: ['null'] })
    default: return node satisfies never
  }
}
