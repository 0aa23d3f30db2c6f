import type { Clock } from '../clock.ts'
import type { Db } from '../database.ts'
import type { Place, ShortLived } from './types.ts'

type Value = Readonly<{ value: string, expiresAtMs: number }>

/** In the database of this workstation: the same behaviour as Redis, for one machine. */
export function createSqliteShortLived({ sqlite }: Db, clock: Clock): ShortLived {
  const get = sqlite.prepare<[string], Value>('select value, expires_at_ms "expiresAtMs" from short_lived where key = ?')
  const set = sqlite.prepare('insert into short_lived (key, value, expires_at_ms) values (?, ?, ?) on conflict (key) do update set value = excluded.value, expires_at_ms = excluded.expires_at_ms')
  const remove = sqlite.prepare('delete from short_lived where key = ?')
  const forget = sqlite.prepare('delete from short_lived where expires_at_ms <= ?')
  const forgetPlaces = sqlite.prepare('delete from short_lived_places where expires_at_ms <= ?')
  const leave = sqlite.prepare('delete from short_lived_places where key = ? and (at_ms <= ? or member = ?)')
  const has = sqlite.prepare<[string, string], { one: 1 }>('select 1 one from short_lived_places where key = ? and member = ?')
  const places = sqlite.prepare<[string], { n: number, oldestMs: number }>('select count(*) n, coalesce(min(at_ms), 0) "oldestMs" from short_lived_places where key = ?')
  const sit = sqlite.prepare('insert into short_lived_places (key, member, at_ms, expires_at_ms) values (?, ?, ?, ?)')
  const nowMs = () => clock.now().getTime()
  const alive = (key: string): Value | null => {
    const row = get.get(key)
    return row === undefined || row.expiresAtMs <= nowMs() ? null : row
  }
  const put = (key: string, value: string, ttlMs: number) => {
    forget.run(nowMs())
    forgetPlaces.run(nowMs())
    set.run(key, value, nowMs() + ttlMs)
  }
  const atomically = <T>(act: () => T): T => sqlite.transaction(act).immediate()
  return {
    kind: 'sqlite', whyNot: () => null,
    get: async (key) => alive(key)?.value ?? null,
    set: async (key, value, ttlMs) => { atomically(() => { put(key, value, ttlMs) }) },
    take: async (key) => atomically(() => {
      const found = alive(key)
      remove.run(key)
      return found?.value ?? null
    }),
    remove: async (key) => { remove.run(key) },
    count: async (key, ttlMs) => atomically(() => {
      const known = alive(key)
      const next = Number(known?.value ?? 0) + 1
      put(key, String(next), known === null ? ttlMs : known.expiresAtMs - nowMs())
      return next
    }),
    reserve: async (key, member, { most, windowMs }): Promise<Place> => atomically(() => {
      leave.run(key, nowMs() - windowMs, '')
      if (has.get(key, member) !== undefined) return { isFree: true }
      const { n, oldestMs } = places.get(key) ?? { n: 0, oldestMs: 0 }
      if (n >= most) return { isFree: false, freeInMs: Math.max(1, oldestMs + windowMs - nowMs()) }
      sit.run(key, member, nowMs(), nowMs() + windowMs)
      return { isFree: true }
    }),
    release: async (key, member) => { leave.run(key, Number.NEGATIVE_INFINITY, member) },
    close: async () => undefined
  }
}
