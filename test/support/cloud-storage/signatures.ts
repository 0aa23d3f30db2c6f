import { createHash, createVerify, type KeyObject } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export type SignatureFault = Readonly<{ status: number, code: 'SignatureDoesNotMatch' | 'ExpiredToken' | 'AccessDenied' | 'MalformedSecurityHeader', message: string }>
const strict = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** Checks a V4 signed address as its specification says, from the request alone. Null where it stands. */
export function verifySignedUrl(request: IncomingMessage, keyOf: (email: string) => KeyObject | null, now: Date): SignatureFault | null {
  const url = new URL(request.url ?? '/', 'http://host')
  const query = (name: string) => url.searchParams.get(name) ?? ''
  const [email = '', date = '', location = '', service = '', kind = ''] = query('X-Goog-Credential').split('/')
  const fault = (status: number, code: SignatureFault['code'], message: string): SignatureFault => ({ status, code, message })
  if (query('X-Goog-Algorithm') !== 'GOOG4-RSA-SHA256' || service !== 'storage' || kind !== 'goog4_request') return fault(400, 'MalformedSecurityHeader', 'The credential is malformed.')
  const key = keyOf(email)
  if (key === null) return fault(403, 'AccessDenied', 'Nobody is known by this name.')
  const expires = Number(query('X-Goog-Expires'))
  if (!(expires > 0 && expires <= 604_800)) return fault(400, 'MalformedSecurityHeader', 'X-Goog-Expires must be from 1 to 604800.')
  const stamp = query('X-Goog-Date')
  const signedAt = Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(signedAt) || stamp.slice(0, 8) !== date) return fault(400, 'MalformedSecurityHeader', 'X-Goog-Date is malformed.')
  const names = query('X-Goog-SignedHeaders').split(';')
  if (!names.includes('host') || names.toSorted().join(';') !== names.join(';')) return fault(400, 'MalformedSecurityHeader', 'The signed headers must hold host and be sorted.')
  const headers = names.map((name) => {
    const value = request.headers[name]
    // The port is no part of what is signed.
    return `${name}:${name === 'host' ? (request.headers.host ?? '').replace(/:\d+$/, '') : String(value ?? '').trim().replace(/\s+/g, ' ')}\n`
  }).join('')
  const sorted = [...url.searchParams].filter(([name]) => name !== 'X-Goog-Signature').map(([name, value]) => `${strict(name)}=${strict(value)}`).toSorted().join('&')
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const canonical = [request.method, path, sorted, headers, names.join(';'), request.headers['x-goog-content-sha256'] ?? 'UNSIGNED-PAYLOAD'].join('\n')
  const text = ['GOOG4-RSA-SHA256', stamp, `${date}/${location}/storage/goog4_request`, createHash('sha256').update(canonical).digest('hex')].join('\n')
  if (!createVerify('RSA-SHA256').update(text).verify(key, Buffer.from(query('X-Goog-Signature'), 'hex'))) return fault(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided.')
  if (now.getTime() > signedAt + expires * 1000) return fault(400, 'ExpiredToken', 'The provided token has expired.')
  return null
}
