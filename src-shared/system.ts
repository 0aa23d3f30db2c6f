import { z } from 'zod'
import { ReaderSummary } from './reading.ts'
import { OffSite, TargetState } from './sync.ts'

/** The start-up check of our own ruler: when it is off, measuring is locked, loudly. */
export const RulerState = z.object({
  isTrue: z.boolean(),
  checks: z.array(z.object({ name: z.string(), expected: z.number(), measured: z.number(), tolerance: z.number(), unit: z.string(), ok: z.boolean() }))
})
export type RulerState = z.infer<typeof RulerState>

export const SystemState = z.object({
  version: z.string(), host: z.enum(['electron', 'served']), node: z.string(),
  ruler: RulerState,
  /** Jobs not finished: analyses and thumbnails. */
  jobsWaiting: z.int(), jobsRunning: z.int(),
  /** All acknowledged work is on disk and nothing is being written. */
  isSafeToSwitchOff: z.boolean(),
  reader: ReaderSummary,
  /** The second light: what has been confirmed at the cloud, and how much is still to go. */
  offSite: OffSite,
  freeDiskBytes: z.number().nullable(),
  dataDir: z.string(),
  warnings: z.array(z.string())
})
export type SystemState = z.infer<typeof SystemState>

/** `GET /health` and `/api/health`: open to anyone on the loopback, so it says nothing of patients. */
export const Health = z.object({
  status: z.enum(['ok', 'degraded']), version: z.string(), database: z.enum(['ok', 'error']), jobs: z.int(),
  /** Where copies go, and whether it answers. */
  storage: z.object({ mode: z.enum(['gcs', 'local', 'off']), state: TargetState }),
  reader: z.enum(['none', 'off', 'idle', 'loading', 'running', 'failed']),
  /** What waits to leave. */
  queue: z.object({ waiting: z.int(), dead: z.int() })
})
export type Health = z.infer<typeof Health>
