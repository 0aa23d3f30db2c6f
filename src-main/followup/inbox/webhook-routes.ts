import { Hono, type Context } from 'hono'
import { AppError } from '../../../src-shared/errors.ts'
import { RowId } from '../../../src-shared/ids.ts'
import { jsonOf } from '../../platform/json.ts'
import type { HttpEnv } from '../../platform/http.ts'
import type { Followup } from '../index.ts'
import { TelnyxEvent } from '../sms/inbound.ts'
import { eventIdOf, toolCallsOf, VapiMessage } from '../voice/voice-events.ts'
import { isFromVapi } from '../voice/webhook-auth.ts'

const mostBytes = 2 * 1024 * 1024

/** What providers post. Checked on the raw bytes, written down, then answered; acted on after. */
export function createWebhookRoutes(followup: Followup): Hono<HttpEnv> {
  const { inbox, telnyx, config, clock, log } = followup
  return new Hono<HttpEnv>()
    .post('/api/webhooks/telnyx', async (c) => {
      if (config.telnyx.publicKey === null) throw new AppError('not-configured', 'TELNYX_PUBLIC_KEY is missing: nothing can be believed without it.')
      const raw = await rawBody(c)
      try {
        await telnyx.verify(raw, Object.fromEntries(c.req.raw.headers))
      } catch {
        log.warn('webhook-refused', { provider: 'telnyx' })
        throw new AppError('not-allowed', 'The signature does not fit.')
      }
      const body = jsonOf(raw)
      const event = TelnyxEvent.safeParse(body)
      // It was signed: what we do not understand is kept and answered, or it would be sent for ever.
      const ours = RowId.safeParse(c.req.query('m'))
      const kept = ours.success && typeof body === 'object' && body !== null ? JSON.stringify({ ...body, vigilMessage: ours.data }) : raw
      inbox.take({ provider: 'telnyx', eventId: event.success ? event.data.data.id : eventIdOf(raw), type: event.success ? event.data.data.event_type : 'unknown', body: kept })
      inbox.workSoon()
      return c.json({ success: true })
    })
    .post('/api/webhooks/vapi', async (c) => {
      const secret = config.vapi.webhookSecret
      if (secret === null) throw new AppError('not-configured', 'VAPI_WEBHOOK_SECRET is missing: nothing can be believed without it.')
      const raw = await rawBody(c)
      if (!isFromVapi(raw, c.req.raw.headers, secret, clock.now().getTime())) {
        log.warn('webhook-refused', { provider: 'vapi' })
        throw new AppError('not-allowed', 'The secret does not fit.')
      }
      const parsed = VapiMessage.safeParse(jsonOf(raw))
      const type = parsed.success ? parsed.data.message.type : 'unknown'
      inbox.take({ provider: 'vapi', eventId: eventIdOf(raw), type, body: raw })
      inbox.workSoon()
      // The agent waits for its tools; everything else is only told.
      if (!parsed.success || type !== 'tool-calls') return c.json({})
      const results = []
      for (const tool of toolCallsOf(parsed.data.message)) results.push({ toolCallId: tool.id, name: tool.name, result: await followup.answerTool(parsed.data.message, tool) })
      return c.json({ results })
    })
}

async function rawBody(c: Context<HttpEnv>): Promise<string> {
  const tooLarge = new AppError('too-large', 'The message is larger than 2 MB.')
  if (Number(c.req.header('content-length') ?? 0) > mostBytes) throw tooLarge
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  if (bytes.byteLength > mostBytes) throw tooLarge
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('invalid-request', 'The message is not UTF-8.', { cause })
  }
}

