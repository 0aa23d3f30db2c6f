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
const closeWithinMs = 2000

/**
 * One queue for all workstations of a clinic: one clock, and one job for each action that comes due. A job is a pointer, workstation and
 * row, never a word of a patient. Whichever machine takes it, all hear of it, and the one whose database holds the row dispatches it: so a
 * job that runs twice, or is lost with its server, sends nothing twice and loses nothing.
 */
export function createClinicQueue({ redisUrl, log, workstation, prefix = 'vigil-queue', everyMs = minuteMs, onTick }: ClinicQueueDeps) {
  let parts: { queue: Queue, worker: Worker, events: QueueEvents } | null = null
  let hasClock = false
  const quiet = (error: Error) => { log.debug('clinic-queue', { error: error.name }) }
  /** The same id is the same clock, however many machines say so. While the server is away this waits for it, and nobody waits for this. */
  const setClock = async (queue: Queue): Promise<void> => {
    await queue.upsertJobScheduler('minute', { every: everyMs }, { name: 'minute', data: { workstation: 'all' } })
    hasClock = true
  }
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
      setClock(queue).catch(quiet)
    },
    /** When the next action of this workstation comes due. The same job is added once. */
    async plan(dueAt: Date, now: Date): Promise<void> {
      // Before the server has answered once, its clock ticks for nobody, and a job would only wait in memory.
      if (hasClock) await parts?.queue.add('due', { workstation }, { jobId: `due-${workstation}-${dueAt.getTime()}`, delay: Math.max(0, dueAt.getTime() - now.getTime()) }).catch(quiet)
    },
    async stop(): Promise<void> {
      const open = parts
      parts = null
      if (open === null) return
      // A server that is away must not keep the workstation from closing.
      const closing = Promise.all([open.worker.close(true), open.events.close(), open.queue.close()].map((part) => part.catch(quiet)))
      await Promise.race([closing, new Promise((done) => { setTimeout(done, closeWithinMs).unref() })])
    }
  }
}
export type ClinicQueue = ReturnType<typeof createClinicQueue>
