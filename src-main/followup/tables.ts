import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { actionKinds, actionStates, callStates, messageStates, risks } from '../../src-shared/followup.ts'

/** Whom we may reach after a report. `patient_row` is the person of the images. */
export const followupPatients = sqliteTable('followup_patients', {
  id: text().primaryKey(),
  patientRow: text().notNull().unique(),
  language: text({ enum: ['en', 'es'] }).notNull(),
  timeZone: text().notNull(),
  /** Secret of an authenticator app, sealed under a key of this workstation; `totp_confirmed_at` null: offered, not yet shown to work. */
  totpSecret: text(),
  totpConfirmedAt: text(),
  /** The last time step whose code was used: none is taken twice. */
  totpLastStep: integer(),
  readAt: text(),
  revision: integer().notNull().default(0),
  createdAt: text().notNull()
})

/** One number for each purpose. The same number may be of several people: families share phones. */
export const contactNumbers = sqliteTable('contact_numbers', {
  id: text().primaryKey(),
  followupPatientId: text().notNull().references(() => followupPatients.id),
  purpose: text({ enum: ['sms', 'voice'] }).notNull(),
  number: text().notNull()
}, (t) => [uniqueIndex('contact_numbers_purpose').on(t.followupPatientId, t.purpose), index('contact_numbers_number').on(t.number)])

/** Texts, in and out. An outgoing one is a row before anything leaves, and `provider_id` is what the provider calls it. */
export const smsMessages = sqliteTable('sms_messages', {
  id: text().primaryKey(),
  /** Null: a number that belongs to nobody here. */
  followupPatientId: text(),
  actionId: text(),
  outboxId: text(),
  purpose: text({ enum: ['follow-up', 'code', 'answer', 'test'] }).notNull(),
  direction: text({ enum: ['in', 'out'] }).notNull(),
  number: text().notNull(),
  /** Of a code, a note that there was one: the code itself is never written. */
  text: text().notNull(),
  state: text({ enum: messageStates }).notNull(),
  segments: integer().notNull(),
  isMock: integer({ mode: 'boolean' }).notNull().default(false),
  providerId: text().unique(),
  errorCode: text(),
  note: text().notNull().default(''),
  askedAt: text(),
  createdBy: text().notNull(),
  createdByName: text().notNull(),
  createdAt: text().notNull(),
  updatedAt: text().notNull()
}, (t) => [index('sms_messages_patient').on(t.followupPatientId, t.createdAt), index('sms_messages_number').on(t.number, t.createdAt), index('sms_messages_open').on(t.state).where(sql`state in ('queued', 'held', 'sending', 'sent', 'unknown')`)])

export const voiceCalls = sqliteTable('voice_calls', {
  id: text().primaryKey(),
  followupPatientId: text(),
  actionId: text(),
  outboxId: text(),
  purpose: text({ enum: ['follow-up', 'test'] }).notNull(),
  number: text().notNull(),
  state: text({ enum: callStates }).notNull(),
  isMock: integer({ mode: 'boolean' }).notNull().default(false),
  providerId: text().unique(),
  endedReason: text(),
  outcome: text().notNull().default(''),
  summary: text().notNull().default(''),
  transcript: text().notNull().default(''),
  isVerified: integer({ mode: 'boolean' }).notNull().default(false),
  /** What was said, to be told to the agent: the released summary at the time of queueing. */
  studyUid: text(),
  askedAt: text(),
  startedAt: text(),
  endedAt: text(),
  createdBy: text().notNull(),
  createdByName: text().notNull(),
  createdAt: text().notNull(),
  updatedAt: text().notNull()
}, (t) => [index('voice_calls_patient').on(t.followupPatientId, t.createdAt), index('voice_calls_open').on(t.state).where(sql`state in ('queued', 'held', 'ringing', 'in-progress', 'unknown')`)])

/** What a provider has told us, as it came: written before it is answered, acted on after. It may be the only copy. */
export const providerEvents = sqliteTable('provider_events', {
  id: text().primaryKey(),
  provider: text({ enum: ['telnyx', 'vapi'] }).notNull(),
  /** The provider's own id of the event, or the hash of its bytes where it has none. */
  eventId: text().notNull(),
  type: text().notNull(),
  body: text().notNull(),
  state: text({ enum: ['new', 'done', 'failed'] }).notNull(),
  attempts: integer().notNull().default(0),
  /** What was answered to a tool of a call: the same is answered to the same question. */
  answer: text(),
  error: text(),
  receivedAt: text().notNull(),
  doneAt: text()
}, (t) => [uniqueIndex('provider_events_event').on(t.provider, t.eventId), index('provider_events_new').on(t.state).where(sql`state = 'new'`)])

