import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { AnalyzeStudyRequest, AnalyzeUriRequest, SignUploadRequest } from '../../src-shared/ct.ts'
import { AppError } from '../../src-shared/errors.ts'
import { ProtocolName } from '../../src-shared/analysis.ts'
import { RowId } from '../../src-shared/ids.ts'
import { parseJson, parseParam, parseQuery, principalOf, type HttpEnv } from '../platform/http.ts'
import type { Ct } from './index.ts'

const Upload = z.object({ name: z.string().min(1).max(200).default('upload'), protocol: z.union([z.literal('auto'), ProtocolName]).default('auto') })
const Secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** What clients of the service before this one call, under `/api` and at the root. `takeIn` receives a body as an import. */
export function createCtRoutes(ct: Ct): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
    .post('/ct/sign-upload', async (c) => c.json(await ct.addresses.sign(await parseJson(c, SignUploadRequest), new URL(c.req.url).origin, principalOf(c))))
    .post('/ct/analyze-uri', async (c) => {
      const by = principalOf(c)
      const { uri, gcsUri, gcs_uri: other, objectName, object_name: name, protocol } = await parseJson(c, AnalyzeUriRequest)
      const named = uri ?? gcsUri ?? other ?? objectName ?? name
      if (named === undefined) throw new AppError('invalid-request', 'Name the object: "uri" as /ct/sign-upload gave it.', { field: 'uri' })
      return c.json(ct.requests.view(ct.requests.analyseUri(named, protocol, by)), 202)
    })
    .post('/ct/analyze', async (c) => {
      const by = principalOf(c)
      if (!isJson(c)) {
        const { name, protocol } = parseQuery(c, Upload)
        const result = await ct.takeIn(c.req.raw, name, by)
        if (result.studies.length === 0) throw new AppError('unsupported', result.rejected[0] === undefined ? 'The request holds no DICOM file.' : `Nothing of it could be taken in: ${result.rejected[0].reason}`)
        return c.json(ct.requests.view(ct.requests.analyseStudies(result.studies.map(({ studyUid }) => studyUid), protocol, by)), 202)
      }
      const { studyUid, study_uid: other, protocol } = await parseJson(c, AnalyzeStudyRequest)
      const named = studyUid ?? other
      if (named === undefined) throw new AppError('invalid-request', 'Name the study, or send its files as the body.', { field: 'studyUid' })
      return c.json(ct.requests.view(ct.requests.analyseStudies([named], protocol, by)), 202)
    })
    .post('/ct/upload', async (c) => {
      const by = principalOf(c)
      return c.json(await ct.takeIn(c.req.raw, parseQuery(c, Upload).name, by))
    })
    .get('/ct/:id', (c) => {
      principalOf(c)
      return c.json(ct.requests.view(parseParam(c, 'id', RowId)))
    })
  return new Hono<HttpEnv>().route('/api', routes).route('/', routes)
}

const cors = { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'PUT', 'access-control-allow-headers': 'content-type', 'access-control-max-age': '600' }

/** The addresses that stand for the bucket's where there is none. Like those they carry their right in themselves, and a page of any site may use one. */
export function createUploadRoutes(ct: Ct): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .options('/ct/uploads/:secret', (c) => c.body(null, 204, cors))
    .put('/ct/uploads/:secret', async (c) => {
      for (const [name, value] of Object.entries(cors)) c.header(name, value)
      const { body, signal } = c.req.raw
      if (body === null) throw new AppError('invalid-request', 'This request carries no file.')
      const stated = c.req.header('content-length')
      await ct.addresses.receive(parseParam(c, 'secret', Secret), { contentType: c.req.header('content-type') ?? '', length: stated === undefined ? null : Number(stated), body, signal })
      return c.body(null, 200)
    })
}

function isJson(c: Context<HttpEnv>): boolean {
  return c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json'
}
