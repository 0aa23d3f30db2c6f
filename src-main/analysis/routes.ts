import { Hono } from 'hono'
import { z } from 'zod'
import { AnalyseRequest, FindingByHand, FindingPatch, VerdictRequest } from '../../src-shared/analysis.ts'
import { AnnotationWrite } from '../../src-shared/annotations.ts'
import { AppError } from '../../src-shared/errors.ts'
import { RowId, StudyUid } from '../../src-shared/ids.ts'
import { FindingMaskList } from '../../src-shared/masks.ts'
import { AddendumRequest, ReportWrite, SignRequest } from '../../src-shared/reports.ts'
import { parseJson, parseParam, parseQuery, principalOf, requireRole, type HttpEnv } from '../platform/http.ts'
import type { Analysis } from './index.ts'
import { readingRoutes } from './readings/routes.ts'

const Seen = z.object({ revision: z.coerce.number().int().nonnegative() })
const people = ['clinician', 'admin', 'assistant'] as const
/** A verdict is a medical act. */
const clinicians = ['clinician', 'admin'] as const
/** Pictures and documents of patients: never kept by a cache. */
function bytesAnswer(bytes: Uint8Array, type: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(new Uint8Array(bytes), { headers: { 'content-type': type, 'cache-control': 'private, no-store', ...headers } })
}

/** The paths of analysis, findings, annotations and report, under `/api`. */
export function createAnalysisRoutes(room: Analysis): Hono<HttpEnv> {
  return new Hono<HttpEnv>().basePath('/api')
    .route('/', analysisRoutes(room)).route('/', findingRoutes(room)).route('/', annotationRoutes(room)).route('/', reportRoutes(room)).route('/', readingRoutes(room))
}

function analysisRoutes(room: Analysis): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .post('/studies/:studyUid/analyses', async (c) => {
      const request = await parseJson(c, AnalyseRequest)
      return c.json(await room.analyse(parseParam(c, 'studyUid', StudyUid), request, principalOf(c)), 202)
    })
    .get('/studies/:studyUid/analysis', async (c) => {
      const studyUid = parseParam(c, 'studyUid', StudyUid)
      return c.json({ analysis: room.analysisOf(studyUid), findings: room.findings.list(studyUid), protocols: await room.offers(studyUid) })
    })
    .delete('/analyses/:id', (c) => c.json(room.cancel(parseParam(c, 'id', RowId), principalOf(c))))
    .get('/studies/:studyUid/timeline', async (c) => c.json(await room.timeline(parseParam(c, 'studyUid', StudyUid))))
}

function findingRoutes(room: Analysis): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .post('/findings/:id/verdict', async (c) => {
      const by = requireRole(c, ...clinicians)
      return c.json(room.findings.verdict(parseParam(c, 'id', RowId), await parseJson(c, VerdictRequest), by))
    })
    .patch('/findings/:id', async (c) => {
      const by = requireRole(c, ...clinicians)
      return c.json(room.findings.edit(parseParam(c, 'id', RowId), await parseJson(c, FindingPatch), by))
    })
    .post('/studies/:studyUid/findings', async (c) => {
      const by = requireRole(c, ...clinicians)
      return c.json(await room.findings.addByHand(parseParam(c, 'studyUid', StudyUid), await parseJson(c, FindingByHand), by), 201)
    })
    .get('/studies/:studyUid/masks', (c) => c.json(FindingMaskList.parse({ masks: room.masksOf(parseParam(c, 'studyUid', StudyUid)) })))
    .get('/findings/:id/crop', async (c) => bytesAnswer(await room.documents.crop(parseParam(c, 'id', RowId)), 'image/webp'))
}

function annotationRoutes(room: Analysis): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get('/studies/:studyUid/annotations', (c) => c.json({ annotations: room.annotations.list(parseParam(c, 'studyUid', StudyUid)) }))
    .put('/annotations/:id', async (c) => {
      const by = requireRole(c, ...people)
      const id = parseParam(c, 'id', RowId)
      const write = await parseJson(c, AnnotationWrite)
      if (write.id !== id) throw new AppError('invalid-request', 'The measurement names another id than the address.', { field: 'id' })
      return c.json(await room.annotations.write(write, by))
    })
    .delete('/annotations/:id', (c) => {
      room.annotations.remove(parseParam(c, 'id', RowId), parseQuery(c, Seen).revision, requireRole(c, ...people))
      return c.body(null, 204)
    })
}

function reportRoutes(room: Analysis): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get('/studies/:studyUid/report', async (c) => c.json(await room.reports.get(parseParam(c, 'studyUid', StudyUid))))
    .put('/studies/:studyUid/report', async (c) => {
      const by = requireRole(c, ...people)
      return c.json(await room.reports.save(parseParam(c, 'studyUid', StudyUid), await parseJson(c, ReportWrite), by))
    })
    .post('/studies/:studyUid/report/sign', async (c) => {
      const request = await parseJson(c, SignRequest)
      return c.json(await room.signing.sign(parseParam(c, 'studyUid', StudyUid), request, principalOf(c)))
    })
    .post('/studies/:studyUid/report/addenda', async (c) => {
      const request = await parseJson(c, AddendumRequest)
      return c.json(await room.signing.addAddendum(parseParam(c, 'studyUid', StudyUid), request, principalOf(c)), 201)
    })
    .get('/studies/:studyUid/report.pdf', async (c) => {
      // Nothing leaves by HEAD, so the trail must not say that something did.
      if (c.req.method === 'HEAD') return principalOf(c) && new Response(null, { headers: { 'content-type': 'application/pdf', 'cache-control': 'no-store' } })
      const bytes = await room.reportPdf(parseParam(c, 'studyUid', StudyUid), principalOf(c))
      return bytesAnswer(bytes, 'application/pdf', { 'content-disposition': 'inline; filename="report.pdf"' })
    })
    .get('/studies/:studyUid/report/key-images/:id', async (c) =>
      bytesAnswer(await room.documents.keyImage(parseParam(c, 'studyUid', StudyUid), parseParam(c, 'id', RowId)), 'image/png'))
}
