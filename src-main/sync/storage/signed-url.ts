import { createHash } from 'node:crypto'
import type { CloudAuth } from './auth.ts'

export type SignUpload = Readonly<{ url: string, bucket: string, name: string, contentType: string, maxBytes: number, expiresS: number, now: Date }>
export type SignedAddress = Readonly<{ url: string, headers: Readonly<Record<string, string>>, expiresAt: string }>

const strict = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * A V4 signed address for one PUT: content type, size and "nothing lies there yet" are part of what is signed, so that whoever has it can
 * send that and nothing else. The host is signed without its port.
 */
export async function signUpload({ url: base, bucket, name, contentType, maxBytes, expiresS, now }: SignUpload, auth: Pick<CloudAuth, 'sign' | 'email'>): Promise<SignedAddress> {
  const at = new URL(base)
  const stamp = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
  const scope = `${stamp.slice(0, 8)}/auto/storage/goog4_request`
  const headers = { 'content-type': contentType, 'x-goog-content-length-range': `1,${maxBytes}`, 'x-goog-if-generation-match': '0' }
  const signed = Object.entries({ ...headers, host: at.hostname }).toSorted(([one], [other]) => (one < other ? -1 : 1))
  const names = signed.map(([header]) => header).join(';')
  const query = Object.entries({
    'X-Goog-Algorithm': 'GOOG4-RSA-SHA256', 'X-Goog-Credential': `${await auth.email()}/${scope}`, 'X-Goog-Date': stamp, 'X-Goog-Expires': String(expiresS), 'X-Goog-SignedHeaders': names
  }).map(([key, value]) => `${strict(key)}=${strict(value)}`).toSorted().join('&')
  const path = `/${bucket}/${name.split('/').map(strict).join('/')}`
  const canonical = ['PUT', path, query, signed.map(([header, value]) => `${header}:${value}\n`).join(''), names, 'UNSIGNED-PAYLOAD'].join('\n')
  const text = ['GOOG4-RSA-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const signature = Buffer.from(await auth.sign(text), 'base64').toString('hex')
  return { url: `${at.origin}${path}?${query}&X-Goog-Signature=${signature}`, headers, expiresAt: new Date(Math.floor(now.getTime() / 1000) * 1000 + expiresS * 1000).toISOString() }
}
