import { createServer, connect } from 'node:net'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aDicomFile, aSlice } from '../test/support/dicom-file.ts'
import { aFolder, mora } from '../test/support/edge.ts'
import { parseConfig } from './platform/config.ts'
import { createLog, type LogLine } from './platform/log.ts'
import { startServed, type Served } from './serve.ts'

let folder: Awaited<ReturnType<typeof aFolder>>
let served: Served
let logged: LogLine[]
const start = (port = 0) => startServed(parseConfig({}, { dataDir: folder.path, port }), { log: createLog((line) => { logged.push(line) }) })
beforeEach(async () => {
  folder = await aFolder()
  logged = []
  served = await start()
})
afterEach(async () => {
  await served.stop()
  await folder.remove()
})

const json = { 'content-type': 'application/json' }
const signIn = async () => {
  const response = await fetch(`${served.url}/api/session/first-run`, { method: 'POST', headers: json, body: JSON.stringify(mora) })
  return { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}
/** Bytes as they stand, for what `fetch` would put right. */
const raw = async (text: string) => {
  const socket = connect(served.port, '127.0.0.1')
  socket.end(text)
  return (await buffer(socket)).toString('latin1')
}

describe('the served workstation', () => {
  it('answers on the loopback only, at the port it names', async () => {
    expect(served.url).toBe(`http://127.0.0.1:${served.port}`)
    expect((await fetch(`${served.url}/api/health`)).status).toBe(200)
    const cookie = await signIn()
    expect(cookie.cookie).toMatch(new RegExp(`^vigil_session_${served.port}=`))
    expect((await fetch(`${served.url}/api/worklist`, { headers: cookie })).status).toBe(200)
  })

  it('says in one sentence that its port is taken, and lets go of the data folder', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    await expect(start(port)).rejects.toMatchObject({ code: 'conflict', message: `Port ${port} is in use, perhaps by another Vigil. Close that, or choose another port with --port.` })
    blocker.close()
    expect((await fetch(`${served.url}/api/health`)).status).toBe(200)
  })

  it('refuses a foreign or a missing host on the wire', async () => {
    expect(await raw('GET /api/session HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /)
    expect(await raw('GET /api/session HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await raw('GET http://evil.example/api/session HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 (?:400|403) /)
    expect(await raw('GET /api/session HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 40[03] /)
  })

  it('finds no file outside, however the path is written on the wire', async () => {
    for (const path of ['/../../../../etc/passwd', '/..%2f..%2f..%2fetc%2fpasswd', '//etc/passwd', '/%2e%2e/%2e%2e/package.json', '/assets/../../../package.json']) {
      expect(await raw(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)).not.toMatch(/root:|"devDependencies"/)
    }
  })

  it('refuses every WebSocket in good order', async () => {
    const answer = await raw('GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
  })

  it('keeps nothing of an upload that broke off in the middle', async () => {
    const { cookie } = await signIn()
    const { id } = await (await fetch(`${served.url}/api/imports/uploads`, { method: 'POST', headers: { ...json, cookie }, body: '{}' })).json() as { id: string }
    const bytes = aDicomFile(aSlice())
    const socket = connect(served.port, '127.0.0.1')
    socket.write(`PUT /api/imports/${id}/files?path=a.dcm HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nCookie: ${cookie}\r\nContent-Length: ${bytes.length}\r\n\r\n`)
    socket.write(bytes.subarray(0, bytes.length - 100))
    await new Promise((resolve) => { setTimeout(resolve, 200) })
    socket.destroy()
    const stored = async () => (await readdir(join(folder.path, 'blobs'), { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile()).length
    await new Promise((resolve) => { setTimeout(resolve, 200) })
    expect(await stored()).toBe(0)
    const put = await fetch(`${served.url}/api/imports/${id}/files?path=a.dcm`, { method: 'PUT', headers: { cookie }, body: new Uint8Array(bytes) })
    expect(put.status).toBe(200)
    const finished = await fetch(`${served.url}/api/imports/${id}/finish`, { method: 'POST', headers: { cookie } })
    expect(await finished.json()).toMatchObject({ state: 'done', imported: 1 })
    expect(await stored()).toBe(1)
  })

  it('streams events over the wire and lets go of a window that goes away', async () => {
    const { cookie } = await signIn()
    const controller = new AbortController()
    const response = await fetch(`${served.url}/api/events`, { headers: { cookie }, signal: controller.signal })
    const reader = response.body?.getReader()
    const first = await reader?.read()
    expect(new TextDecoder().decode(first?.value)).toContain('"type":"hello"')
    controller.abort()
    await new Promise((resolve) => { setTimeout(resolve, 50) })
    expect((await fetch(`${served.url}/api/session/sign-out`, { method: 'POST', headers: { cookie } })).status).toBe(200)
    expect(logged.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('stops at once though a window listens, and the same folder opens again', async () => {
    const { cookie } = await signIn()
    const response = await fetch(`${served.url}/api/events`, { headers: { cookie } })
    const begin = performance.now()
    await served.stop()
    expect(performance.now() - begin).toBeLessThan(4000)
    await response.body?.cancel().catch(() => undefined)
    served = await start()
    expect((await fetch(`${served.url}/api/session`, { headers: { cookie: cookie.replace(/_\d+=/, `_${served.port}=`) } })).status).toBe(200)
  })
})
