import { z } from 'zod'
import { SendFault, type NewEntry, type OutboxKind } from '../../platform/outbox-types.ts'

/** A caption as the receiving service names its fields. `windowId` is the same whenever the same window is meant: the service keeps one of them. */
export const CaptionWindow = z.object({
  windowId: z.string().min(1), timestamp: z.number(), chunkStartS: z.number(), chunkEndS: z.number(), caption: z.string(), latencyMs: z.number().nullable(), tokensGenerated: z.int().nullable()
})
export type CaptionWindow = z.infer<typeof CaptionWindow>
export type CaptionsDeps = Readonly<{ config: Readonly<{ url: string, magicWord: string }> | null, fetch?: typeof globalThis.fetch, timeoutMs?: number, enqueue: (entry: NewEntry) => string }>

const Answer = z.object({ success: z.literal(true), windowId: z.string() })
const Health = z.looseObject({})
const day = 24 * 3600 * 1000

/** Hands captions on to the service of `WORKER_BASE_URL`. Where nothing is set, nothing is queued. */
export function createCaptions({ config, fetch = globalThis.fetch, timeoutMs = 5000, enqueue }: CaptionsDeps) {
  const base = config === null ? null : new URL(config.url.endsWith('/') ? config.url : `${config.url}/`)
  const ask = async (path: string, init: RequestInit, signal: AbortSignal): Promise<Response> => {
    if (base === null) throw new SendFault('refused', 'Nothing is set up that takes captions any more.')
    try {
      return await fetch(new URL(path, base), { ...init, redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw new SendFault('offline', 'The service that takes captions does not answer.', { cause: error })
    }
  }
  const jsonOf = async (response: Response): Promise<unknown> => {
    try { return await response.json() } catch (error) {
      if (error instanceof SyntaxError) return undefined
      throw new SendFault('offline', 'The connection to the service that takes captions broke off.', { cause: error })
    }
  }
  const portal = () => new SendFault('offline', 'Something else than the service that takes captions answered: perhaps a sign-in page of this network.')

  const kind: OutboxKind<CaptionWindow> = {
    kind: 'caption-forward', target: 'captions', payload: CaptionWindow, concurrency: 2, deadlineMs: 7 * day, maxAttempts: 20,
    async send(window, { signal }) {
      const body = JSON.stringify(Object.fromEntries(Object.entries(window).filter(([, value]) => value !== null)))
      const response = await ask('captions/upload', { method: 'POST', headers: { 'content-type': 'application/json', 'x-magic-word': config?.magicWord ?? '' }, body }, signal)
      if (response.status >= 300 && response.status < 400) throw portal()
      if (response.status === 401 || response.status === 403) throw new SendFault('refused', 'The service that takes captions does not know our word. Check MAGIC_WORD.')
      if (response.status === 404) throw new SendFault('refused', 'There is no service that takes captions at this address. Check WORKER_BASE_URL.')
      if (response.status === 408 || response.status === 429 || response.status >= 500) throw new SendFault('later', 'The service that takes captions is not able to take one at the moment.', { retryAfterMs: secondsOf(response.headers.get('retry-after')) })
      if (!response.ok) throw new SendFault('never', `The service does not take this caption (status ${response.status}).`)
      const answer = Answer.safeParse(await jsonOf(response))
      if (!answer.success || answer.data.windowId !== window.windowId) throw portal()
      return { place: `captions/${window.windowId}`, checksum: '', bytes: Buffer.byteLength(body) }
    },
    // The service keeps one of each window: to send it again is to ask.
    lookUp: async () => 'absent'
  }
  return {
    kind, isOn: config !== null,
    /** Call it inside the transaction that stores the caption. Null where nothing is set up. */
    forward(window: CaptionWindow, by: string): string | null {
      if (config === null) return null
      return enqueue({ kind: kind.kind, key: window.windowId, payload: CaptionWindow.parse(window), by })
    },
    async probe(signal: AbortSignal): Promise<void> {
      const response = await ask('health', {}, signal)
      if (response.status >= 500) throw new SendFault('offline', 'The service that takes captions is not able to answer at the moment.')
      if (!response.ok || !Health.safeParse(await jsonOf(response)).success) throw portal()
    }
  }
}

const secondsOf = (text: string | null): number | null => (text !== null && /^\d+$/.test(text) ? Number(text) * 1000 : null)
