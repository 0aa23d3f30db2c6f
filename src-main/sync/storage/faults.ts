import { jsonOf } from '../../platform/json.ts'
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { SendFault } from '../../platform/outbox-types.ts'

const Body = z.object({ error: z.object({ message: z.string().default(''), errors: z.array(z.looseObject({ reason: z.string().default('') })).default([]) }) })

/** Why nothing came back: nobody is there, or the connection broke. In neither case does it say anything about the item. */
export function networkFault(error: unknown): SendFault {
  if (error instanceof SendFault) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const say = (sentence: string) => new SendFault('offline', sentence, { cause: error })
  if (/^(?:ENOTFOUND|EAI_|ENETUNREACH|EHOSTUNREACH|ENETDOWN|ECONNREFUSED)/.test(code)) return say('The cloud storage can not be reached from here. It goes on by itself when the link is back.')
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(code)) return say('Something else than the cloud storage answered: its certificate is not the right one. Perhaps this network wants a sign-in first.')
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ETIMEDOUT' || code === 'ECONNABORTED' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code.startsWith('HPE_')) return say('The connection to the cloud storage broke off. It goes on from the last byte that arrived.')
  return say('The connection to the cloud storage failed.')
}

/** The sign-in page of a network instead of the target. */
export const portal = (): SendFault => new SendFault('offline', 'Something else than the cloud storage answered: perhaps a sign-in page of this network. Open a browser and sign in to the network.')

/** What a refusal of the JSON API means. `text` is never repeated: it may quote what was sent. */
export function refusalOf(status: number, headers: IncomingHttpHeaders, text: string, bucket: string): SendFault {
  const parsed = Body.safeParse(jsonOf(text))
  const reason = parsed.success ? parsed.data.error.errors[0]?.reason ?? '' : ''
  const retryAfterMs = retryAfter(headers['retry-after'])
  if (status >= 300 && status < 400) return portal()
  if (status === 401) return new SendFault('refused', 'The cloud storage does not accept the credentials. Check GOOGLE_APPLICATION_CREDENTIALS, then try again.')
  if (status === 403 && /rateLimit/i.test(reason)) return new SendFault('later', 'The cloud storage asks to slow down.', { retryAfterMs })
  if (status === 403) return new SendFault('refused', `This account may not write to or look into the bucket ${bucket}. It needs the role Storage Object User there.`)
  if (status === 404) return new SendFault('refused', `There is no bucket ${bucket}, or this account may not see it. Check GCS_BUCKET.`)
  if (status === 400 && /crc32c|md5/i.test(parsed.success ? parsed.data.error.message : '')) return new SendFault('later', 'The bytes that arrived were not those that were sent. Nothing was kept of them.')
  if (status === 408 || status === 429 || status >= 500) return new SendFault('later', status === 429 ? 'The cloud storage asks to slow down.' : 'The cloud storage is not able to answer at the moment.', { retryAfterMs })
  if (!parsed.success && isPage(headers)) return portal()
  return new SendFault('never', `The cloud storage does not take this object (status ${status}).`)
}

export function isPage(headers: IncomingHttpHeaders): boolean {
  return headers['content-type']?.startsWith('text/html') === true
}

function retryAfter(value: string | undefined): number | null {
  if (value === undefined) return null
  const seconds = Number(value)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now())
}
