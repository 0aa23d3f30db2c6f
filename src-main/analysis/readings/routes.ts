import { Hono } from 'hono'
import { RowId, StudyUid } from '../../../src-shared/ids.ts'
import { AgreementRequest, FirstImpressionRequest, ReadingRequest, StatementVerdict } from '../../../src-shared/reading.ts'
import { parseJson, parseParam, principalOf, requireRole, type HttpEnv } from '../../platform/http.ts'
import type { Analysis } from '../index.ts'

/** Asking takes nobody's place; a verdict is a medical act. */
const people = ['clinician', 'admin', 'assistant'] as const
const clinicians = ['clinician', 'admin'] as const

export function readingRoutes({ readings, quality }: Pick<Analysis, 'readings' | 'quality'>): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get('/studies/:studyUid/readings', (c) => { principalOf(c); return c.json(readings.list(parseParam(c, 'studyUid', StudyUid))) })
    .post('/studies/:studyUid/readings', async (c) => {
      const by = requireRole(c, ...people)
      return c.json({ readings: await readings.request(parseParam(c, 'studyUid', StudyUid), await parseJson(c, ReadingRequest), by) }, 202)
    })
    .delete('/readings/:id', (c) => c.json(readings.cancel(parseParam(c, 'id', RowId), requireRole(c, ...people))))
    .post('/statements/:id/verdict', async (c) => {
      const by = requireRole(c, ...clinicians)
      return c.json(readings.verdict(parseParam(c, 'id', RowId), await parseJson(c, StatementVerdict), by))
    })
    .post('/studies/:studyUid/first-impression', async (c) => {
      const by = requireRole(c, ...clinicians)
      return c.json(readings.commitImpression(parseParam(c, 'studyUid', StudyUid), (await parseJson(c, FirstImpressionRequest)).text, by))
    })
    .put('/studies/:studyUid/first-impression/agreement', async (c) => {
      const by = requireRole(c, ...clinicians)
      return c.json(readings.agree(parseParam(c, 'studyUid', StudyUid), await parseJson(c, AgreementRequest), by))
    })
    .get('/reader/quality', (c) => { principalOf(c); return c.json(quality()) })
}
