import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { ActionClose, ActionPatch, ConsentWrite, FollowupSettingsPatch, MessageTemplateWrite, NewAction, NewMessage, PatientQuery, PatientWrite, PlanRequest, PlanTemplateWrite, ReleaseDraft, TestSend } from '../../src-shared/followup.ts'
import { RowId, StudyUid } from '../../src-shared/ids.ts'
import { AppError } from '../../src-shared/errors.ts'
import { parseJson, parseParam, parseQuery, requireRole, type HttpEnv, type Principal } from '../platform/http.ts'
import type { Followup } from './index.ts'

const people = ['clinician', 'admin', 'assistant'] as const
const TemplateId = z.string().regex(/^[a-z0-9-]{1,64}$/)
const Release = z.object({ revision: z.int().nonnegative() })
const root = '/api/followup'

/** For any cron, and by hand: runs what is due, safe to be called at once from two places. */
export function dispatchActions(followup: Followup) {
  return (c: Context<HttpEnv>) => { requireRole(c, ...people, 'machine'); return c.json(followup.dispatch()) }
}

/** What people at the workstation do for their patients. */
export function createFollowupRoutes(followup: Followup): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .post('/api/internal/dispatch-actions', dispatchActions(followup))
    .route('/', patientRoutes(followup)).route('/', studyRoutes(followup)).route('/', siteRoutes(followup))
}

const anyone = (c: Context<HttpEnv>): Principal => requireRole(c, ...people)
/** What reaches a patient is a clinician's act. */
const clinician = (c: Context<HttpEnv>): Principal => requireRole(c, 'clinician', 'admin')

function patientRoutes({ board, thread, patients, actions, write, markRead, dispatch }: Followup): Hono<HttpEnv> {
  const idOf = (c: Context<HttpEnv>) => parseParam(c, 'id', RowId)
  return new Hono<HttpEnv>()
    .get(root, (c) => { anyone(c); return c.json(board()) })
    .get(`${root}/patients`, (c) => { anyone(c); const { search, limit } = parseQuery(c, PatientQuery); return c.json(patients.list(search, limit)) })
    .get(`${root}/patients/:id`, (c) => { anyone(c); return c.json(thread(idOf(c))) })
    .put(`${root}/patients/:id`, async (c) => { const by = anyone(c); return c.json(patients.write(idOf(c), await parseJson(c, PatientWrite), by)) })
    .post(`${root}/patients/:id/consents`, async (c) => { const by = anyone(c); return c.json(patients.writeConsent(idOf(c), await parseJson(c, ConsentWrite), by)) })
    .post(`${root}/patients/:id/messages`, async (c) => { const by = clinician(c); return c.json(write(idOf(c), (await parseJson(c, NewMessage)).text, by), 201) })
    .post(`${root}/patients/:id/actions`, async (c) => {
      const by = clinician(c)
      const made = actions.add(idOf(c), await parseJson(c, NewAction), by)
      dispatch()
      return c.json(actions.view(actions.get(made.id)), 201)
    })
    .post(`${root}/patients/:id/read`, (c) => { anyone(c); markRead(idOf(c)); return c.body(null, 204) })
    .patch(`${root}/actions/:id`, async (c) => { const by = clinician(c); return c.json(actions.change(idOf(c), await parseJson(c, ActionPatch), by)) })
    .post(`${root}/actions/:id/cancel`, async (c) => { const by = anyone(c); return c.json(actions.cancel(idOf(c), await parseJson(c, ActionClose), by)) })
    .post(`${root}/actions/:id/retry`, async (c) => {
      const by = clinician(c)
      const { id } = actions.retry(idOf(c), await parseJson(c, ActionClose), by)
      dispatch()
      return c.json(actions.view(actions.get(id)))
    })
    .post(`${root}/actions/:id/done`, async (c) => { const by = anyone(c); return c.json(actions.done(idOf(c), await parseJson(c, ActionClose), by)) })
}