/** What is to happen after a report, and when. A message or a call is made from it in one transaction when its time has come. */
export const scheduledActions = sqliteTable('scheduled_actions', {
  id: text().primaryKey(),
  followupPatientId: text().notNull().references(() => followupPatients.id),
  studyUid: text(),
  planId: text(),
  kind: text({ enum: actionKinds }).notNull(),
  risk: text({ enum: risks }).notNull(),
  state: text({ enum: actionStates }).notNull(),
  dueAt: text().notNull(),
  timeZone: text().notNull(),
  /** JSON: names of conditions. */
  conditions: text().notNull(),
  templateId: text(),
  text: text().notNull(),
  attempts: integer().notNull().default(0),
  outcome: text().notNull().default(''),
  /** The same whenever the same task is meant: a red flag heard twice is one task. */
  onceKey: text().unique(),
  revision: integer().notNull().default(0),
  createdBy: text().notNull(),
  createdByName: text().notNull(),
  createdAt: text().notNull(),
  doneAt: text()
}, (t) => [
  index('scheduled_actions_due').on(t.dueAt).where(sql`state = 'planned'`), index('scheduled_actions_state').on(t.state, t.dueAt), index('scheduled_actions_patient').on(t.followupPatientId), index('scheduled_actions_plan').on(t.planId)
])

/** One plan for each signed report; `proposed` at the signature, started by a clinician. */
export const followupPlans = sqliteTable('followup_plans', {
  id: text().primaryKey(),
  followupPatientId: text().notNull().references(() => followupPatients.id),
  studyUid: text().notNull(),
  reportHash: text().notNull(),
  templateId: text().notNull(),
  name: text().notNull(),
  state: text({ enum: ['proposed', 'active', 'stopped'] }).notNull(),
  createdAt: text().notNull(),
  startedAt: text(),
  startedBy: text()
}, (t) => [index('followup_plans_study').on(t.studyUid)])

/** What a patient will read, while a clinician words it. */
export const releaseDrafts = sqliteTable('release_drafts', {
  studyUid: text().primaryKey(),
  reportHash: text().notNull(),
  /** JSON: `{ en, es }` and the images. */
  texts: text().notNull(),
  images: text().notNull(),
  revision: integer().notNull().default(0),
  updatedBy: text().notNull(),
  updatedAt: text().notNull()
})

/** What a patient may read: as it was released, whatever the draft says now. */
export const releases = sqliteTable('portal_releases', {
  id: text().primaryKey(),
  followupPatientId: text().notNull().references(() => followupPatients.id),
  studyUid: text().notNull(),
  reportHash: text().notNull(),
  texts: text().notNull(),
  images: text().notNull(),
  releasedBy: text().notNull(),
  releasedByName: text().notNull(),
  releasedAt: text().notNull(),
  withdrawnAt: text(),
  withdrawnBy: text()
}, (t) => [index('portal_releases_patient').on(t.followupPatientId), index('portal_releases_study').on(t.studyUid)])

/** Tokens of QR codes and messages: each says whose report a code is asked for, and opens nothing by itself. Only their hash is kept. */
export const portalLinks = sqliteTable('portal_links', {
  id: text().primaryKey(),
  tokenHash: text().notNull().unique(),
  followupPatientId: text().notNull().references(() => followupPatients.id),
  studyUid: text(),
  purpose: text({ enum: ['portal-sign-in'] }).notNull(),
  createdBy: text().notNull(),
  createdAt: text().notNull(),
  expiresAt: text().notNull()
}, (t) => [index('portal_links_patient').on(t.followupPatientId)])

export const portalVisits = sqliteTable('portal_visits', {
  id: text().primaryKey(),
  followupPatientId: text().notNull().references(() => followupPatients.id),
  kind: text({ enum: ['signed-in', 'opened', 'call-asked', 'opted-out', 'signed-out'] }).notNull(),
  releaseId: text(),
  at: text().notNull()
}, (t) => [index('portal_visits_patient').on(t.followupPatientId, t.at)])

/** Words that a site has changed or added; what is shipped lies in the code. `body` is JSON. */
export const followupTemplates = sqliteTable('followup_templates', {
  id: text().notNull(),
  kind: text({ enum: ['message', 'plan'] }).notNull(),
  body: text().notNull(),
  revision: integer().notNull(),
  updatedBy: text().notNull(),
  updatedAt: text().notNull()
}, (t) => [uniqueIndex('followup_templates_id').on(t.kind, t.id)])
