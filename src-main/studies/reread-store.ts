import type { Db } from '../platform/database.ts'
import { headerReader, type InstanceHeader } from './dicom/instance-header.ts'

export type RereadStore = ReturnType<typeof createRereadStore>

/** Stored headers begin with the number of the reader that made them, so that a look at their first characters tells. */
const beginning = `{"reader":${headerReader},`

/** Rows of headers that an older version read. */
export function createRereadStore({ sqlite }: Db) {
  const lastRow = sqlite.prepare<[], { last: number | null }>('select max(rowid) last from instances')
  const older = sqlite.prepare<[number, number, number, string], { sopInstanceUid: string, sha256: string }>(
    'select sop_instance_uid "sopInstanceUid", sha256 from instances where rowid > ? and rowid <= ? and substr(header, 1, ?) <> ?')
  const replace = sqlite.prepare('update instances set header = ? where sop_instance_uid = ? and series_uid = ?')
  const markStale = sqlite.prepare('update series set is_stale = 1 where series_uid = ?')

  return {
    /** Those among the next `count` rows after row `after`; `nextAfter` is null behind the last. */
    readByOlderVersions(after: number, count: number): { instances: { sopInstanceUid: string, sha256: string }[], nextAfter: number | null } {
      const upTo = after + count
      return { instances: older.all(after, upTo, beginning.length, beginning), nextAfter: upTo < (lastRow.get()?.last ?? 0) ? upTo : null }
    },
    /** False where the file is no longer the instance that it was taken for: then what is stored stays. */
    replaceHeader: (sopInstanceUid: string, header: InstanceHeader): boolean => sqlite.transaction(() => {
      if (header.sopInstanceUid !== sopInstanceUid || replace.run(JSON.stringify(header), sopInstanceUid, header.seriesUid).changes === 0) return false
      markStale.run(header.seriesUid)
      return true
    }).immediate()
  }
}
