import type { Clock } from './clock.ts'
import type { Db } from './database.ts'
import { isAlive } from './processes.ts'
import { newRowId } from './row-id.ts'

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
export type JobRow = Readonly<{
  id: string, kind: string, key: string, payload: string, state: JobState, attempts: number, progress: number,
  leasedBy: string | null, leaseUntil: string | null, error: string | null, createdAt: string
}>

const columns = `id, kind, key, payload, state, attempts, progress, leased_by "leasedBy", lease_until "leaseUntil", error, created_at "createdAt"`

/** The SQL of the queue: prepared, because it runs every second and at every step of progress. */
export function createJobStore({ sqlite }: Db, clock: Clock) {
  const later = (ms: number) => new Date(clock.now().getTime() + ms).toISOString()
  const get = sqlite.prepare<[string], JobRow>(`select ${columns} from jobs where id = ?`)
  const active = sqlite.prepare<[string, string], { id: string }>(`select id from jobs where kind = ? and key = ? and state in ('queued', 'running')`)
  const insert = sqlite.prepare(`insert into jobs (id, kind, key, payload, state, priority, attempts, progress, created_at) values (?, ?, ?, ?, 'queued', ?, 0, 0, ?)`)
  const lease = sqlite.prepare<[string, string, string, string], JobRow>(`
    update jobs set state = 'running', attempts = attempts + 1, leased_by = ?, lease_until = ?, started_at = ?
    where id = (select id from jobs where state = 'queued' and kind = ? order by priority desc, id limit 1) returning ${columns}`)
  const renew = sqlite.prepare(`update jobs set lease_until = ? where id = ? and state = 'running'`)
  const held = sqlite.prepare<[], JobRow>(`select ${columns} from jobs where state = 'running'`)
  const release = sqlite.prepare(`update jobs set state = 'queued', leased_by = null, lease_until = null where id = ? and state = 'running'`)
  const progress = sqlite.prepare(`update jobs set progress = ? where id = ? and state = 'running'`)
  const finish = sqlite.prepare(`update jobs set state = ?, error = ?, finished_at = ?, leased_by = null, lease_until = null where id = ? and state in ('queued', 'running')`)
  const counts = sqlite.prepare<[], { state: JobState, n: number }>(`select state, count(*) n from jobs where state in ('queued', 'running') group by state`)

  return {
    get: (id: string): JobRow | null => get.get(id) ?? null,
    enqueue: sqlite.transaction((kind: string, key: string, payload: unknown, priority: number): string => {
      const existing = active.get(kind, key)
      if (existing !== undefined) return existing.id
      const id = newRowId()
      insert.run(id, kind, key, JSON.stringify(payload), priority, clock.iso())
      return id
    }),
    lease: (kind: string, owner: string, ms: number): JobRow | null => lease.get(owner, later(ms), clock.iso(), kind) ?? null,
    /** False when the row is no longer running: somebody cancelled it. */
    renew: (id: string, ms: number): boolean => renew.run(later(ms), id).changes === 1,
    release: (id: string): void => { release.run(id) },
    progress: (id: string, fraction: number): void => { progress.run(Math.min(1, Math.max(0, fraction)), id) },
    finish: (id: string, state: 'done' | 'failed' | 'cancelled', error: string | null): void => { finish.run(state, error, clock.iso(), id) },
    cancel(kind: string, key: string): string | null {
      const existing = active.get(kind, key)
      if (existing === undefined) return null
      finish.run('cancelled', null, clock.iso(), existing.id)
      return existing.id
    },
    /** Back to the queue what dead or silent processes hold. */
    reclaim(): void {
      const now = clock.iso()
      for (const row of held.all()) {
        const pid = Number(row.leasedBy?.split(':')[0] ?? 0)
        if (!isAlive(pid) || (row.leaseUntil ?? '') < now) release.run(row.id)
      }
    },
    counts(): { queued: number, running: number } {
      const found = Object.fromEntries(counts.all().map((row) => [row.state, row.n]))
      return { queued: found['queued'] ?? 0, running: found['running'] ?? 0 }
    }
  }
}
