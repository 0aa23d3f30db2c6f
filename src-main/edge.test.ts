import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { SystemState } from '../src-shared/system.ts'
import { aDicomFile, aSlice } from '../test/support/dicom-file.ts'
import { aFolder, anEdge, mora, signedIn, type TestEdge, type TestEdgeOptions } from '../test/support/edge.ts'
import { createEdge } from './edge.ts'
import { parseConfig } from './platform/config.ts'
import { databaseFile } from './platform/database.ts'
import { createLog, silentSink } from './platform/log.ts'

const opened: { stop: () => Promise<void> }[] = []
afterEach(async () => { for (const one of opened.splice(0).toReversed()) await one.stop() })
const open = async (options?: TestEdgeOptions): Promise<TestEdge> => {
  const test = await anEdge(options)
  opened.push(test)
  return test
}
const systemOf = async (test: TestEdge, browser: Awaited<ReturnType<typeof signedIn>>) => SystemState.parse(await (await browser.get('/api/system')).json())

describe('an edge', () => {
  it('says what it is: version, host, disk, a ruler that is true', async () => {
    const test = await open()
    await test.edge.start()
    const state = await systemOf(test, await signedIn(test.edge))
    expect(state).toMatchObject({ host: 'served', jobsWaiting: 0, jobsRunning: 0, isSafeToSwitchOff: true, reader: { state: 'none' }, dataDir: test.dataDir, warnings: [] })
    expect(state.ruler.isTrue).toBe(true)
    expect(state.ruler.checks.length).toBeGreaterThan(10)
    expect(state.freeDiskBytes).toBeGreaterThan(0)
  })

  it('is not safe to switch off while an import stands open', async () => {
    const test = await open()
    const browser = await signedIn(test.edge)
    const { id } = await (await browser.send('POST', '/api/imports/uploads', {})).json() as { id: string }
    const bytes = new Uint8Array(aDicomFile(aSlice()))
    await test.edge.console(new Request(`http://127.0.0.1:4870/api/imports/${id}/files?path=a.dcm`, { method: 'PUT', headers: { cookie: browser.cookie() ?? '' }, body: bytes }))
    expect((await systemOf(test, browser)).isSafeToSwitchOff).toBe(false)
    await browser.send('POST', `/api/imports/${id}/finish`)
    expect((await systemOf(test, browser)).isSafeToSwitchOff).toBe(true)
  })

  it('says loudly when the audit trail was tampered with', async () => {
    const test = await open()
    const browser = await signedIn(test.edge)
    test.edge.rooms.db.sqlite.exec(`drop trigger audit_entries_no_update; update audit_entries set action = 'nothing'`)
    await test.edge.start()
    expect((await systemOf(test, browser)).warnings).toEqual([expect.stringContaining('audit trail was changed from outside')])
  })

  it('tells its windows when the command line writes to the same folder, and does not call it safe to switch off then', async () => {
    const test = await open()
    const browser = await signedIn(test.edge)
    await test.edge.start()
    const reader = (await browser.get('/api/events')).body?.getReader()
    await reader?.read()
    const other = await open({ dataDir: test.dataDir, host: 'cli' })
    other.edge.rooms.accounts.audit.record({ actor: 'command-line', actorName: 'Command line', action: 'test', subject: 'x' })
    const heard = await reader?.read()
    expect(new TextDecoder().decode(heard?.value)).toContain('"type":"system-changed"')
    await reader?.cancel()
    // The same event tells of other changes too; the neighbour is noticed within two seconds.
    await expect.poll(async () => (await systemOf(test, browser)).isSafeToSwitchOff, { timeout: 10_000 }).toBe(false)
    test.clock.advance(6)
    expect((await systemOf(test, browser)).isSafeToSwitchOff).toBe(true)
  })

  it('refuses requests after its stop, stops twice without harm, and keeps what it acknowledged', async () => {
    const test = await open()
    await signedIn(test.edge)
    await test.edge.start()
    await test.edge.stop()
    await test.edge.stop()
    expect((await test.edge.console(new Request('http://127.0.0.1:4870/api/health'))).status).toBe(503)
    const again = await anEdge({ dataDir: test.dataDir })
    opened.push(again)
    const response = await again.edge.console(new Request('http://127.0.0.1:4870/api/session/sign-in', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login: mora.login, password: mora.password })
    }))
    expect(response.status).toBe(200)
  })

  it('can be stopped though it was never started', async () => {
    const test = await open()
    await test.edge.stop()
  })

  it('cleans up at start after a process that died', async () => {
    const test = await open()
    const left = join(test.dataDir, 'incoming', '999999999-1')
    await mkdir(left, { recursive: true })
    await writeFile(join(left, 'x.part'), 'x')
    await test.edge.start()
    expect(await readdir(join(test.dataDir, 'incoming'))).not.toContain('999999999-1')
  })
})

describe('a data folder that can not be used', () => {
  it('is one sentence before anything is listened to', async () => {
    const folder = await aFolder()
    await writeFile(databaseFile(folder.path), 'this is not a database '.repeat(100))
    const make = () => createEdge(parseConfig({}, { dataDir: folder.path }), { host: 'served', log: createLog(silentSink) })
    expect(make).toThrow('The database in the data folder is damaged.')
    await folder.remove()
  })
})
