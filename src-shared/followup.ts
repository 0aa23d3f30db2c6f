import { z } from 'zod'
import { Instant, RowId, SeriesUid, SopInstanceUid, StudyUid } from './ids.ts'

/** What a patient agrees to, one by one. `camera` is the glasses' own. */
export const consentChannels = ['sms', 'voice', 'portal', 'camera'] as const
export const ConsentChannel = z.enum(consentChannels)
export type ConsentChannel = z.infer<typeof ConsentChannel>
export const consentWays = ['spoken', 'written', 'duty', 'text-message', 'call', 'portal', 'provider'] as const
export const ConsentWay = z.enum(consentWays)
export type ConsentWay = z.infer<typeof ConsentWay>

export const Language = z.enum(['en', 'es'])
export type Language = z.infer<typeof Language>
/** E.164: a plus, the country, at most 15 digits. */
export const PhoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/, 'a number with its country, as in +15550100002')
export type PhoneNumber = z.infer<typeof PhoneNumber>
/** A name of the IANA database. */
export const TimeZone = z.string().max(64).refine(isTimeZone, 'a time zone, as in Europe/Berlin')
/** Highest first is how lists are sorted. */
export const risks = ['urgent', 'soon', 'routine'] as const
export const Risk = z.enum(risks)
export type Risk = z.infer<typeof Risk>

/** The last word on a channel. `none`: nobody has asked yet. */
export const ConsentState = z.object({
  channel: ConsentChannel, state: z.enum(['given', 'withdrawn', 'none']),
  at: Instant.nullable(), how: ConsentWay.nullable(), givenBy: z.enum(['self', 'representative']).nullable(), recordedBy: z.string().nullable()
})
export type ConsentState = z.infer<typeof ConsentState>
export const ConsentWrite = z.object({ channel: z.enum(['sms', 'voice', 'portal']), state: z.enum(['given', 'withdrawn']), givenBy: z.enum(['self', 'representative']).default('self'), how: z.enum(['spoken', 'written']) })
export type ConsentWrite = z.infer<typeof ConsentWrite>

/** Whom we may reach, and how. `id` is of the follow-up, not of the images. */
export const FollowupPatient = z.object({
  id: RowId, name: z.string(), patientId: z.string(), birthDate: z.string().nullable(),
  language: Language, timeZone: z.string(),
  numbers: z.object({ sms: PhoneNumber.nullable(), voice: PhoneNumber.nullable() }),
  consents: z.array(ConsentState), hasTotp: z.boolean(), revision: z.int().nonnegative(),
  studies: z.array(z.object({ studyUid: StudyUid, title: z.string(), isSigned: z.boolean(), isReleased: z.boolean() })),
  unread: z.int().nonnegative(), openTasks: z.int().nonnegative(), nextDueAt: Instant.nullable()
})
export type FollowupPatient = z.infer<typeof FollowupPatient>
/** Numbers may be written as people write them; `country` (ISO 3166) is for those without a plus. */
export const PatientWrite = z.object({
  revision: z.int().nonnegative(), language: Language, timeZone: TimeZone,
  numbers: z.object({ sms: z.string().trim().max(40).nullable(), voice: z.string().trim().max(40).nullable() }), country: z.string().regex(/^[A-Z]{2}$/, 'a country of two letters').optional()
})
export type PatientWrite = z.infer<typeof PatientWrite>
export const PatientList = z.object({ patients: z.array(FollowupPatient), more: z.boolean() })
export type PatientList = z.infer<typeof PatientList>
export const PatientQuery = z.object({ search: z.string().max(200).default(''), limit: z.coerce.number().int().min(1).max(500).default(200) })

export const actionKinds = ['sms', 'call', 'portal-release', 'task', 'export'] as const
export const ActionKind = z.enum(actionKinds)
export type ActionKind = z.infer<typeof ActionKind>
/** Checked when the time has come; where one does not hold, the action is skipped and says why. */
export const actionConditions = ['portal-released', 'portal-not-opened', 'no-reply'] as const
export const ActionCondition = z.enum(actionConditions)
export type ActionCondition = z.infer<typeof ActionCondition>
/**
 * `proposed`: of a plan that nobody has started. `planned`: waits for its time. `open`: a task that waits for a person. `queued`: a row of
 * the outbox stands for it. `mock`: went the whole way and was not sent. `unknown`: it may have arrived; a person decides.
 */
export const actionStates = ['proposed', 'planned', 'open', 'queued', 'done', 'mock', 'unknown', 'failed', 'skipped', 'cancelled'] as const
export const ActionState = z.enum(actionStates)
export type ActionState = z.infer<typeof ActionState>