function studyRoutes({ studyView, plans, releases, links, patients, release, writeDraft, draftImage, sheet, dispatch }: Followup): Hono<HttpEnv> {
  const studyOf = (c: Context<HttpEnv>) => parseParam(c, 'uid', StudyUid)
  return new Hono<HttpEnv>()
    .get(`${root}/studies/:uid`, (c) => { anyone(c); return c.json(studyView(studyOf(c))) })
    .post(`${root}/studies/:uid/plan`, async (c) => { const by = clinician(c); plans.choose(studyOf(c), (await parseJson(c, PlanRequest)).templateId, by); return c.json(studyView(studyOf(c))) })
    .put(`${root}/studies/:uid/draft`, async (c) => { const by = clinician(c); return c.json(writeDraft(studyOf(c), await parseJson(c, ReleaseDraft), by)) })
    .post(`${root}/studies/:uid/release`, async (c) => { const by = clinician(c); return c.json(release(studyOf(c), (await parseJson(c, Release)).revision, by)) })
    .delete(`${root}/studies/:uid/release`, (c) => { releases.withdraw(studyOf(c), clinician(c)); return c.json(studyView(studyOf(c))) })
    .post(`${root}/studies/:uid/link`, async (c) => { const by = anyone(c); return c.json(await links.forScreen(patients.ofStudy(studyOf(c)).id, studyOf(c), by.id)) })
    .get(`${root}/studies/:uid/sheet`, async (c) => {
      const by = anyone(c)
      return c.body(new Uint8Array(await sheet(studyOf(c), by)), 200, { 'content-type': 'application/pdf', 'content-disposition': 'inline; filename="portal.pdf"' })
    })
    .get(`${root}/studies/:uid/images/:index`, async (c) => {
      anyone(c)
      return c.body(new Uint8Array(await draftImage(studyOf(c), parseParam(c, 'index', z.coerce.number().int().min(0).max(100)))), 200, { 'content-type': 'image/png' })
    })
    .post(`${root}/plans/:id/start`, (c) => {
      const plan = plans.start(parseParam(c, 'id', RowId), clinician(c))
      dispatch()
      return c.json(studyView(StudyUid.parse(plan.studyUid)))
    })
    .post(`${root}/plans/:id/stop`, (c) => c.json(studyView(StudyUid.parse(plans.stop(parseParam(c, 'id', RowId), anyone(c)).studyUid))))
}

function siteRoutes({ templates, status, changeSettings, test }: Followup): Hono<HttpEnv> {
  const named = (c: Context<HttpEnv>, id: string) => { if (parseParam(c, 'id', TemplateId) !== id) throw new AppError('invalid-request', 'The address names another template than the request.', { field: 'id' }) }
  return new Hono<HttpEnv>()
    .get(`${root}/templates`, (c) => { anyone(c); return c.json(templates.list()) })
    .put(`${root}/templates/messages/:id`, async (c) => { const by = clinician(c); const body = await parseJson(c, MessageTemplateWrite); named(c, body.id); return c.json(templates.writeMessage(body, by)) })
    .put(`${root}/templates/plans/:id`, async (c) => { const by = clinician(c); const body = await parseJson(c, PlanTemplateWrite); named(c, body.id); return c.json(templates.writePlan(body, by)) })
    .delete(`${root}/templates/messages/:id`, (c) => c.json(templates.remove('message', parseParam(c, 'id', TemplateId), clinician(c))))
    .delete(`${root}/templates/plans/:id`, (c) => c.json(templates.remove('plan', parseParam(c, 'id', TemplateId), clinician(c))))
    .get(`${root}/settings`, (c) => { anyone(c); return c.json(status()) })
    .put(`${root}/settings`, async (c) => { const by = requireRole(c, 'admin'); return c.json(changeSettings(await parseJson(c, FollowupSettingsPatch), by)) })
    .post(`${root}/settings/test`, async (c) => { const by = requireRole(c, 'admin'); return c.json(test(await parseJson(c, TestSend), by), 202) })
}
