import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../../src-shared/errors.ts'
import type { EngineName } from '../../../src-shared/reading.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Engine, EngineRequest, ReadOptions } from '../engine.ts'
import { jsonOf } from '../../platform/json.ts'
import { ChatReply, messagesOf, readStream, saidOf, type ChatBody, type Said } from './chat.ts'
import { failureOf, type Failure } from './failures.ts'

export type Address = Readonly<{ url: string, headers: Readonly<Record<string, string>> }>
export type RemoteDeps = Readonly<{
  name: Extract<EngineName, 'vertex' | 'openai'>
  /** As a sentence may name it: "Vertex", "The reader's server". */
  title: string, model: string
  clock: Clock
  /** Asked for each request: tokens live for an hour. */
  address: (signal: AbortSignal | undefined) => Promise<Address>
  /** Around or beside the chat request, for forms of the same question. */
  wrap?: (body: ChatBody) => ChatBody
  unwrap?: (reply: unknown) => unknown
  isStreaming: boolean
  maxBytes: number
  fetch?: typeof globalThis.fetch
}>

const retries = 2
const timeoutMs = 10 * 60_000
/** A picture of 896 × 896 as PNG inside JSON is rarely above this. */
const bytesPerImage = 900_000

/** A model behind chat completions, somewhere else. A question has no effect, so that asking again is safe; it may cost, so that it ends after three times. */
export function createRemoteEngine({ name, title, model, clock, address, wrap = (body) => body, unwrap = (reply) => reply, isStreaming, maxBytes, fetch = globalThis.fetch }: RemoteDeps): Engine {
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  const running: EngineRequest[] = []
  const notes = new Set<string>()
  let takesFormat = true
  const changed = () => { for (const listener of listeners) listener() }

  const bodyOf = async (request: EngineRequest): Promise<ChatBody> => wrap({
    model, messages: await messagesOf(request), max_tokens: request.maxNewTokens, temperature: 0, ...(isStreaming ? { stream: true } : {}),
    ...(takesFormat ? { response_format: { type: 'json_schema', json_schema: { name: request.task.replaceAll('-', '_'), strict: true, schema: request.schema } } } : {})
  })

  const post = async (request: EngineRequest, signal: AbortSignal, onText: (text: string) => void): Promise<Said | Failure> => {
    const text = JSON.stringify(await bodyOf(request))
    if (Buffer.byteLength(text) > maxBytes) throw new AppError('too-large', `The request is larger than ${title} takes. Let the reader send fewer slices under Settings, Reader.`)
    const { url, headers } = await address(signal)
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text, signal, redirect: 'error' })
    if (!response.ok) return failureOf(response.status, (await response.text()).slice(0, 20_000), title)
    if (isStreaming && response.body !== null && (response.headers.get('content-type') ?? '').includes('event-stream')) return readStream(response.body, onText)
    const reply = ChatReply.safeParse(unwrap(jsonOf(await response.text())))
    if (!reply.success) throw new AppError('cannot-decode', `${title} answered, but not with an answer of a model. Check its address.`)
    const said = saidOf(reply.data)
    onText(said.text)
    return said
  }

  const attempt = async (request: EngineRequest, signal: AbortSignal, onText: (text: string) => void): Promise<Said> => {
    for (let tries = 0; ; tries++) {
      const result = await post(request, signal, onText)
      if (!('error' in result)) return result
      if (result.refusesFormat && takesFormat) {
        takesFormat = false
        notes.add(`${title} does not hold answers to a form; they are checked when they come.`)
        continue
      }
      if (!result.mayRetry || tries >= retries) throw result.error
      await wait(1000 * 2 ** tries, undefined, { signal })
    }
  }

  const read = async (request: EngineRequest, { signal, onText, onProgress }: ReadOptions = {}) => {
    const startedMs = clock.monotonicMs()
    const imagesTotal = request.parts.filter(({ type }) => type === 'image').length
    const whole = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])])
    let firstTokenMs: number | null = null
    running.push(request)
    changed()
    try {
      whole.throwIfAborted()
      onProgress?.({ phase: 'reading', position: 0, imagesDone: 0, imagesTotal, secondsLeft: null })
      const { text, promptTokens, generatedTokens } = await attempt(request, whole, (so) => {
        if (firstTokenMs === null) onProgress?.({ phase: 'writing', position: 0, imagesDone: imagesTotal, imagesTotal, secondsLeft: null })
        firstTokenMs ??= clock.monotonicMs() - startedMs
        onText?.(so)
      })
      return {
        text, run: { engine: name, model, weightsSha256: null, dtype: null, device: null, promptVersion: request.promptVersion, settings: { maxNewTokens: request.maxNewTokens, temperature: 0, isConstrained: takesFormat, imageSizePx: 896 }, isMock: false },
        timing: { queuedMs: 0, firstTokenMs, totalMs: clock.monotonicMs() - startedMs, promptTokens, generatedTokens }
      }
    } catch (error) {
      if (closing.signal.aborted) throw new AppError('cancelled', 'The application is closing.')
      if (signal?.aborted === true) throw new AppError('cancelled', 'The reading was cancelled.')
      if (error instanceof AppError) throw error
      throw new AppError('busy', whole.aborted ? `${title} did not answer in time.` : `${title} can't be reached. Everything else goes on without it.`, { cause: error })
    } finally {
      running.splice(running.indexOf(request), 1)
      changed()
    }
  }

  return {
    read,
    facts: () => ({
      name, model, weightsSha256: null, dtype: null, device: null, state: running.length > 0 ? 'running' : 'idle', notes: [...notes], imageSizePx: 896, tokensPerImage: 256, maxImages: Math.max(1, Math.min(85, Math.floor(maxBytes / bytesPerImage))),
      maxImagesNote: maxBytes / bytesPerImage < 85 ? `${title} takes requests of at most ${Math.round(maxBytes / 1e5) / 10} MB` : '', promptTokensPerSecond: null, memory: null, isMock: false, queue: running.map(({ task }) => ({ task, isRunning: true }))
    }),
    subscribe(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    async close() { closing.abort() }
  }
}
