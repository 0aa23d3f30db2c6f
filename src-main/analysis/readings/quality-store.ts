import type { ReaderQuality } from '../../../src-shared/reading.ts'
import type { Db } from '../../platform/database.ts'

const lastCases = 200
type Row = Readonly<{
  id: string, studyUid: string, task: string, at: string, run: string | null, timing: string | null, error: string | null, verdict: string | null
  accepted: number, amended: number, rejected: number, open: number, flagged: number, findingStatus: string | null
}>
type Case = Readonly<{ row: Row, run: Run | null, totalMs: number | null }>
type Run = Readonly<{ model: string, weightsSha256: string | null, promptVersion: string, isMock: boolean }>

/** How the last 200 cases fared, by model and version. The answer names studies and no patients. */
export function createQualityStore({ sqlite }: Db) {
  const cases = sqlite.prepare<[number], Row>(`
    select r.id, r.study_uid "studyUid", r.task, r.created_at "at", r.run, r.timing, r.error, r.verdict, f.status "findingStatus",
      sum(s.status = 'accepted') "accepted", sum(s.status = 'amended') "amended", sum(s.status = 'rejected') "rejected", sum(s.status = 'proposed') "open", sum(s.is_flagged) "flagged"
    from (select rowid "nr", * from readings where state in ('done', 'failed') order by rowid desc limit ?) r
    left join statements s on s.reading_id = r.id left join findings f on f.id = r.finding_id group by r.id order by r.nr desc`)
  return {
    quality(): ReaderQuality {
      const found = cases.all(lastCases).map((row): Case => ({ row, run: row.run === null ? null : JSON.parse(row.run) as Run, totalMs: row.timing === null ? null : (JSON.parse(row.timing) as { totalMs: number }).totalMs }))
      const byVersion = Map.groupBy(found.filter(({ run }) => run !== null), ({ run }) => `${run?.model ?? ''} ${run?.weightsSha256 ?? ''} ${run?.promptVersion ?? ''}`)
      return {
        cases: found.length,
        versions: [...byVersion.values()].flatMap((all) => versionOf(all, found.filter(({ run }) => run === null).length)),
        recent: found.map(({ row, run, totalMs }) => ({
          readingId: row.id, studyUid: row.studyUid as ReaderQuality['recent'][number]['studyUid'], task: row.task as ReaderQuality['recent'][number]['task'], model: run?.model ?? '', isMock: run?.isMock ?? false, at: row.at,
          accepted: row.accepted ?? 0, amended: row.amended ?? 0, rejected: row.rejected ?? 0, open: row.open ?? 0, totalMs, error: row.error
        }))
      }
    }
  }
}

function versionOf(all: readonly Case[], failed: number): ReaderQuality['versions'] {
  const run = all[0]?.run ?? null
  if (run === null) return []
  const sum = (count: (row: Row) => number | null) => all.reduce((total, { row }) => total + (count(row) ?? 0), 0)
  const times = all.flatMap(({ totalMs }) => (totalMs === null ? [] : [totalMs])).toSorted((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? null
  const looks = all.filter(({ row }) => row.verdict !== null && row.findingStatus !== null)
  const { model, weightsSha256, promptVersion, isMock } = run
  return [{
    model, weightsSha256, promptVersion, isMock, readings: all.length, failed, accepted: sum(({ accepted }) => accepted), amended: sum(({ amended }) => amended), rejected: sum(({ rejected }) => rejected), open: sum(({ open }) => open),
    numbersCut: sum(({ flagged }) => flagged), falseFindings: looks.filter(({ row }) => row.verdict === 'stone' && row.findingStatus === 'rejected').length,
    missedFindings: looks.filter(({ row }) => row.verdict !== 'stone' && row.verdict !== 'cannot-tell' && (row.findingStatus === 'accepted' || row.findingStatus === 'amended')).length, medianMs: at(0.5), p95Ms: at(0.95)
  }]
}
