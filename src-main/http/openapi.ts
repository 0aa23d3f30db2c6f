import { z } from 'zod'
import { Analysis, AnalyseRequest, Finding } from '../../src-shared/analysis.ts'
import { AnalyzeStudyRequest, AnalyzeUriRequest, CtRequest, SignedUpload, SignUploadRequest } from '../../src-shared/ct.ts'
import { ErrorBody } from '../../src-shared/errors.ts'
import { BiometricUpload, CaptionUpload, GlassesSettingsPatch, GlassesStatus, GlassesTimeline, InterventionDetail, Paired, Pairing, PairingRequest, PairRequest, PokeAnswer, PokeRequest, Replay, TimelineQuery, WindowStored } from '../../src-shared/glasses.ts'
import { ReadingList } from '../../src-shared/reading.ts'
import { Report } from '../../src-shared/reports.ts'
import { ImportProgress, ImportResult, ImportSummary, ImportUploadRequest, StudyDetail, Worklist, WorklistQuery } from '../../src-shared/studies.ts'
import { SyncItems, SyncItemsQuery, SyncReport, SyncReportQuery, SyncSettingsPatch, SyncStatus } from '../../src-shared/sync.ts'
import { Health, SystemState } from '../../src-shared/system.ts'

type Body = z.ZodType | 'bytes' | 'text' | 'nothing'
/** One operation. `who`: nobody needs to say who they are, a script with the API token may ask, a device of the LAN, or only a person who is signed in. */
export type Operation = Readonly<{ method: 'get' | 'post' | 'put' | 'delete', path: string, summary: string, who: 'anyone' | 'token' | 'device' | 'person', query?: z.ZodObject, body?: Body, answers: Readonly<Record<number, Body>> }>

const ct = (prefix: string): Operation[] => [
  { method: 'post', path: `${prefix}/ct/upload`, summary: 'Takes a CT in: a file, a zip or a form of files.', who: 'token', query: z.object({ name: z.string().optional() }), body: 'bytes', answers: { 200: ImportResult } },
  { method: 'post', path: `${prefix}/ct/sign-upload`, summary: 'An address for one PUT of a large CT: at the bucket, or at this machine.', who: 'token', body: SignUploadRequest, answers: { 200: SignedUpload } },
  { method: 'post', path: `${prefix}/ct/analyze-uri`, summary: 'Fetches an object that was sent to such an address, takes it in and analyses it.', who: 'token', body: AnalyzeUriRequest, answers: { 202: CtRequest } },
  { method: 'post', path: `${prefix}/ct/analyze`, summary: 'Analyses a study that is here, or the files that are the body.', who: 'token', body: AnalyzeStudyRequest, answers: { 202: CtRequest } },
  { method: 'get', path: `${prefix}/ct/{id}`, summary: 'How a request stands, and its results.', who: 'token', answers: { 200: CtRequest } }
]

const Detail = z.object({ detail: z.string() })

