import type { z } from 'zod'
import type { Clock } from './clock.ts'
import type { Db } from './database.ts'
import { jsonOf } from './json.ts'

export type SettingsStore = Readonly<{
  /** Null where there is none, or where it is not readable by this version. */
  get: <S extends z.ZodType>(key: string, schema: S) => z.output<S> | null
  set: (key: string, value: unknown) => void
  remove: (key: string) => void
}>

/** Small facts of this workstation, each as JSON under its name. */
export function createSettingsStore({ sqlite }: Db, clock: Clock): SettingsStore {
  const get = sqlite.prepare<[string], { value: string }>('select value from settings where key = ?')
  const set = sqlite.prepare('insert into settings (key, value, updated_at) values (?, ?, ?) on conflict (key) do update set value = excluded.value, updated_at = excluded.updated_at')
  const remove = sqlite.prepare('delete from settings where key = ?')
  return {
    get(key, schema) {
      const row = get.get(key)
      if (row === undefined) return null
      const parsed = schema.safeParse(jsonOf(row.value))
      return parsed.success ? parsed.data : null
    },
    set: (key, value) => { set.run(key, JSON.stringify(value), clock.iso()) },
    remove: (key) => { remove.run(key) }
  }
}
