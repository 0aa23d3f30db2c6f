import { z } from 'zod'
import { jsonOf } from '../../platform/json.ts'
import { isNotReached } from '../../platform/not-reached.ts'
import { SendFault, type OutboxKind } from '../../platform/outbox-types.ts'
import type { SealedSecret } from '../../platform/sealed-secret.ts'

/** What leaves is a fixed sentence with a number of ours: the receiver is an agent that acts on text, and no patient's data belongs there. */
export const NoticeMessage = z.object({ interventionId: z.int().positive() })
export type NoticeMessage = z.infer<typeof NoticeMessage>
export const noticeText = ({ interventionId }: NoticeMessage): string => `Vigil notice ${interventionId}: please look at the Glasses screen of the workstation now.`

export type PokeDeps = Readonly<{ url: string, key: SealedSecret, sent: (notice: NoticeMessage) => void, fetch?: typeof globalThis.fetch, timeoutMs?: number }>
/** Thrown where Poke was asked and did not take it. `status` null: no answer. */
export class PokeRefused extends Error {
  override readonly name = 'PokeRefused'
  readonly status: number | null
  constructor(status: number | null, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.status = status
  }
}
const Accepted = z.looseObject({ success: z.literal(true) })

/** One message to the owner of the key. It is queued for an agent there, which words it in its own way: accepted is not delivered. */
export function createPoke({ url, key, sent, fetch = globalThis.fetch, timeoutMs = 10_000 }: PokeDeps) {
  const post = async (secret: string, body: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<unknown> => {
    let response: Response
    try {
      const limit = AbortSignal.timeout(timeoutMs)
      // The key never follows to another host.
      response = await fetch(url, { method: 'POST', redirect: 'error', headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` }, body: JSON.stringify(body), signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) })
    } catch (error) {
      throw new PokeRefused(null, 'Poke does not answer.', error)
    }
    const text = await response.text().catch((error: unknown) => { throw new PokeRefused(null, 'The connection to Poke broke off.', error) })
    if (response.status === 401) throw new PokeRefused(401, 'Poke does not know this key: it is wrong, or of another generation than the address (POKE_URL).')
    if (response.status === 403) throw new PokeRefused(403, 'The key may not send messages.')
    if (response.status === 429) throw new PokeRefused(429, 'Poke asks to send less often.')
    if (!response.ok) throw new PokeRefused(response.status, `Poke answered with status ${response.status}.`)
    const answer = Accepted.safeParse(jsonOf(text))
    if (!answer.success) throw new PokeRefused(response.status, 'Poke did not accept the message.')
    // The older answer carries the owner's telephone number.
    const { phoneNumber: _phone, ...rest } = answer.data
    return rest
  }
  const kind: OutboxKind<NoticeMessage> = {
    kind: 'notice-poke', target: 'notification', payload: NoticeMessage, concurrency: 1, deadlineMs: 15 * 60_000, maxAttempts: 3,
    whyNot: () => (key.current() === null ? 'The key of Poke was taken away.' : null),
    async send(payload, { signal, id }) {
      const secret = key.current()
      if (secret === null) throw new SendFault('refused', 'There is no key of Poke.')
      try {
        await post(secret, { message: noticeText(payload), event: 'vigil-notice', outbox_id: id }, signal)
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw faultOf(error)
      }
      return { place: 'poke', checksum: '', bytes: 0 }
    },
    onDone: sent,
    // No lookUp: Poke tells of no message. An unknown outcome waits for a person, so that nobody is told twice.
  }
  return {
    kind,
    /** Whether anything of Poke answers at that address; nothing is sent. */
    async probe(signal: AbortSignal): Promise<void> {
      if (key.current() === null) throw new SendFault('paused', 'There is no key of Poke.')
      const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal }).catch((error: unknown) => { throw new SendFault('offline', 'Poke does not answer.', { cause: error }) })
      if (response.status >= 300 && response.status < 400) throw new SendFault('offline', 'Something else than Poke answered: perhaps a sign-in page of this network.')
      if (response.status >= 500) throw new SendFault('offline', 'Poke is not able to answer at the moment.')
    },
    hasKey: () => key.current() !== null,
    send: async (secret: string, message: string): Promise<unknown> => post(secret, { message })
  }
}
export type Poke = ReturnType<typeof createPoke>

function faultOf(error: unknown): unknown {
  if (!(error instanceof PokeRefused)) return error
  const { status, message } = error
  if (status === null) return isNotReached(error) ? new SendFault('offline', message, { cause: error }) : new SendFault('unknown', 'Poke was asked and did not answer: it may have taken the message.', { cause: error })
  if (status === 401 || status === 403) return new SendFault('refused', message, { cause: error })
  if (status === 429) return new SendFault('later', message, { cause: error, retryAfterMs: 30_000 })
  if (status >= 500) return new SendFault('unknown', message, { cause: error })
  return new SendFault('never', message, { cause: error })
}