/** What is promised to other programs. The very schemas that the routes parse with and answer by. */
export const operations: readonly Operation[] = [
  { method: 'get', path: '/health', summary: 'Whether the workstation is well: version, database, storage, reader, queue.', who: 'anyone', answers: { 200: Health, 503: Health } },
  { method: 'get', path: '/api/health', summary: 'The same.', who: 'anyone', answers: { 200: Health, 503: Health } },
  ...ct(''), ...ct('/api'),
  { method: 'put', path: '/ct/uploads/{secret}', summary: 'The address that sign-upload gives where there is no bucket. Takes one upload.', who: 'anyone', body: 'bytes', answers: { 200: 'nothing' } },
  { method: 'post', path: '/api/imports/uploads', summary: 'Opens an import that is filled file by file.', who: 'token', body: ImportUploadRequest, answers: { 201: ImportProgress } },
  { method: 'put', path: '/api/imports/{id}/files', summary: 'One file of an import.', who: 'token', query: z.object({ path: z.string() }), body: 'bytes', answers: { 200: ImportProgress } },
  { method: 'post', path: '/api/imports/{id}/finish', summary: 'Ends the import.', who: 'token', body: 'nothing', answers: { 200: ImportProgress } },
  { method: 'get', path: '/api/imports', summary: 'The last imports.', who: 'token', answers: { 200: z.array(ImportProgress) } },
  { method: 'get', path: '/api/imports/{id}', summary: 'One import, and what was left out of it.', who: 'token', answers: { 200: ImportSummary } },
  { method: 'get', path: '/api/worklist', summary: 'Studies, a page of them.', who: 'person', query: WorklistQuery, answers: { 200: Worklist } },
  { method: 'get', path: '/api/studies/{studyUid}', summary: 'A study and its series.', who: 'person', answers: { 200: StudyDetail } },
  { method: 'post', path: '/api/studies/{studyUid}/analyses', summary: 'Asks for an analysis.', who: 'token', body: AnalyseRequest, answers: { 202: Analysis } },
  { method: 'get', path: '/api/studies/{studyUid}/analysis', summary: 'The last analysis and its findings.', who: 'token', answers: { 200: z.object({ analysis: Analysis.nullable(), findings: z.array(Finding) }) } },
  { method: 'get', path: '/api/studies/{studyUid}/report', summary: 'The report as it stands.', who: 'person', answers: { 200: Report } },
  { method: 'get', path: '/api/studies/{studyUid}/readings', summary: 'What the reader has said.', who: 'person', answers: { 200: ReadingList } },
  { method: 'get', path: '/api/system', summary: 'The state of the workstation, both lights included.', who: 'person', answers: { 200: SystemState } },
  { method: 'get', path: '/api/sync', summary: 'What leaves: lights, targets, settings, counts.', who: 'person', answers: { 200: SyncStatus } },
  { method: 'get', path: '/api/sync/items', summary: 'The queue, newest first.', who: 'person', query: SyncItemsQuery, answers: { 200: SyncItems } },
  { method: 'post', path: '/api/sync/items/{id}/retry', summary: 'Tries an item again.', who: 'person', body: 'nothing', answers: { 204: 'nothing' } },
  { method: 'post', path: '/api/sync/items/{id}/cancel', summary: 'Calls an item off.', who: 'person', body: 'nothing', answers: { 204: 'nothing' } },
  { method: 'put', path: '/api/sync/settings', summary: 'Sets what leaves, and when.', who: 'person', body: SyncSettingsPatch, answers: { 200: SyncStatus } },
  { method: 'get', path: '/api/sync/report', summary: 'What has left, each as its target confirmed it.', who: 'person', query: SyncReportQuery, answers: { 200: SyncReport } },
  { method: 'get', path: '/api/sync/report.csv', summary: 'The same as a table.', who: 'person', query: SyncReportQuery, answers: { 200: 'text' } },
  { method: 'get', path: '/api/glasses', summary: 'The LAN port, devices, streams, who captions, who decides.', who: 'person', answers: { 200: GlassesStatus } },
  { method: 'post', path: '/api/glasses/pairings', summary: 'A code for one device, with who wears it and who agreed.', who: 'person', body: PairingRequest, answers: { 201: Pairing } },
  { method: 'delete', path: '/api/glasses/devices/{id}', summary: 'Takes the right of a device back.', who: 'person', body: 'nothing', answers: { 200: GlassesStatus } },
  { method: 'get', path: '/api/glasses/timeline', summary: 'Captions, biometrics and decisions of a span.', who: 'person', query: TimelineQuery, answers: { 200: GlassesTimeline } },
  { method: 'get', path: '/api/interventions/{id}', summary: 'A decision and what it was made from.', who: 'person', answers: { 200: InterventionDetail } },
  { method: 'post', path: '/api/interventions/{id}/replay', summary: 'The same decision made again.', who: 'person', body: 'nothing', answers: { 200: Replay } },
  { method: 'put', path: '/api/glasses/settings', summary: 'Sets the LAN side, captions, the loop, notices.', who: 'person', body: GlassesSettingsPatch, answers: { 200: GlassesStatus } },
  { method: 'post', path: '/poke/send', summary: 'One message by Poke.', who: 'token', body: PokeRequest, answers: { 200: PokeAnswer, 500: Detail, 502: Detail } },
  { method: 'post', path: '/glasses/pair', summary: 'On the LAN: a code for a token.', who: 'anyone', body: PairRequest, answers: { 200: Paired } },
  { method: 'post', path: '/captions/upload', summary: 'On the LAN, with the word or a device’s token: a described chunk.', who: 'device', body: CaptionUpload, answers: { 200: WindowStored } },
  { method: 'post', path: '/biometrics/upload', summary: 'On the LAN, with the word or a device’s token: a biometric window.', who: 'device', body: BiometricUpload, answers: { 200: WindowStored } },
  { method: 'post', path: '/api/studies/{studyUid}/send', summary: 'Sends a study off-site.', who: 'person', body: 'nothing', answers: { 202: z.object({ queued: z.int() }) } }
]

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12: what zod writes. */
export function openApi(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of operations) paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) }
  return {
    openapi: '3.1.0', info: { title: 'Vigil', version, description: 'The workstation’s own API. Times are UTC, lengths millimetres.' }, paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, token: { type: 'apiKey', in: 'header', name: 'X-API-Token' }, word: { type: 'apiKey', in: 'header', name: 'x-magic-word' }, session: { type: 'apiKey', in: 'cookie', name: 'vigil' } }, schemas: { Error: schemaOf(ErrorBody, 'output') } }
  }
}

const security: Readonly<Record<Operation['who'], readonly unknown[]>> = { anyone: [], token: [{ bearer: [] }, { token: [] }, { session: [] }], device: [{ bearer: [] }, { word: [] }], person: [{ session: [] }] }

function describe({ summary, who, path, query, body, answers }: Operation): Record<string, unknown> {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }))
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({ name, in: 'query', required: !(schema as z.ZodType).safeParse(undefined).success, schema: schemaOf(schema as z.ZodType, 'input') }))
  return {
    summary, security: security[who], parameters: [...inPath, ...inQuery],
    ...(body === undefined || body === 'nothing' ? {} : { requestBody: { required: true, content: contentOf(body, 'input') } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, { description: Number(status) < 300 ? 'Done.' : 'It says what is wrong.', ...(answer === 'nothing' ? {} : { content: contentOf(answer, 'output') }) }])),
      default: { description: 'What is wrong, and what to do.', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } }
    }
  }
}

function contentOf(body: Exclude<Body, 'nothing'>, io: 'input' | 'output'): Record<string, unknown> {
  if (body === 'bytes') return { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
  if (body === 'text') return { 'text/csv': { schema: { type: 'string' } } }
  return { 'application/json': { schema: schemaOf(body, io) } }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  return Object.fromEntries(Object.entries(z.toJSONSchema(schema, { io, unrepresentable: 'any' })).filter(([key]) => key !== '$schema'))
}
