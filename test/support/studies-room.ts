import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Hono } from 'hono'
import { createStudies, createStudiesRoutes, takeIn, type Studies } from '../../src-main/studies/index.ts'
import { createBlobStore } from '../../src-main/platform/blobs.ts'
import { createBus } from '../../src-main/platform/bus.ts'
import { systemClock } from '../../src-main/platform/clock.ts'
import { openDatabase, type Db } from '../../src-main/platform/database.ts'
import { createJobs } from '../../src-main/platform/jobs.ts'
import { errorDoor, principalOf, type HttpEnv } from '../../src-main/platform/http.ts'
import { createLog, silentSink, type LogLine } from '../../src-main/platform/log.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'

export const somebody = { id: '0190a0a0-0000-7000-8000-000000000001', name: 'Dr Test' }

export type StudiesRoom = Readonly<{
  studies: Studies, db: Db, folder: string, dataDir: string, events: EdgeEvent[], logged: LogLine[], audited: Record<string, unknown>[]
  /** Writes files below `folder` and returns the path of the first part of their names. */
  write: (files: Readonly<Record<string, Uint8Array>>) => string
  idle: () => Promise<void>
  stop: () => Promise<void>
}>

/** The studies room alone, on a real database in a folder of its own. */
export async function aStudiesRoom({ dataDir: given, runJobs = false }: { dataDir?: string, runJobs?: boolean } = {}): Promise<StudiesRoom> {
  const root = mkdtempSync(join(tmpdir(), 'vigil-studies-'))
  const dataDir = given ?? join(root, 'data')
  const folder = join(root, 'files')
  mkdirSync(dataDir, { recursive: true })
  const logged: LogLine[] = []
  const events: EdgeEvent[] = []
  const audited: Record<string, unknown>[] = []
  const db = openDatabase({ file: join(dataDir, 'vigil.sqlite') })
  const clock = systemClock()
  const log = createLog((line) => { logged.push(line) })
  const bus = createBus<EdgeEvent>((error) => { throw error })
  bus.subscribe((event) => { events.push(event) })
  const jobs = createJobs({ db, clock, log })
  const studies = createStudies({ db, blobs: createBlobStore(dataDir), events: bus, jobs, clock, log, audit: { record: (entry) => { audited.push(entry) } }, dataDir })
  await studies.start()
  if (runJobs) jobs.start()
  return {
    studies, db, folder, dataDir, events, logged, audited,
    write(files) {
      for (const [name, bytes] of Object.entries(files)) {
        const path = join(folder, name)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, bytes)
      }
      return join(folder, Object.keys(files)[0]?.split('/')[0] ?? '')
    },
    idle: () => jobs.idle(),
    async stop() {
      await jobs.stop()
      await studies.stop()
      db.close()
      rmSync(root, { recursive: true, force: true })
    }
  }
}

/** The routes of the room behind a door that lets a clinician in; `x-nobody` asks as nobody. */
export function aStudiesApp({ studies }: StudiesRoom): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>()
  app.onError(errorDoor(createLog(silentSink)))
  app.use(async (c, next) => {
    if (c.req.header('x-nobody') === undefined) c.set('principal', { ...somebody, role: 'clinician' })
    await next()
  })
  app.route('/', createStudiesRoutes(studies))
  // As the room of the CT service's routes does it.
  app.post('/api/ct/upload', async (c) => c.json(await takeIn(studies, c.req.raw, c.req.query('name') ?? 'upload', principalOf(c))))
  return app
}
