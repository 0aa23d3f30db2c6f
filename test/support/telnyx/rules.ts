import { z } from 'zod'
import { smsLength } from '../../../src-shared/sms-segments.ts'
import { Refused } from '../provider/server.ts'
import { jsonOf } from '../../../src-main/platform/json.ts'

export const telnyxKey = 'KEY0123456789ABCDEF'
export const telnyxProfile = '40017f3b-0000-4000-8000-000000000001'
export const telnyxNumber = '+15550100001'
export const isE164 = (number: string): boolean => /^\+[1-9]\d{6,14}$/.test(number)

const SendBody = z.strictObject({
  to: z.string(), from: z.string(), text: z.string(), messaging_profile_id: z.uuid().optional(), media_urls: z.array(z.url()).optional(), subject: z.string().optional(), type: z.enum(['SMS', 'MMS']).optional(),
  encoding: z.enum(['auto', 'gsm7', 'ucs2']).optional(), auto_detect: z.boolean().optional(), send_at: z.iso.datetime({ offset: true }).nullish(), use_profile_webhooks: z.boolean().optional(), webhook_url: z.url().optional(), webhook_failover_url: z.url().optional()
})
export type SendBody = z.infer<typeof SendBody>

const titles = {
  10002: 'Invalid phone number', 10004: 'Missing required parameter', 10005: 'Resource not found', 10007: 'Unexpected error', 10009: 'Authentication failed', 10011: 'Too many requests', 10015: 'Bad Request',
  40300: 'Blocked due to STOP message', 40305: 'Invalid \'from\' address'
} as const
export type TelnyxCode = keyof typeof titles

export const faultBody = (code: TelnyxCode, detail: string, pointer?: string) => ({
  errors: [{ code: String(code), title: titles[code], detail, meta: { url: `https://developers.telnyx.com/docs/overview/errors/${code}` }, ...(pointer === undefined ? {} : { source: { pointer } }) }]
})
/** Thrown; answered in the provider's envelope. */
export const refusal = (status: number, code: TelnyxCode, detail: string, pointer?: string): Refused => new Refused({ status, body: faultBody(code, detail, pointer) })

/** A request to send, or the refusal that the provider has for it. */
export function sendBodyOf(raw: string): SendBody {
  const body = jsonOf(raw)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw refusal(400, 10015, 'The request body is not a JSON object.')
  for (const name of ['to', 'from', 'text']) if (!(name in body)) throw refusal(400, 10004, `The required parameter '${name}' is missing.`, `/${name}`)
  const parsed = SendBody.safeParse(body)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const at = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('/')
    throw refusal(400, 10015, issue?.code === 'unrecognized_keys' ? `'${at ?? ''}' is not a known parameter.` : issue?.message ?? '', `/${at ?? ''}`)
  }
  const { to, from, text, messaging_profile_id: profile, encoding } = parsed.data
  if (!isE164(to)) throw refusal(400, 10002, 'The destination must be in +E.164 format.', '/to')
  if (from !== telnyxNumber) throw refusal(400, 40305, 'The \'from\' address does not belong to this account.', '/from')
  if (text === '') throw refusal(400, 10004, 'The text is empty.', '/text')
  if (profile !== undefined && profile !== telnyxProfile) throw refusal(400, 10015, 'There is no such messaging profile.', '/messaging_profile_id')
  // Said plainly rather than sent at the wrong time.
  if (typeof parsed.data.send_at === 'string') throw refusal(400, 10015, 'This stand-in keeps nothing for later.', '/send_at')
  if (encoding === 'gsm7' && smsLength(text).encoding !== 'GSM-7') throw refusal(400, 10015, 'The text can not be encoded in GSM-7.', '/text')
  return parsed.data
}

const stopWords = new Set(['STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'])
const startWords = new Set(['START', 'UNSTOP'])
/** The words that the provider acts on by itself: the whole message, in any case. */
export function commandIn(text: string): 'STOP' | 'START' | 'HELP' | null {
  const word = text.trim().toUpperCase()
  if (stopWords.has(word)) return 'STOP'
  if (startWords.has(word)) return 'START'
  return word === 'HELP' ? 'HELP' : null
}
