import { StudyUid } from '../../src-shared/ids.ts'
import { ImportState, Rejection, type ImportProgress } from '../../src-shared/studies.ts'
import type { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/database.ts'
import { isAlive } from '../platform/processes.ts'
import { newRowId } from '../platform/row-id.ts'

export type ImportStore = ReturnType<typeof createImportStore>
type State = z.infer<typeof ImportState>
type Row = {
  id: string, label: string, state: string, done: number, total: number | null, bytesDone: number, imported: number, duplicates: number, rejected: number,
  message: string | null, startedAt: string, finishedAt: string | null, pid: number
}
const columns = 'id, label, state, done, total, bytes_done "bytesDone", imported, duplicates, rejected, message, started_at "startedAt", finished_at "finishedAt", pid'
export type ImportCounts = Readonly<{ done: number, total: number | null, bytesDone: number, imported: number, duplicates: number, rejected: number }>

/** Rows of imports: what each brought in and what it refused, to be looked up at any later time. */
export function createImportStore({ sqlite }: Db, clock: Clock) {
  const insert = sqlite.prepare('insert into imports (id, label, actor, state, total, pid, started_at) values (?, ?, ?, ?, ?, ?, ?)')
  const one = sqlite.prepare<[string], Row>(`select ${columns} from imports where id = ?`)
  const recent = sqlite.prepare<[number], Row>(`select ${columns} from imports order by id desc limit ?`)
  const open = sqlite.prepare<[], Row>(`select ${columns} from imports where state in ('receiving', 'running')`)
  const count = sqlite.prepare('update imports set done = ?, total = ?, bytes_done = ?, imported = ?, duplicates = ?, rejected = ? where id = ?')
  const settle = sqlite.prepare('update imports set state = ?, message = ?, finished_at = ? where id = ?')
  const setState = sqlite.prepare('update imports set state = ? where id = ?')
  const insertRejection = sqlite.prepare('insert into import_rejections (id, import_id, path, code, reason) values (?, ?, ?, ?, ?)')
  const rejections = sqlite.prepare<[string], { path: string, code: string, reason: string }>('select path, code, reason from import_rejections where import_id = ? order by rowid')
  const touch = sqlite.prepare('insert into import_studies (id, import_id, study_uid) select ?, ?, ? where not exists (select 1 from import_studies where import_id = ? and study_uid = ?)')
  const touched = sqlite.prepare<[string], { studyUid: string }>('select study_uid "studyUid" from import_studies where import_id = ? order by rowid')

  const studiesOf = (id: string) => touched.all(id).map(({ studyUid }) => StudyUid.parse(studyUid))
  const toProgress = (row: Row): ImportProgress => ({
    id: row.id, label: row.label, state: ImportState.parse(row.state), done: row.done, total: row.total, bytesDone: row.bytesDone,
    imported: row.imported, duplicates: row.duplicates, rejected: row.rejected, filesPerSecond: null, megabytesPerSecond: null,
    message: row.message, startedAt: row.startedAt, finishedAt: row.finishedAt, studyUids: studiesOf(row.id)
  })

  return {
    create(label: string, actor: string, state: State, total: number | null): string {
      const id = newRowId()
      insert.run(id, label, actor, state, total, process.pid, clock.iso())
      return id
    },
    progress(id: string): ImportProgress | null {
      const row = one.get(id)
      return row === undefined ? null : toProgress(row)
    },
    recent: (limit: number): ImportProgress[] => recent.all(limit).map(toProgress),
    rejections: (id: string): Rejection[] => rejections.all(id).map((row) => Rejection.parse(row)),
    reject: (id: string, { path, code, reason }: Rejection): void => { insertRejection.run(newRowId(), id, path, code, reason) },
    touchStudy: (id: string, studyUid: string): void => { touch.run(newRowId(), id, studyUid, id, studyUid) },
    studiesOf,
    count(id: string, { done, total, bytesDone, imported, duplicates, rejected }: ImportCounts): void {
      count.run(done, total, bytesDone, imported, duplicates, rejected, id)
    },
    setState: (id: string, state: State): void => { setState.run(state, id) },
    settle: (id: string, state: State, message: string | null): void => { settle.run(state, message, clock.iso(), id) },
    /** Imports of processes that are no more; what they committed stays, and they can be run again. Returns how many. */
    closeInterrupted(): number {
      const dead = open.all().filter(({ pid }) => pid === process.pid || !isAlive(pid))
      for (const { id, imported } of dead) {
        settle.run('interrupted', `The import was cut off. ${imported} ${imported === 1 ? 'file is' : 'files are'} safe; import the same folder again to bring in the rest.`, clock.iso(), id)
      }
      return dead.length
    }
  }
}
