import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import type { Courier, Signing } from '../provider/courier.ts'
import { pause, post } from '../provider/server.ts'

export type Delivery = Readonly<{ type: string, id: string, attempt: number, url: string, status: number }>
export type TelnyxEventData = Readonly<{ type: string, id: string, payload: unknown, occurredAt: string }>

const attempts = 3
/** The provider waits no longer for an answer. */
const answerWithinMs = 2000
/** More than the five minutes that are allowed. */
const oldMs = 10 * 60_000

/** Signs and posts events as the provider does. */
export function createEvents(courier: Courier, retryMs: () => number) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { privateKey: strangerKey } = generateKeyPairSync('ed25519')
  const deliveries: Delivery[] = []

  /** Headers of an event. The time is this machine's: whoever verifies looks at the same clock. */
  const signed = (body: string, { at = new Date(), isWrong = false }: Readonly<{ at?: Date, isWrong?: boolean }> = {}): Record<string, string> => {
    const timestamp = String(Math.floor(at.getTime() / 1000))
    const signature = sign(null, Buffer.from(`${timestamp}|${body}`), isWrong ? strangerKey : privateKey).toString('base64')
    return { 'content-type': 'application/json', 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature }
  }
  const bodyOf = ({ type, id, payload, occurredAt }: TelnyxEventData, attempt: number, url: string): string =>
    JSON.stringify({ data: { record_type: 'event', event_type: type, id, occurred_at: occurredAt, payload }, meta: { attempt, delivered_to: url } })
  const dataOf = (type: string, payload: unknown, id: string = randomUUID()): TelnyxEventData => ({ type, id, payload, occurredAt: new Date().toISOString().replace('Z', '+00:00') })

  /** Three attempts at each address, each signed anew. Resolves to the last status. */
  async function bring(urls: readonly string[], data: TelnyxEventData, signing: Signing): Promise<number> {
    let status = 0
    for (const url of urls) {
      for (let attempt = 1; attempt <= attempts && !courier.signal.aborted; attempt++) {
        const body = bodyOf(data, attempt, url)
        const headers = signed(body, { isWrong: signing === 'wrong', ...(signing === 'old' ? { at: new Date(Date.now() - oldMs) } : {}) })
        status = (await post(url, body, headers, answerWithinMs, courier.signal)).status
        deliveries.push({ type: data.type, id: data.id, attempt, url, status })
        if (status >= 200 && status < 300) return status
        if (attempt < attempts) await pause(retryMs(), courier.signal)
      }
    }
    return status
  }
  return {
    deliveries, signed, dataOf, bodyOf,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
    /** Resolves to the status of the last attempt; to 0 where there is no address, or the event got lost. */
    async deliver(urls: readonly (string | null)[], data: TelnyxEventData): Promise<number> {
      const known = urls.filter((url) => url !== null)
      if (known.length === 0) return 0
      return await courier.bring(data.type, (signing) => bring(known, data, signing)) ?? 0
    }
  }
}
