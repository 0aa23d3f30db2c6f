import { createSign } from 'node:crypto'
import { Storage } from '@google-cloud/storage'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cloudStandIn, type CloudStandIn } from '../../../test/support/cloud-storage/stand-in.ts'
import { signUpload, type SignUpload } from './signed-url.ts'

let cloud: CloudStandIn
beforeEach(async () => { cloud = await cloudStandIn() })
afterEach(async () => { await cloud.close() })
const now = () => new Date(Math.floor(Date.now() / 1000) * 1000)
const signed = async (change: Partial<SignUpload> = {}) => signUpload({ url: cloud.url, bucket: 'clinic-bucket', name: 'ct-uploads/incoming/a b (1).zip', contentType: 'application/zip', maxBytes: 1000, expiresS: 900, now: now(), ...change }, {
  email: async () => cloud.account.email, sign: async (text) => createSign('RSA-SHA256').update(text).sign(cloud.account.privateKey, 'base64')
})
const put = async (url: string, headers: Readonly<Record<string, string>>, body = 'bytes') => fetch(url, { method: 'PUT', headers, body })

describe('a signed address', () => {
  it('is the very one that the official client makes', async () => {
    const storage = new Storage({ apiEndpoint: cloud.url, projectId: 'clinic', credentials: { client_email: cloud.account.email, private_key: cloud.account.privateKey } })
    const at = now()
    const { url } = await signed({ now: at })
    const [theirs] = await storage.bucket('clinic-bucket').file('ct-uploads/incoming/a b (1).zip').getSignedUrl({ version: 'v4', action: 'write', accessibleAt: at, expires: at.getTime() + 900_000, contentType: 'application/zip', extensionHeaders: { 'x-goog-content-length-range': '1,1000', 'x-goog-if-generation-match': '0' } })
    const sorted = (text: string) => [new URL(text).pathname, ...[...new URL(text).searchParams].map(([key, value]) => `${key}=${value}`).toSorted()]
    expect(sorted(url)).toEqual(sorted(theirs))
  })

  it('takes one upload of its type and size, once, and until it expires', async () => {
    const { url, headers, expiresAt } = await signed()
    expect(Date.parse(expiresAt) - now().getTime()).toBeLessThanOrEqual(900_000)
    expect((await put(url, { ...headers, 'content-type': 'text/plain' })).status).toBe(403)
    expect((await put(url, headers, 'x'.repeat(1001))).status).toBe(400)
    expect((await put(url, headers)).status).toBe(200)
    expect((await put(url, headers)).status).toBe(412)
    expect((await put(url.replace('%28', '%29'), headers)).status).toBe(403)
    const late = await signed({ name: 'late' })
    cloud.now = () => new Date(Date.now() + 901_000)
    expect(await (await put(late.url, late.headers)).text()).toContain('ExpiredToken')
  })
})
