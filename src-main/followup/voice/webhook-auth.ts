import { createHmac } from 'node:crypto'
import { isSameSecret } from '../../platform/same-secret.ts'

const windowMs = 300_000

/**
 * Whether a message of the voice provider is what it says: the secret in `x-vapi-secret` or as a bearer token, or an HMAC over
 * `timestamp.body` (SHA-256, hex) with a time of the last five minutes, in seconds or milliseconds.
 */
export function isFromVapi(rawBody: string, headers: Headers, secret: string, nowMs: number): boolean {
  const plain = headers.get('x-vapi-secret') ?? /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1]
  if (plain !== undefined && plain !== null) return isSameSecret(plain, secret)
  const signature = headers.get('x-signature')
  const timestamp = headers.get('x-timestamp')
  if (signature === null || timestamp === null || !/^\d{9,14}$/.test(timestamp)) return false
  const atMs = Number(timestamp) * (timestamp.length > 11 ? 1 : 1000)
  if (Math.abs(nowMs - atMs) > windowMs) return false
  return isSameSecret(signature.replace(/^sha256=/, ''), createHmac('sha256', secret).update(`${timestamp}.${rawBody}`).digest('hex'))
}
