import type { ConnectionOptions, Queue, QueueEvents, Worker } from 'bullmq'
import { z } from 'zod'
import type { Log } from '../../platform/log.ts'

export type ClinicQueueDeps = Readonly<{
  redisUrl: string, log: Log, workstation: string, prefix?: string, everyMs?: number
  /** A minute has passed for the whole clinic, or something of this workstation is due. */
  onTick: () => void
}>
const queueName = 'follow-up'
const Job = z.looseObject({ workstation: z.string() })
const minuteMs = 60_000

/**
 * One queue for all workstations of a clinic: one clock, and one job for each action that comes due. A job is a pointer, workstation and
 * row, never a word of a patient. Whichever machine takes it, all hear of it, and the one whose database holds the row dispatches it: so a
 * job that runs twice, or is lost with its server, sends nothing twice and loses nothing.
 */
export function createClinicQueue({ redisUrl, log, workstation, prefix = 'vigil-queue', everyMs = minuteMs, onTick }: ClinicQueueDeps) {
  let parts: { queue: Queue, worker: Worker, events: QueueEvents } | null = null
  const quiet = (error: Error) => { log.debug('clinic-queue', { error: error.name }) }
  return {
    async start(): Promise<void> {
      // Loaded only where there is a Redis.
      const { Queue: OpenQueue, QueueEvents: OpenEvents, Worker: OpenWorker } = await import('bullmq')
      const connection: ConnectionOptions = { url: redisUrl, maxRetriesPerRequest: null }
      const queue = new OpenQueue(queueName, { connection: { url: redisUrl, maxRetriesPerRequest: 1, enableOfflineQueue: false }, prefix, defaultJobOptions: { removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } } })
      const worker = new OpenWorker(queueName, async (job) => Job.parse(job.data).workstation, { connection, prefix })
      const events = new OpenEvents(queueName, { connection, prefix })
      queue.on('error', quiet)
      worker.on('error', quiet)
      events.on('error', quiet)
      events.on('completed', ({ returnvalue }) => { const whose = String(returnvalue); if (whose.includes('all') || whose.includes(workstation)) onTick() })
      parts = { queue, worker, events }
      // The same id is the same clock, however many machines say so.
      await queue.upsertJobScheduler('minute', { every: everyMs }, { name: 'minute', data: { workstation: 'all' } }).catch(quiet)
    },
    /** The next action of this workstation that comes due. The same job is added once. */
    async plan(actionId: string, dueAt: Date, now: Date): Promise<void> {
      await parts?.queue.add('due', { workstation, actionId }, { jobId: `due-${actionId}-${dueAt.getTime()}`, delay: Math.max(0, dueAt.getTime() - now.getTime()) }).catch(quiet)
    },
    async stop(): Promise<void> {
      const open = parts
      parts = null
      if (open === null) return
      await Promise.all([open.worker.close(true), open.events.close(), open.queue.close()].map((closing) => closing.catch(quiet)))
    }
  }
}
export type ClinicQueue = ReturnType<typeof createClinicQueue>
