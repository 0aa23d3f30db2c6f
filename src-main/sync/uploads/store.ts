import { z } from 'zod'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import type { ConfirmedObject } from '../storage/types.ts'

export type CloudRow = Readonly<{ name: string, studyUid: StudyUid, kind: 'instance' | 'report' | 'manifest', sopInstanceUid: string | null, sha256: string, crc32c: string, bytes: number, generation: string }>
export type NewCloudRow = Omit<CloudRow, 'name' | 'crc32c' | 'bytes' | 'generation'> & Readonly<{ confirmed: ConfirmedObject }>
export type SentKey = Readonly<{ key: string, state: string }>

const columns = 'name, study_uid "studyUid", kind, sop_instance_uid "sopInstanceUid", sha256, crc32c, bytes, generation'

/** Objects that the target has confirmed, and how the entries stand that send them. */
export function createUploadStore({ sqlite }: Db, clock: Clock) {
  const ofStudy = sqlite.prepare<[string, string, string, string], CloudRow>(`select ${columns} from cloud_objects where bucket = ? and study_uid = ? and substr(name, 1, length(?)) = ? order by kind, name`)
  const insert = sqlite.prepare(`
    insert into cloud_objects (bucket, name, study_uid, kind, sop_instance_uid, sha256, crc32c, bytes, generation, confirmed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (bucket, name) do nothing`)
  const forget = sqlite.prepare<[string, string]>('delete from cloud_objects where bucket = ? and name = ?')
  const keys = sqlite.prepare<[], SentKey>(`select key, state from outbox where target = 'cloud-storage'`)
  const subjects = sqlite.prepare<[], { subject: StudyUid }>(`select distinct subject from outbox where target = 'cloud-storage' and state <> 'cancelled' and subject is not null`)
  return {
    /** Of one place below one folder. */
    ofStudy: (place: string, studyUid: string, folder: string): CloudRow[] => ofStudy.all(place, studyUid, `${folder}/`, `${folder}/`),
    confirm(place: string, { studyUid, kind, sopInstanceUid, sha256, confirmed: { name, crc32c, bytes, generation } }: NewCloudRow): void {
      insert.run(place, name, studyUid, kind, sopInstanceUid, sha256, crc32c, bytes, generation, clock.iso())
    },
    /** What turned out not to be there. */
    forget: (place: string, names: readonly string[]): void => { for (const name of names) forget.run(place, name) },
    keys: (): ReadonlyMap<string, string> => new Map(keys.all().map(({ key, state }) => [key, state])),
    sentStudies: (): StudyUid[] => subjects.all().map(({ subject }) => subject)
  }
}
export type UploadStore = ReturnType<typeof createUploadStore>

/** What an upload keeps between tries: the sessions of large objects. */
export const KeptUpload = z.object({ sessions: z.record(z.string(), z.object({ name: z.string(), uri: z.url(), crc32c: z.string() })) })