export const ScheduledAction = z.object({
  id: RowId, patientId: RowId, patientName: z.string(), studyUid: StudyUid.nullable(), planId: RowId.nullable(),
  kind: ActionKind, risk: Risk, state: ActionState, dueAt: Instant, timeZone: z.string(),
  conditions: z.array(ActionCondition), templateId: z.string().nullable(),
  /** What will be sent, said or done, in words: always readable before. */
  text: z.string(), attempts: z.int().nonnegative(),
  /** How it went, or what it waits for, as a sentence; empty while nothing is to be said. */
  outcome: z.string(), revision: z.int().nonnegative(), createdBy: z.string(), createdAt: Instant, doneAt: Instant.nullable()
})
export type ScheduledAction = z.infer<typeof ScheduledAction>
export const NewAction = z.object({
  kind: ActionKind, dueAt: Instant, risk: Risk.default('routine'), studyUid: StudyUid.nullable().default(null), conditions: z.array(ActionCondition).max(3).default([]),
  templateId: z.string().max(64).nullable().default(null), text: z.string().trim().max(1600).default('')
})
export type NewAction = z.infer<typeof NewAction>
export const ActionPatch = z.object({ revision: z.int().nonnegative(), dueAt: Instant.optional(), risk: Risk.optional(), text: z.string().trim().max(1600).optional(), conditions: z.array(ActionCondition).max(3).optional() })
export type ActionPatch = z.infer<typeof ActionPatch>
export const ActionClose = z.object({ revision: z.int().nonnegative(), note: z.string().trim().max(500).default('') })
export type ActionClose = z.infer<typeof ActionClose>

/** The board: four columns, risk first, then time. `done` holds the last days. */
export const Board = z.object({
  mode: z.enum(['mock', 'live']),
  /** Why nothing is dispatched now, in a sentence; null while all is well. */
  held: z.string().nullable(),
  due: z.array(ScheduledAction), waiting: z.array(ScheduledAction), failed: z.array(ScheduledAction), done: z.array(ScheduledAction),
  counts: z.object({ due: z.int(), waiting: z.int(), failed: z.int(), done: z.int() }), lastDispatchAt: Instant.nullable()
})
export type Board = z.infer<typeof Board>
export const DispatchAnswer = z.object({ success: z.literal(true), due: z.int(), queued: z.int(), skipped: z.int(), failed: z.int() })
export type DispatchAnswer = z.infer<typeof DispatchAnswer>

export const messageStates = ['queued', 'held', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'cancelled', 'mock', 'received'] as const
export const MessageState = z.enum(messageStates)
export type MessageState = z.infer<typeof MessageState>
export const callStates = ['queued', 'held', 'ringing', 'in-progress', 'ended', 'failed', 'unknown', 'cancelled', 'mock'] as const
export const CallState = z.enum(callStates)
export type CallState = z.infer<typeof CallState>

/** One conversation: whatever came, went or was agreed, oldest first. */
export const ThreadEntry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message'), id: RowId, at: Instant, direction: z.enum(['in', 'out']), text: z.string(), state: MessageState, segments: z.int(), number: z.string(), isMock: z.boolean(), note: z.string(), by: z.string() }),
  z.object({ type: z.literal('call'), id: RowId, at: Instant, state: CallState, outcome: z.string(), summary: z.string(), transcript: z.string(), durationS: z.number().nullable(), isVerified: z.boolean(), number: z.string(), isMock: z.boolean(), by: z.string() }),
  z.object({ type: z.literal('visit'), id: RowId, at: Instant, text: z.string() }),
  z.object({ type: z.literal('consent'), id: RowId, at: Instant, channel: ConsentChannel, state: z.enum(['given', 'withdrawn']), how: ConsentWay, by: z.string() }),
  z.object({ type: z.literal('release'), id: RowId, at: Instant, text: z.string(), by: z.string() })
])
export type ThreadEntry = z.infer<typeof ThreadEntry>
export const Thread = z.object({
  patient: FollowupPatient, entries: z.array(ThreadEntry), actions: z.array(ScheduledAction), mode: z.enum(['mock', 'live']),
  /** In mock mode only: the code that a phone would have received, while it is valid. */
  mockCode: z.object({ code: z.string(), until: Instant }).nullable()
})
export type Thread = z.infer<typeof Thread>
export const NewMessage = z.object({ text: z.string().trim().min(1).max(1600) })
export type NewMessage = z.infer<typeof NewMessage>

const Texts = z.object({ en: z.string().max(8000), es: z.string().max(8000) })
export const PlanState = z.enum(['proposed', 'active', 'stopped'])
export const Plan = z.object({ id: RowId, patientId: RowId, studyUid: StudyUid, templateId: z.string(), name: z.string(), state: PlanState, createdAt: Instant, startedAt: Instant.nullable(), startedBy: z.string().nullable(), actions: z.array(ScheduledAction) })
export type Plan = z.infer<typeof Plan>

