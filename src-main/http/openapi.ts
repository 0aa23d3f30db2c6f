import { z } from 'zod'
import { Analysis, AnalyseRequest, Finding } from '../../src-shared/analysis.ts'
import { AnalyzeStudyRequest, AnalyzeUriRequest, CtRequest, SignedUpload, SignUploadRequest } from '../../src-shared/ct.ts'
import { ErrorBody } from '../../src-shared/errors.ts'
import { BiometricUpload, CaptionUpload, GlassesSettingsPatch, GlassesStatus, GlassesTimeline, InterventionDetail, Paired, Pairing, PairingRequest, PairRequest, PokeAnswer, PokeRequest, Replay, TimelineQuery, WindowStored } from '../../src-shared/glasses.ts'
import { ActionClose, ActionPatch, Board, ConsentWrite, DispatchAnswer, FollowupPatient, FollowupSettingsPatch, FollowupStatus, NewAction, NewMessage, PatientList, PatientQuery, PatientWrite, PortalLink, ReleaseDraft, ScheduledAction, StudyFollowup, TemplateList, Thread } from '../../src-shared/followup.ts'
import { CallAsk, OptOut, OtpRequest, OtpRequested, OtpVerify, PortalClinic, PortalDone, PortalHome, PortalMe } from '../../src-shared/portal.ts'
import { ReadingList } from '../../src-shared/reading.ts'
import { Report } from '../../src-shared/reports.ts'
import { ImportProgress, ImportResult, ImportSummary, ImportUploadRequest, StudyDetail, Worklist, WorklistQuery } from '../../src-shared/studies.ts'
import { SyncItems, SyncItemsQuery, SyncReport, SyncReportQuery, SyncSettingsPatch, SyncStatus } from '../../src-shared/sync.ts'
import { Health, SystemState } from '../../src-shared/system.ts'

