import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { aDicomFile, aSlice } from '../../test/support/dicom-file.ts'
import { anEdge, home, signedIn, type Browser, type TestEdge } from '../../test/support/edge.ts'
import { operations, type Operation } from './openapi.ts'

const apiToken = 'a-token-of-the-hospital'
const studyUid = '1.2.826.0.1.3680043.10.55.1'
let test: TestEdge
let browser: Browser
let importId = ''
beforeAll(async () => {
  test = await anEdge({ config: { apiToken } })
  browser = await signedIn(test.edge)
  const taken = await test.edge.console(new Request(`${home}/api/ct/upload`, { method: 'POST', headers: { 'x-api-token': apiToken }, body: new Uint8Array(aDicomFile(aSlice({ study: studyUid }))) }))
  expect(taken.status).toBe(200)
  importId = z.array(z.object({ id: z.string() })).parse(await (await browser.get('/api/imports')).json())[0]?.id ?? ''
})
afterAll(() => test.stop())

const filled = (path: string) => path.replace('{studyUid}', studyUid).replace('/imports/{id}', `/imports/${importId}`).replace('/interventions/{id}', '/interventions/1').replace('{id}', '0190a000-0000-7000-8000-000000000001').replace('{secret}', 'a'.repeat(43))
const isOfTheLan = ({ who, path }: Operation) => who === 'device' || who === 'patient' || who === 'provider' || path === '/glasses/pair' || /^\/api\/(?:auth|portal)\//.test(path)
const asked = async (operation: Operation, headers: Record<string, string> = {}) => {
  const { method, path } = operation
  const origin = isOfTheLan(operation) ? 'https://vigil.example:4871' : home
  const request = new Request(`${origin}${filled(path)}`, { method: method.toUpperCase(), headers: { ...(method === 'get' ? {} : { 'content-type': 'application/json', origin }), ...headers }, ...(method === 'get' ? {} : { body: '{}' }) })
  return isOfTheLan(operation) ? test.edge.lan(request) : test.edge.console(request)
}

describe('the document of the API', () => {
  it('is OpenAPI 3.1 for anyone, and holds no patient', async () => {
    const answer = await test.edge.console(new Request(`${home}/api/openapi.json`))
    const text = await answer.text()
    const document = z.object({ openapi: z.literal('3.1.0'), info: z.object({ title: z.string(), version: z.string() }), paths: z.record(z.string(), z.record(z.string(), z.object({ summary: z.string(), responses: z.record(z.string(), z.unknown()) }))) }).parse(JSON.parse(text))
    expect(Object.values(document.paths).reduce((sum, methods) => sum + Object.keys(methods).length, 0)).toBe(operations.length)
    expect(text).not.toContain('Doe')
  })

  it('names the path of each script of the service before this one, at the root and under /api', () => {
    const named = new Set(operations.map(({ method, path }) => `${method} ${path}`))
    for (const prefix of ['', '/api']) for (const one of ['post /ct/upload', 'post /ct/sign-upload', 'post /ct/analyze-uri', 'post /ct/analyze', 'get /ct/{id}']) expect(named).toContain(one.replace(' ', ` ${prefix}`))
  })

  it.each(operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))('%s is there, and is refused to whoever may not ask', async (_name, operation) => {
    const anonymous = await asked(operation)
    const found = await asked(operation, operation.who === 'person' ? { cookie: browser.cookie() ?? '' } : { 'x-api-token': apiToken })
    const body = await found.clone().text()
    expect(body).not.toContain('There is nothing here.')
    if (operation.who === 'anyone') return
    expect(anonymous.status).toBe(operation.who === 'device' ? 403 : operation.who === 'provider' ? 503 : 401)
    if (operation.who === 'person') expect((await asked(operation, { 'x-api-token': apiToken })).status).toBe(403)
  })

  it.each(operations.filter(({ method, path }) => method === 'get' && !path.includes('/ct/{id}')).map((operation) => [operation.path, operation] as const))('%s answers as it is written', async (_path, operation) => {
    const found = await asked(operation, operation.who === 'person' ? { cookie: browser.cookie() ?? '' } : { 'x-api-token': apiToken })
    const promised = operation.answers[found.status]
    // A study without a report or an analysis has none to give.
    if (found.status === 404 || operation.who === 'patient') return
    if (promised instanceof z.ZodType) promised.parse(await found.json())
    else expect(promised).toBe('text')
  })
})