export const ReleaseImage = z.object({ seriesUid: SeriesUid, sopInstanceUid: SopInstanceUid, frameNumber: z.int().positive(), caption: z.string().max(200), isIncluded: z.boolean() })
export type ReleaseImage = z.infer<typeof ReleaseImage>
/** What the patient will read: proposed from the signed measurements, worded and released by a clinician. */
export const ReleaseDraft = z.object({ texts: Texts, images: z.array(ReleaseImage).max(24), revision: z.int().nonnegative() })
export type ReleaseDraft = z.infer<typeof ReleaseDraft>
/** Where the follow-up of one study stands. `plan` is null until the report is signed. */
export const StudyFollowup = z.object({
  patient: FollowupPatient, isSigned: z.boolean(), plan: Plan.nullable(), draft: ReleaseDraft.nullable(),
  release: z.object({ id: RowId, at: Instant, by: z.string(), isOfThisReport: z.boolean(), openedAt: Instant.nullable() }).nullable(),
  /** What keeps it from being released or started, each as a sentence. */
  missing: z.array(z.string())
})
export type StudyFollowup = z.infer<typeof StudyFollowup>
export const PlanRequest = z.object({ templateId: z.string().max(64) })
export const PortalLink = z.object({ link: z.string(), qrSvg: z.string(), expiresAt: Instant })
export type PortalLink = z.infer<typeof PortalLink>

/** Words with `{clinic}`, `{link}`, `{phone}`: no name and no finding goes into a text message by itself. */
export const MessageTemplate = z.object({ id: z.string().regex(/^[a-z0-9-]{1,64}$/), name: z.string().trim().min(1).max(80), kind: z.enum(['sms', 'call']), texts: Texts, isBuiltIn: z.boolean(), revision: z.int().nonnegative() })
export type MessageTemplate = z.infer<typeof MessageTemplate>
export const PlanStep = z.object({
  kind: ActionKind, afterHours: z.number().min(0).max(24 * 366), templateId: z.string().max(64).nullable().default(null), text: z.string().max(500).default(''),
  conditions: z.array(ActionCondition).default([]), risk: Risk.default('routine')
})
export type PlanStep = z.infer<typeof PlanStep>
export const PlanTemplate = z.object({ id: z.string().regex(/^[a-z0-9-]{1,64}$/), name: z.string().trim().min(1).max(80), steps: z.array(PlanStep).min(1).max(20), isBuiltIn: z.boolean(), revision: z.int().nonnegative() })
export type PlanTemplate = z.infer<typeof PlanTemplate>
export const TemplateList = z.object({ messages: z.array(MessageTemplate), plans: z.array(PlanTemplate) })
export type TemplateList = z.infer<typeof TemplateList>
export const MessageTemplateWrite = MessageTemplate.omit({ isBuiltIn: true })
export type MessageTemplateWrite = z.infer<typeof MessageTemplateWrite>
export const PlanTemplateWrite = PlanTemplate.omit({ isBuiltIn: true })
export type PlanTemplateWrite = z.infer<typeof PlanTemplateWrite>

export const FollowupSettings = z.object({
  /** How the site names itself in messages, calls and on the portal. */
  clinicName: z.string().trim().min(1).max(80), clinicPhone: z.string().trim().max(40),
  /** Hours in the patient's own zone in which a phone may ring or buzz. */
  contactFrom: z.int().min(8).max(20), contactTo: z.int().min(9).max(21),
  /** Messages and calls to one number; what a patient asks for (a code) is not counted. */
  mostPerDay: z.int().min(1).max(10), mostPerWeek: z.int().min(1).max(30),
  defaultLanguage: Language, defaultTimeZone: TimeZone, defaultCountry: z.string().regex(/^[A-Z]{2}$/, 'a country of two letters'),
  planTemplateId: z.string().max(64), callAttempts: z.int().min(1).max(5)
})
export type FollowupSettings = z.infer<typeof FollowupSettings>
export const FollowupSettingsPatch = FollowupSettings.partial()
export type FollowupSettingsPatch = z.infer<typeof FollowupSettingsPatch>
/** `GET /api/followup/settings`. Of secrets, only whether they are there. */
export const FollowupStatus = z.object({
  settings: FollowupSettings, mode: z.enum(['mock', 'live']),
  sms: z.object({ isReady: z.boolean(), text: z.string(), from: z.string().nullable(), hasWebhookKey: z.boolean() }),
  voice: z.object({ isReady: z.boolean(), text: z.string(), hasWebhookSecret: z.boolean() }),
  store: z.object({ kind: z.enum(['sqlite', 'redis']), text: z.string(), isReachable: z.boolean() }),
  portal: z.object({ isReachable: z.boolean(), address: z.string(), text: z.string() })
})
export type FollowupStatus = z.infer<typeof FollowupStatus>
export const TestSend = z.object({ channel: z.enum(['sms', 'voice']), to: z.string().trim().min(3).max(40) })
export type TestSend = z.infer<typeof TestSend>
export const TestSent = z.object({ isMock: z.boolean(), text: z.string() })
export type TestSent = z.infer<typeof TestSent>

/** English where there is nothing in the patient's own language. */
export function inLanguage(texts: z.infer<typeof Texts>, language: Language): string {
  return texts[language] === '' ? texts.en : texts[language]
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    // Intl throws on names that it does not know.
    return false
  }
}