type Body = z.ZodType | 'bytes' | 'text' | 'nothing'
/** One operation. `who`: nobody needs to say who they are, a script with the API token may ask, a device of the LAN, a patient on the LAN, a provider with its signature, or only a person who is signed in. */
export type Operation = Readonly<{ method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, summary: string, who: 'anyone' | 'token' | 'device' | 'person' | 'patient' | 'provider', query?: z.ZodObject, body?: Body, answers: Readonly<Record<number, Body>> }>

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
  { method: 'get', path: '/api/followup', summary: 'What is due, waits, failed and is done, risk first.', who: 'person', answers: { 200: Board } },
  { method: 'get', path: '/api/followup/patients', summary: 'Whom we may reach.', who: 'person', query: PatientQuery, answers: { 200: PatientList } },
  { method: 'get', path: '/api/followup/patients/{id}', summary: 'One conversation with one patient.', who: 'person', answers: { 200: Thread } },
  { method: 'put', path: '/api/followup/patients/{id}', summary: 'Numbers, language, time zone.', who: 'person', body: PatientWrite, answers: { 200: FollowupPatient } },
  { method: 'post', path: '/api/followup/patients/{id}/consents', summary: 'A line of the ledger: agreed to, or withdrawn.', who: 'person', body: ConsentWrite, answers: { 200: FollowupPatient } },
  { method: 'post', path: '/api/followup/patients/{id}/messages', summary: 'A text by hand, under the same rules as every other.', who: 'person', body: NewMessage, answers: { 201: ScheduledAction } },
  { method: 'post', path: '/api/followup/patients/{id}/actions', summary: 'Something that is to happen.', who: 'person', body: NewAction, answers: { 201: ScheduledAction } },
  { method: 'patch', path: '/api/followup/actions/{id}', summary: 'Another time, other words.', who: 'person', body: ActionPatch, answers: { 200: ScheduledAction } },
  { method: 'post', path: '/api/followup/actions/{id}/cancel', summary: 'Calls it off.', who: 'person', body: ActionClose, answers: { 200: ScheduledAction } },
  { method: 'post', path: '/api/followup/actions/{id}/retry', summary: 'Once more, by a person who knows that it did not arrive.', who: 'person', body: ActionClose, answers: { 200: ScheduledAction } },
  { method: 'post', path: '/api/followup/actions/{id}/done', summary: 'Closes a task.', who: 'person', body: ActionClose, answers: { 200: ScheduledAction } },
  { method: 'get', path: '/api/followup/studies/{studyUid}', summary: 'Where the follow-up of a study stands: plan, words, release.', who: 'person', answers: { 200: StudyFollowup } },
  { method: 'put', path: '/api/followup/studies/{studyUid}/draft', summary: 'What the patient will read.', who: 'person', body: ReleaseDraft, answers: { 200: StudyFollowup } },
  { method: 'post', path: '/api/followup/studies/{studyUid}/release', summary: 'Puts it on the portal.', who: 'person', body: z.object({ revision: z.int() }), answers: { 200: StudyFollowup } },
  { method: 'post', path: '/api/followup/studies/{studyUid}/link', summary: 'A QR code that leads to the sign-in of that report.', who: 'person', body: 'nothing', answers: { 200: PortalLink } },
  { method: 'post', path: '/api/followup/plans/{id}/start', summary: 'Starts a plan.', who: 'person', body: 'nothing', answers: { 200: StudyFollowup } },
  { method: 'post', path: '/api/followup/plans/{id}/stop', summary: 'Stops a plan, and what of it waits.', who: 'person', body: 'nothing', answers: { 200: StudyFollowup } },
  { method: 'get', path: '/api/followup/templates', summary: 'Words and plans.', who: 'person', answers: { 200: TemplateList } },
  { method: 'get', path: '/api/followup/settings', summary: 'What is set up, and what is missing.', who: 'person', answers: { 200: FollowupStatus } },
  { method: 'put', path: '/api/followup/settings', summary: 'Sets names, hours, caps.', who: 'person', body: FollowupSettingsPatch, answers: { 200: FollowupStatus } },
  { method: 'post', path: '/api/internal/dispatch-actions', summary: 'Runs what is due. For any cron; also on the LAN.', who: 'token', body: 'nothing', answers: { 200: DispatchAnswer } },
  { method: 'get', path: '/api/portal/clinic', summary: 'On the LAN: how the site names itself.', who: 'anyone', answers: { 200: PortalClinic } },
  { method: 'post', path: '/api/auth/otp/request', summary: 'On the LAN: a code by text, the same answer whether the number is known or not.', who: 'anyone', body: OtpRequest, answers: { 200: OtpRequested } },
  { method: 'post', path: '/api/auth/otp/verify', summary: 'On the LAN: a code for a session, in a cookie.', who: 'anyone', body: OtpVerify, answers: { 200: PortalMe } },
  { method: 'post', path: '/api/auth/totp/verify', summary: 'On the LAN: a code of an authenticator app for a session.', who: 'anyone', body: OtpVerify, answers: { 200: PortalMe } },
  { method: 'get', path: '/api/auth/me', summary: 'On the LAN: whether somebody is signed in.', who: 'patient', answers: { 200: PortalMe } },
  { method: 'post', path: '/api/auth/logout', summary: 'On the LAN: ends the session.', who: 'anyone', body: 'nothing', answers: { 200: PortalDone } },
  { method: 'get', path: '/api/portal', summary: 'On the LAN: what was released, and the plan.', who: 'patient', answers: { 200: PortalHome } },
  { method: 'post', path: '/api/portal/call', summary: 'On the LAN: asks for a call.', who: 'patient', body: CallAsk, answers: { 200: PortalDone } },
  { method: 'post', path: '/api/portal/opt-out', summary: 'On the LAN: ends messages, or everything.', who: 'patient', body: OptOut, answers: { 200: PortalDone } },
  { method: 'post', path: '/api/webhooks/telnyx', summary: 'On the LAN: events of the messaging provider, signed.', who: 'provider', body: z.object({}), answers: { 200: z.object({ success: z.literal(true) }) } },
  { method: 'post', path: '/api/webhooks/vapi', summary: 'On the LAN: messages of the voice provider, with the secret.', who: 'provider', body: z.object({}), answers: { 200: z.object({}) } },
  { method: 'post', path: '/api/studies/{studyUid}/send', summary: 'Sends a study off-site.', who: 'person', body: 'nothing', answers: { 202: z.object({ queued: z.int() }) } }
]

/** OpenAPI 3.1, whose schemas are JSON Schema 2020-12: what zod writes. */
export function openApi(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of operations) paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) }
  return {
    openapi: '3.1.0', info: { title: 'Vigil', version, description: 'The workstation’s own API. Times are UTC, lengths millimetres.' }, paths,
    components: { securitySchemes: { portal: { type: 'apiKey', in: 'cookie', name: 'vigil_portal' }, signature: { type: 'apiKey', in: 'header', name: 'telnyx-signature-ed25519' }, bearer: { type: 'http', scheme: 'bearer' }, token: { type: 'apiKey', in: 'header', name: 'X-API-Token' }, word: { type: 'apiKey', in: 'header', name: 'x-magic-word' }, session: { type: 'apiKey', in: 'cookie', name: 'vigil' } }, schemas: { Error: schemaOf(ErrorBody, 'output') } }
  }
}

const security: Readonly<Record<Operation['who'], readonly unknown[]>> = { anyone: [], token: [{ bearer: [] }, { token: [] }, { session: [] }], device: [{ bearer: [] }, { word: [] }], person: [{ session: [] }], patient: [{ portal: [] }], provider: [{ signature: [] }] }

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
