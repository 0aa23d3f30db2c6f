import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newRowId } from '../src-main/platform/row-id.ts'
import { contentSecurityPolicy } from '../src-main/http/guards.ts'
import { aDicomFile, aSlice } from './support/dicom-file.ts'
import { anEdge, codeOf, home, signedIn, type Browser, type TestEdge } from './support/edge.ts'

const apiToken = 'a-token-of-the-hospital'
const [study, series, image] = ['1.2.826.0.1.3680043.10.9999.70', '1.2.826.0.1.3680043.10.9999.70.1', '1.2.826.0.1.3680043.10.9999.70.1.1'] as const
const row = newRowId()

/** Every way to images, objects, exports and records of a study. A script with the token opens none of them. */
const doors = [
  ['GET', `/api/series/${series}/pack`], ['GET', `/api/series/${series}/instances`], ['GET', `/api/series/${series}/thumbnail`], ['GET', `/api/instances/${image}/tags`],
  ['GET', `/api/instances/${image}/tags/00100010`], ['GET', `/api/instances/${image}/file`], ['GET', `/api/instances/${image}/document`], ['GET', `/api/instances/${image}/frames/1`],
  ['GET', `/api/studies/${study}/overlays`], ['GET', `/api/overlays/${image}`], ['GET', `/api/overlays/${image}/bulk`], ['GET', `/api/series/${series}/export`], ['GET', `/api/studies/${study}/export`],
  ['GET', `/api/series/${series}/dicom.zip`], ['GET', `/api/studies/${study}/dicom.zip`], ['HEAD', `/api/studies/${study}/dicom.zip`], ['HEAD', `/api/instances/${image}/document`], ['HEAD', `/api/studies/${study}/export/sr`], ['POST', `/api/studies/${study}/exports`],
  ['GET', `/api/studies/${study}/export/sr`], ['POST', `/api/studies/${study}/keep/sr`], ['GET', `/api/studies/${study}/masks`], ['GET', `/api/studies/${study}/key-images`], ['PUT', `/api/key-images/${row}`],
  ['DELETE', `/api/key-images/${row}?revision=1`], ['GET', `/api/studies/${study}/priors`], ['GET', '/api/hanging-protocols'], ['PUT', `/api/hanging-protocols/${row}`], ['DELETE', `/api/hanging-protocols/${row}?revision=1`],
  ['GET', '/api/viewer-preferences'], ['PUT', '/api/viewer-preferences']
] as const

describe('the doors to images, objects, exports and records', () => {
  let test: TestEdge, browser: Browser
  const ask = (method: string, path: string, headers: Record<string, string> = {}, origin = home, of: 'console' | 'lan' = 'console') => test.edge[of](new Request(`${origin}${path}`, {
    method, headers: { ...(method === 'GET' || method === 'HEAD' ? {} : { 'content-type': 'application/json' }), ...headers }, ...(method === 'GET' || method === 'HEAD' || method === 'DELETE' ? {} : { body: '{}' })
  }))
  const statusOf = async (...args: Parameters<typeof ask>) => {
    const answer = await ask(...args)
    await answer.body?.cancel()
    return answer.status
  }
  const session = () => ({ cookie: browser.cookie() ?? '' })

  beforeAll(async () => {
    test = await anEdge({ config: { apiToken } })
    browser = await signedIn(test.edge)
    const { imported } = await (await test.edge.lan(new Request('https://vigil.hospital.example/api/ct/upload', {
      method: 'POST', headers: { 'x-api-token': apiToken }, body: new Uint8Array(aDicomFile(aSlice({ study, series, instance: image, name: 'Keller^Johanna' })))
    }))).json() as { imported: number }
    expect(imported).toBe(1)
  })
  afterAll(() => test.stop())

  it.each(doors)('%s %s is shut for nobody, for a script, for another site, for another name of this machine and for other machines', async (method, path) => {
    expect(await statusOf(method, path)).toBe(401)
    expect(await statusOf(method, path, { 'x-api-token': apiToken })).toBe(403)
    for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' }]) {
      expect([headers, await statusOf(method, path, { ...session(), ...headers })]).toEqual([headers, 403])
    }
    expect(await statusOf(method, path, session(), 'http://rebound.example:4870')).toBe(403)
    for (const headers of [{}, session(), { 'x-api-token': apiToken }]) expect(await statusOf(method, path, headers, 'https://vigil.hospital.example:4871', 'lan')).toBe(404)
  })

  it.each(doors)('%s %s is never kept by a cache, and neither its headers nor a refusal tell of the patient', async (method, path) => {
    const answer = await ask(method, path, session())
    expect(answer.headers.get('cache-control')).toContain('no-store')
    expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(JSON.stringify([...answer.headers])).not.toMatch(/keller|johanna|P-1"|1970|9999\.70/i)
    if (answer.status >= 400) expect(await answer.text()).not.toMatch(/keller|johanna|1970|9999\.70/i)
    else await answer.body?.cancel()
  })

  it.each([
    `/api/series/${series}/pack?first=-1`, `/api/series/${series}/pack?limit=0`, `/api/series/${series}/pack?most=1e400`, `/api/series/${series}/pack?have=${'0,'.repeat(5000)}0`, `/api/instances/${image}/frames/0`,
    `/api/instances/${image}/frames/-1`, `/api/instances/${image}/frames/1.5`, `/api/instances/${image}/tags?frame=-1`, `/api/instances/${image}/tags?covered=maybe`, `/api/instances/${image}/tags?search=${'x'.repeat(300)}`,
    `/api/instances/${image}/tags/..%2F..%2Fetc`, `/api/instances/${image}/tags/00100010.0`, `/api/instances/${image}/tags/${'00081140.0.'.repeat(200)}00081155`,
    '/api/series/..%2f..%2fetc%2fpasswd/pack', `/api/studies/${study}%00/overlays`, `/api/studies/${study}'%20or%201=1/priors`, `/api/studies/${study}/export/exe`, `/api/studies/${study}/export/seg?seriesUid=../x`
  ])('%s is refused as a request, not tried', async (path) => {
    const answer = await ask('GET', path, session())
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'invalid-request'])
  })

  it('a body that is too large, or none that is JSON, is refused before it is read', async () => {
    const put = (body: string, type = 'application/json') => test.edge.console(new Request(`${home}/api/viewer-preferences`, { method: 'PUT', headers: { ...session(), 'content-type': type, origin: home }, body }))
    expect((await put(`{"keys":"${'x'.repeat(2 * 1024 * 1024)}"}`)).status).toBe(413)
    expect((await put('{}', 'text/plain')).status).toBe(415)
    expect((await put('{"keys":')).status).toBe(400)
  })

  it('a locked workstation opens none of them', async () => {
    expect(await statusOf('POST', '/api/session/lock', { ...session(), origin: home })).toBeLessThan(300)
    for (const [method, path] of doors) expect([path, await statusOf(method, path, session())]).toEqual([path, 423])
  })
})
