import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { newRowId } from '../../platform/row-id.ts'

export type KeyFrame = Readonly<{ id: string, deviceId: string, takenAt: string }>

/** Blurred pictures, each with the instant of its end. */
export function createKeyFrameStore({ sqlite }: Db, clock: Clock) {
  const insert = sqlite.prepare('insert into key_frames (id, device_id, taken_at, delete_after, jpeg) values (?, ?, ?, ?, ?)')
  const clean = sqlite.prepare('delete from key_frames where delete_after <= ?')
  const list = sqlite.prepare<[string, string], KeyFrame>('select id, device_id deviceId, taken_at takenAt from key_frames where taken_at >= ? and delete_after > ? order by taken_at desc limit 500')
  const one = sqlite.prepare<[string, string], { jpeg: Buffer }>('select jpeg from key_frames where id = ? and delete_after > ?')
  return {
    add(deviceId: string, jpeg: Buffer, hours: number): void {
      const now = clock.now().getTime()
      insert.run(newRowId(), deviceId, new Date(now).toISOString(), new Date(now + hours * 3_600_000).toISOString(), jpeg)
    },
    list: (since: string): KeyFrame[] => list.all(since, clock.iso()),
    /** Null where there is none, or its time is up. */
    jpeg: (id: string): Buffer | null => one.get(id, clock.iso())?.jpeg ?? null,
    clean: (): void => { clean.run(clock.iso()) }
  }
}
