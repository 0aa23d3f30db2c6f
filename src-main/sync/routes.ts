import { Hono } from 'hono'
import { RowId, StudyUid } from '../../src-shared/ids.ts'
import { SyncItemsQuery, SyncReportQuery, SyncSettingsPatch, SyncTarget, type SyncReport } from '../../src-shared/sync.ts'
import { parseJson, parseParam, parseQuery, requireRole, type HttpEnv } from '../platform/http.ts'
import type { Sync } from './index.ts'

const people = ['clinician', 'admin', 'assistant'] as const
const monthMs = 31 * 24 * 3600 * 1000

/** The queue of what leaves, under `/api`. Whoever works here sees it and may try again; who sets what goes is an administrator. */
export function createSyncRoutes(sync: Sync, now: () => Date): Hono<HttpEnv> {
  const span = ({ from, to }: SyncReportQuery) => {
    const end = to === undefined ? new Date(now().getTime() + 1000) : new Date(to)
    return [from ?? new Date(end.getTime() - monthMs).toISOString(), end.toISOString()] as const
  }
  return new Hono<HttpEnv>().basePath('/api')
    .get('/sync', (c) => { requireRole(c, ...people); return c.json(sync.status()) })
    .get('/sync/items', (c) => { requireRole(c, ...people); return c.json(sync.items(parseQuery(c, SyncItemsQuery))) })
    .post('/sync/items/:id/retry', (c) => { sync.retry(parseParam(c, 'id', RowId), requireRole(c, ...people)); return c.body(null, 204) })
    .post('/sync/items/:id/cancel', (c) => { sync.cancel(parseParam(c, 'id', RowId), requireRole(c, 'clinician', 'admin')); return c.body(null, 204) })
    .post('/sync/pause', (c) => { sync.pause(null, true, requireRole(c, 'clinician', 'admin')); return c.json(sync.status()) })
    .post('/sync/resume', (c) => { sync.pause(null, false, requireRole(c, 'clinician', 'admin')); return c.json(sync.status()) })
    .post('/sync/targets/:target/pause', (c) => { sync.pause(parseParam(c, 'target', SyncTarget), true, requireRole(c, 'clinician', 'admin')); return c.json(sync.status()) })
    .post('/sync/targets/:target/resume', (c) => { sync.pause(parseParam(c, 'target', SyncTarget), false, requireRole(c, 'clinician', 'admin')); return c.json(sync.status()) })
    .post('/sync/targets/:target/try', (c) => { requireRole(c, ...people); sync.tryNow(parseParam(c, 'target', SyncTarget)); return c.json(sync.status()) })
    .put('/sync/settings', async (c) => { const by = requireRole(c, 'admin'); sync.changeSettings(await parseJson(c, SyncSettingsPatch), by); return c.json(sync.status()) })
    .get('/sync/report', (c) => { requireRole(c, ...people); return c.json(sync.report(...span(parseQuery(c, SyncReportQuery)))) })
    .get('/sync/report.csv', (c) => {
      requireRole(c, ...people)
      return c.body(csvOf(sync.report(...span(parseQuery(c, SyncReportQuery)))), 200, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="vigil-what-left.csv"' })
    })
    .post('/studies/:studyUid/send', (c) => {
      const by = requireRole(c, 'clinician', 'admin')
      return c.json({ queued: sync.sendNow(parseParam(c, 'studyUid', StudyUid), by) }, 202)
    })
}

/** No patient's name goes into the file: a study is named by its UID. */
function csvOf({ lines }: SyncReport): string {
  const cell = (value: string | number | null) => {
    const text = String(value ?? '')
    // A cell that begins like a formula would be one.
    return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
  }
  return [['at', 'target', 'kind', 'study', 'place', 'bytes', 'checksum'], ...lines.map(({ at, target, kind, studyUid, place, bytes, checksum }) => [at, target, kind, studyUid, place, bytes, checksum])].map((row) => row.map(cell).join(',')).join('\r\n')
}
