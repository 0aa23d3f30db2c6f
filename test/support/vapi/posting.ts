import { createHmac } from 'node:crypto'
import type { Courier, Signing } from '../provider/courier.ts'
import { pause, post, type Posted } from '../provider/server.ts'

/** How the provider shows who it is: its own header, a bearer token, or an HMAC over time and body; the unit of that time is not known. */
export type VapiAuth = Readonly<{ kind: 'secret', secret: string } | { kind: 'bearer', secret: string } | { kind: 'hmac', secret: string, unit?: 's' | 'ms', prefix?: string } | { kind: 'none' }>
export type VapiServer = Readonly<{ url?: string | undefined, timeoutSeconds?: number | undefined, headers?: Readonly<Record<string, unknown>> | undefined, backoffPlan?: Readonly<{ type: 'fixed' | 'exponential', maxRetries: number, baseDelaySeconds: number, excludedStatusCodes?: number[] | undefined }> | undefined }>
export type VapiDelivery = Readonly<{ type: string, url: string, status: number, body: string }>

const oldMs = 10 * 60_000

export function headersFor(auth: VapiAuth, body: string, signing: Signing = 'right'): Record<string, string> {
  if (auth.kind === 'none') return {}
  const secret = signing === 'wrong' ? `${auth.secret} of somebody else` : auth.secret
  if (auth.kind === 'secret') return { 'x-vapi-secret': secret }
  if (auth.kind === 'bearer') return { authorization: `Bearer ${secret}` }
  const atMs = Date.now() - (signing === 'old' ? oldMs : 0)
  const timestamp = String(auth.unit === 'ms' ? atMs : Math.floor(atMs / 1000))
  return { 'x-timestamp': timestamp, 'x-signature': `${auth.prefix ?? ''}${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}` }
}

/** Posts server messages. Nothing is sent again unless the server's own plan says so. */
export function createPosting(courier: Courier, authOf: () => VapiAuth) {
  const deliveries: VapiDelivery[] = []
  const once = async (server: VapiServer, url: string, { type, body }: Readonly<{ type: string, body: string }>, signing: Signing): Promise<Posted> => {
    const own = Object.fromEntries(Object.entries(server.headers ?? {}).map(([name, value]) => [name, String(value)]))
    const { maxRetries = 0, baseDelaySeconds = 0, type: backoff = 'fixed', excludedStatusCodes = [] } = server.backoffPlan ?? {}
    for (let attempt = 0; ; attempt++) {
      const answer = await post(url, body, { ...own, ...headersFor(authOf(), body, signing) }, (server.timeoutSeconds ?? 20) * 1000, courier.signal)
      deliveries.push({ type, url, status: answer.status, body })
      const isDone = (answer.status >= 200 && answer.status < 300) || excludedStatusCodes.includes(answer.status)
      if (isDone || attempt >= maxRetries || courier.signal.aborted) return answer
      await pause(baseDelaySeconds * 1000 * (backoff === 'exponential' ? 2 ** attempt : 1), courier.signal)
    }
  }
  return {
    deliveries,
    /** Resolves to the answer; to null where there is no address, or the message got lost. */
    async deliver(server: VapiServer, message: Readonly<{ type: string, body: string }>): Promise<Posted | null> {
      const { url } = server
      return url === undefined ? null : courier.bring(message.type, (signing) => once(server, url, message, signing))
    }
  }
}
export type Posting = ReturnType<typeof createPosting>
