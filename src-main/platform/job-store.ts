import type { Clock } from './clock.ts'
import type { Db } from './database.ts'
import { newRowId } from './row-id.ts'

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
export type JobRow = Readonly<{
  id: string, kind: string, key: string, payload: string, state: JobState, attempts: number, progress: number,
  leasedBy: string | null, leaseUntil: string | null, error: string | null, createdAt: string
}>
/** One lease of one job. Whoever lost it, because it slept too long and another took over, changes nothing in the row any more. */
export type Lease = Readonly<{ id: string, leasedBy: string | null, attempts: number }>

export type JobStore = ReturnType<typeof createJobStore>

const columns = `id, kind, key, payload, state, attempts, progress, leased_by "leasedBy", lease_until "leaseUntil", error, created_at "createdAt"`
const held = `id = @id and leased_by = @leasedBy and attempts = @attempts and state = 'running'`
const freed = `state = 'queued', leased_by = null, lease_until = null`

/** The SQL of the queue: prepared, because it runs every second and at every step of progress. */
export function createJobStore({ sqlite }: Db, clock: Clock) {
  const later = (ms: number) => new Date(clock.now().getTime() + ms).toISOString()
  const get = sqlite.prepare<[string], JobRow>(`select ${columns} from jobs where id = ?`)
  const active = sqlite.prepare<[string, string], { id: string }>(`select id from jobs where kind = ? and key = ? and state in ('queued', 'running')`)
  const insert = sqlite.prepare(`insert into jobs (id, kind, key, payload, state, priority, attempts, progress, created_at) values (?, ?, ?, ?, 'queued', ?, 0, 0, ?)`)
  // By rowid, which grows with each row; ids of the same millisecond have no order.
  const next = sqlite.prepare<[string], { id: string }>(`select id from jobs where state = 'queued' and kind = ? order by priority desc, rowid limit 1`)
  const take = sqlite.prepare<[string, string, string, string], JobRow>(`
    update jobs set state = 'running', attempts = attempts + 1, leased_by = ?, lease_until = ?, started_at = ?
    where id = ? and state = 'queued' returning ${columns}`)
  const isHeld = sqlite.prepare<[Lease], JobRow>(`select ${columns} from jobs where ${held}`)
  const renew = sqlite.prepare<[Lease & { until: string }]>(`update jobs set lease_until = @until where ${held}`)
  const running = sqlite.prepare<[], JobRow>(`select ${columns} from jobs where state = 'running'`)
  const release = sqlite.prepare<[Lease]>(`update jobs set ${freed} where ${held}`)
  const giveBack = sqlite.prepare<[Lease]>(`update jobs set ${freed}, attempts = attempts - 1 where ${held}`)
  const progress = sqlite.prepare<[Lease & { fraction: number }]>(`update jobs set progress = @fraction where ${held}`)
  const finish = sqlite.prepare<[Lease & { state: JobState, error: string | null, at: string }]>(
    `update jobs set state = @state, error = @error, finished_at = @at, leased_by = null, lease_until = null where ${held}`)
  const cancel = sqlite.prepare(`update jobs set state = 'cancelled', finished_at = ?, leased_by = null, lease_until = null where id = ?`)
  const counts = sqlite.prepare<[], { state: JobState, n: number }>(`select state, count(*) n from jobs where state in ('queued', 'running') group by state`)

  return {
    atomically: <T>(act: () => T): T => sqlite.transaction(act)(),
    get: (id: string): JobRow | null => get.get(id) ?? null,
    enqueue: sqlite.transaction((kind: string, key: string, payload: unknown, priority: number): string => {
      const existing = active.get(kind, key)
      if (existing !== undefined) return existing.id
      const id = newRowId()
      insert.run(id, kind, key, JSON.stringify(payload), priority, clock.iso())
      return id
    }),
    /** Looks before it writes, so that an empty queue costs a read a second and no write lock. */
    lease(kind: string, owner: string, ms: number): JobRow | null {
      const waiting = next.get(kind)
      return waiting === undefined ? null : take.get(owner, later(ms), clock.iso(), waiting.id) ?? null
    },
    /** False when the lease is lost: somebody cancelled the job or took it over. Writes only when less than `atLeastMs` of it is left. */
    renew(lease: Lease, ms: number, atLeastMs: number): boolean {
      const row = isHeld.get(lease)
      if (row === undefined) return false
      return (row.leaseUntil ?? '') > later(atLeastMs) || renew.run({ ...lease, until: later(ms) }).changes === 1
    },
    running: (): JobRow[] => running.all(),
    /** Back to the queue; the attempt counts, as its process may have died of it. */
    release: (lease: Lease): boolean => release.run(lease).changes === 1,
    /** Back to the queue as if it had not been begun: we are closing in good order. */
    giveBack: (lease: Lease): void => { giveBack.run(lease) },
    progress: (lease: Lease, fraction: number): void => { progress.run({ ...lease, fraction: Math.min(1, Math.max(0, fraction)) }) },
    /** False where the lease was lost before. */
    finish: (lease: Lease, state: 'done' | 'failed', error: string | null): boolean => finish.run({ ...lease, state, error, at: clock.iso() }).changes === 1,
    cancel: sqlite.transaction((kind: string, key: string): string | null => {
      const existing = active.get(kind, key)
      if (existing === undefined) return null
      cancel.run(clock.iso(), existing.id)
      return existing.id
    }),
    counts(): { queued: number, running: number } {
      const found = Object.fromEntries(counts.all().map((row) => [row.state, row.n]))
      return { queued: found['queued'] ?? 0, running: found['running'] ?? 0 }
    }
  }
}
