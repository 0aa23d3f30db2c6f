import { statfs } from 'node:fs/promises'
import { Hono } from 'hono'
import type { Health, RulerState, SystemState } from '../../src-shared/system.ts'
import type { Db } from '../platform/database.ts'
import type { HttpEnv } from '../platform/http.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Log } from '../platform/log.ts'
import { openApi } from './openapi.ts'
import type { Activity } from './activity.ts'

export type SystemDeps = Readonly<{
  db: Db, jobs: Jobs, activity: Activity, log: Log, version: string, host: SystemState['host'], dataDir: string
  ruler: () => RulerState
  /** Another process has written to the data folder in the last seconds: an import of the command line, say. */
  isNeighbourWriting: () => boolean
  reader: () => SystemState['reader']
  offSite: () => SystemState['offSite']
  /** What leaves, for the health. */
  queue: () => Pick<Health, 'storage' | 'queue'>
  /** Sentences about what is wrong with this workstation, besides ruler and disk. */
  warnings: () => readonly string[]
}>

const lowDiskBytes = 2 * 1024 ** 3

export function createSystemRoutes(deps: SystemDeps): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  for (const path of ['/api/health', '/health']) {
    routes.get(path, (c) => {
      const health = healthOf(deps)
      return c.json<Health>(health, health.status === 'ok' ? 200 : 503)
    })
  }
  routes.get('/api/openapi.json', (c) => c.json(openApi(deps.version)))
  routes.get('/api/system', async (c) => c.json<SystemState>(await systemOf(deps)))
  return routes
}

/** Says nothing of patients: anyone on the loopback may ask. */
export function healthOf({ db, jobs, version, log, reader, queue }: Pick<SystemDeps, 'db' | 'jobs' | 'version' | 'log' | 'reader' | 'queue'>): Health {
  try {
    const { queued, running } = jobs.counts()
    db.sqlite.pragma('schema_version')
    return { status: 'ok', version, database: 'ok', jobs: queued + running, reader: reader().state, ...queue() }
  } catch (error) {
    log.error('database-does-not-answer', error)
    return { status: 'degraded', version, database: 'error', jobs: 0, reader: 'none', storage: { mode: 'off', state: 'unknown' }, queue: { waiting: 0, dead: 0 } }
  }
}

async function systemOf({ jobs, activity, version, host, dataDir, ruler, isNeighbourWriting, reader, offSite, warnings }: SystemDeps): Promise<SystemState> {
  const { queued, running } = jobs.counts()
  const disk = await statfs(dataDir)
  const freeDiskBytes = disk.bavail * disk.bsize
  const state = ruler()
  return {
    version, host, node: process.version, ruler: state, jobsWaiting: queued, jobsRunning: running,
    isSafeToSwitchOff: running === 0 && !activity.isWriting() && !isNeighbourWriting(),
    reader: reader(),
    offSite: offSite(),
    freeDiskBytes, dataDir,
    warnings: [
      ...(state.isTrue ? [] : ['Measuring is locked: the check of our own ruler has not passed.']),
      ...(freeDiskBytes < lowDiskBytes ? [`Only ${Math.floor(freeDiskBytes / 1024 ** 2)} MB are free on the disk of the data folder.`] : []),
      ...warnings()
    ]
  }
}
