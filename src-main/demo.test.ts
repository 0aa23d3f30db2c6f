import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportProgress } from '../src-shared/studies.ts'
import { anEdge, signedIn, type Browser, type TestEdge } from '../test/support/edge.ts'
import { createDemo, type Demo } from './demo.ts'
import { commandLinePrincipal } from './platform/http.ts'
import { createLog, type LogLine } from './platform/log.ts'

let test: TestEdge
let browser: Browser
let demo: Demo
let logged: LogLine[]
beforeEach(async () => {
  test = await anEdge()
  browser = await signedIn(test.edge)
  const recipeFile = join(test.dataDir, 'recipe.json')
  await writeFile(recipeFile, JSON.stringify({ name: 'SMALL', anatomy: 'water', rows: 64, columns: 64, slices: 12, pixelSpacingMm: [1.5, 1.5], sliceSpacingMm: 2, sliceThicknessMm: 2, noiseHu: 0, objects: [] }))
  logged = []
  demo = createDemo({ ...test.edge.rooms, dataDir: test.dataDir, log: createLog((line) => { logged.push(line) }), recipeFile })
})
afterEach(async () => {
  await demo.stop()
  await test.stop()
})

const progressOf = async (id: string) => (await (await browser.get(`/api/imports/${id}`)).json() as { progress: ImportProgress }).progress
const ended = (id: string) => expect.poll(async () => (await progressOf(id)).state, { timeout: 20_000 })
const leftovers = async () => (await readdir(join(test.dataDir, 'incoming'), { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile())

describe('the demo study', () => {
  it('is written, imported and analysed, and leaves nothing lying about', async () => {
    const { id, state, total } = await demo.start(commandLinePrincipal)
    expect([state, total]).toEqual(['receiving', 12])
    await ended(id).toBe('done')
    const { imported, rejected, studyUids: [studyUid] } = await progressOf(id)
    expect([imported, rejected]).toEqual([12, 0])
    await demo.stop()
    expect(studyUid === undefined ? null : test.edge.rooms.analysis.analysisOf(studyUid)).toMatchObject({ state: 'queued' })
    expect(await leftovers()).toEqual([])
    expect(logged).toEqual([])
  })

  it('asked for twice at once is made once, and later again it changes nothing', async () => {
    const [first, second] = [await demo.start(commandLinePrincipal), await demo.start(commandLinePrincipal)]
    expect(second.id).toBe(first.id)
    await ended(first.id).toBe('done')
    await expect.poll(async () => (await demo.start(commandLinePrincipal)).id !== first.id, { timeout: 5000 }).toBe(true)
    const again = (await (await browser.get('/api/imports')).json() as ImportProgress[])[0]
    await ended(again?.id ?? '').toBe('done')
    expect(await progressOf(again?.id ?? '')).toMatchObject({ imported: 0, duplicates: 12 })
    expect((await (await browser.get('/api/worklist')).json() as { total: number }).total).toBe(1)
  })

  it('can be cancelled like any import', async () => {
    const { id } = await demo.start(commandLinePrincipal)
    await browser.send('DELETE', `/api/imports/${id}`)
    expect((await progressOf(id)).state).toBe('cancelled')
    await demo.stop()
    expect(await leftovers()).toEqual([])
    expect(logged).toEqual([])
  })

  it('is broken off in good order when the application closes', async () => {
    const { id } = await demo.start(commandLinePrincipal)
    await demo.stop()
    expect((await progressOf(id)).state).toBe('cancelled')
    expect(await leftovers()).toEqual([])
  })

  it('needs somebody who is signed in', async () => {
    const answer = await test.edge.console(new Request('http://127.0.0.1:4870/api/demo', { method: 'POST' }))
    expect(answer.status).toBe(401)
  })
})
