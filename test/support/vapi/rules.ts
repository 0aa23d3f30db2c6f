import { z } from 'zod'
import { Refused, type Answer } from '../provider/server.ts'
import { jsonOf } from '../../../src-main/platform/json.ts'

export const vapiToken = 'private-key-of-the-tests'
export const vapiAssistant = 'a1b2c3d4-0000-4000-8000-000000000001'
export const vapiNumber = 'b1b2c3d4-0000-4000-8000-000000000002'

const phrases: Readonly<Record<number, string>> = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found', 429: 'Too Many Requests', 500: 'Internal Server Error', 503: 'Service Unavailable' }
export const answered = (status: number, message: string | readonly string[], headers: Readonly<Record<string, string>> = {}): Answer => ({ status, body: { message, error: phrases[status] ?? '', statusCode: status }, headers })
export const refusal = (status: number, message: string | readonly string[]): Refused => new Refused(answered(status, message))

const unknown = z.unknown().optional()
const Server = z.strictObject({
  url: z.url().optional(), timeoutSeconds: z.number().min(1).max(300).optional(), credentialId: z.string().optional(), headers: z.record(z.string(), z.unknown()).optional(), staticIpAddressesEnabled: z.boolean().optional(), encryptedPaths: z.array(z.string()).optional(),
  backoffPlan: z.strictObject({ type: z.enum(['fixed', 'exponential']), maxRetries: z.int().min(0).max(10), baseDelaySeconds: z.number().min(0).max(10), excludedStatusCodes: z.array(z.int()).optional() }).optional()
})
const Overrides = z.strictObject({
  transcriber: unknown, model: unknown, voice: unknown, firstMessage: z.string().optional(), firstMessageInterruptionsEnabled: z.boolean().optional(), firstMessageMode: z.string().optional(), voicemailDetection: unknown, clientMessages: z.array(z.string()).optional(),
  serverMessages: z.array(z.string()).optional(), maxDurationSeconds: z.number().min(10).max(43_200).optional(), backgroundSound: unknown, modelOutputInMessagesEnabled: z.boolean().optional(), transportConfigurations: unknown, observabilityPlan: unknown, credentials: unknown,
  hooks: unknown, 'tools:append': unknown, variableValues: z.record(z.string(), z.unknown()).optional(), name: z.string().max(40).optional(), voicemailMessage: z.string().max(1000).optional(), endCallMessage: z.string().max(1000).optional(), endCallPhrases: z.array(z.string()).optional(),
  compliancePlan: unknown, metadata: z.record(z.string(), z.unknown()).optional(), backgroundSpeechDenoisingPlan: unknown, analysisPlan: unknown, artifactPlan: unknown, startSpeakingPlan: unknown, stopSpeakingPlan: unknown, monitorPlan: unknown, credentialIds: z.array(z.string()).optional(),
  server: Server.optional(), keypadInputPlan: unknown
})
const Customer = z.strictObject({
  number: z.string().min(3).max(40).optional(), numberE164CheckEnabled: z.boolean().optional(), extension: z.string().max(10).optional(), sipUri: z.string().optional(), name: z.string().max(40).optional(), email: z.string().max(40).optional(), externalId: z.string().max(40).optional(),
  assistantOverrides: Overrides.optional(), squadOverrides: Overrides.optional()
})
const Create = z.strictObject({
  assistantId: z.string().optional(), assistant: unknown, assistantVersion: z.string().nullish(), assistantOverrides: Overrides.optional(), squadId: z.string().optional(), squad: unknown, squadOverrides: Overrides.optional(), workflowId: z.string().optional(), workflow: unknown,
  workflowOverrides: unknown, phoneNumberId: z.string().optional(), phoneNumber: unknown, customerId: z.string().optional(), customer: Customer.optional(), customers: z.array(Customer).optional(), name: z.string().max(40).optional(), transport: unknown,
  schedulePlan: z.strictObject({ earliestAt: z.iso.datetime({ offset: true }), latestAt: z.iso.datetime({ offset: true }).optional() }).optional()
})
export type CreateBody = z.infer<typeof Create>
const speakers = ['assistantId', 'assistant', 'squadId', 'squad', 'workflowId', 'workflow'] as const

/** The words of the validator behind the provider's own. */
function wordsOf(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${path === '' ? '' : `${path}.`}property ${key} should not exist`)
  if (issue.code === 'too_big' && issue.origin === 'string') return [`${path} must be shorter than or equal to ${String(issue.maximum)} characters`]
  return [`${path} ${issue.message}`]
}

/** A request for a call, or the refusal that the provider has for it. */
export function createBodyOf(raw: string): CreateBody {
  const parsed = Create.safeParse(jsonOf(raw))
  if (!parsed.success) throw refusal(400, parsed.error.issues.flatMap(wordsOf))
  const body = parsed.data
  const given = speakers.filter((name) => body[name] !== undefined)
  if (given.length !== 1) throw refusal(400, given.length === 0 ? 'Need Either `assistant`, `assistantId`, `squad`, `squadId`, `workflow` Or `workflowId`.' : `Only one of ${given.join(', ')} may be given.`)
  if (body.assistantVersion !== undefined && body.assistantId === undefined) throw refusal(400, ['assistantVersion is supported only with assistantId'])
  if (body.customers !== undefined || body.customerId !== undefined || given[0] !== 'assistantId') throw refusal(400, 'This stand-in plays a saved assistant that calls one customer.')
  if (body.assistantId !== vapiAssistant) throw refusal(400, 'Couldn\'t Get Assistant. Does `assistantId` Exist?')
  if (body.phoneNumberId === undefined && body.phoneNumber === undefined) throw refusal(400, 'Need Either `phoneNumberId` Or `phoneNumber`.')
  if (body.phoneNumberId !== undefined && body.phoneNumberId !== vapiNumber) throw refusal(400, 'Couldn\'t Get Phone Number. Does `phoneNumberId` Exist?')
  if (body.customer === undefined) throw refusal(400, 'Need Either `customer` Or `customerId`.')
  const { number, sipUri, numberE164CheckEnabled } = body.customer
  if (number === undefined && sipUri === undefined) throw refusal(400, ['customer.number must be a string'])
  if (number !== undefined && numberE164CheckEnabled !== false && !/^\+[1-9]\d{6,14}$/.test(number)) throw refusal(400, ['customer.number must be a valid phone number in the E.164 format'])
  return body
}

const times = ['createdAtGt', 'createdAtLt', 'createdAtGe', 'createdAtLe', 'updatedAtGt', 'updatedAtLt', 'updatedAtGe', 'updatedAtLe'] as const
const Query = z.strictObject({ id: z.string().optional(), assistantId: z.string().optional(), phoneNumberId: z.string().optional(), limit: z.coerce.number().int().min(0).max(1000).optional(), ...Object.fromEntries(times.map((name) => [name, z.iso.datetime({ offset: true }).optional()])) })
type Listed = Readonly<{ id: string, assistantId?: string | undefined, phoneNumberId?: string | undefined, createdAt: string, updatedAt: string }>

/** The calls that a query asks for, newest first. */
export function listed<T extends Listed>(calls: readonly T[], search: URLSearchParams): T[] {
  const parsed = Query.safeParse(Object.fromEntries(search))
  if (!parsed.success) throw refusal(400, parsed.error.issues.flatMap(wordsOf))
  const fits = (call: T, name: typeof times[number]): boolean => {
    const limit = search.get(name)
    if (limit === null) return true
    const [at, bound] = [Date.parse(name.startsWith('created') ? call.createdAt : call.updatedAt), Date.parse(limit)]
    switch (name.slice(-2)) {
      case 'Gt': return at > bound
      case 'Lt': return at < bound
      case 'Ge': return at >= bound
      default: return at <= bound
    }
  }
  const same = (call: T, name: 'id' | 'assistantId' | 'phoneNumberId') => search.get(name) === null || call[name] === search.get(name)
  return calls.filter((call) => same(call, 'id') && same(call, 'assistantId') && same(call, 'phoneNumberId') && times.every((name) => fits(call, name))).toReversed().slice(0, parsed.data.limit ?? 100)
}

const ToolResult = z.strictObject({ toolCallId: z.string(), name: z.string().optional(), result: z.string().optional(), error: z.string().optional(), message: z.unknown().optional(), metadata: z.record(z.string(), z.unknown()).optional() })
const ToolAnswer = z.strictObject({ results: z.array(ToolResult).min(1), error: z.string().optional() })
export type VapiToolResult = z.infer<typeof ToolResult>

/** The real one ignores what does not keep the rules, and the agent has nothing to say: here it is an error. */
export function toolResultsOf({ status, text }: Readonly<{ status: number, text: string }>, toolCallId: string): VapiToolResult[] {
  if (status !== 200) throw new Error(`A tool was answered with ${status}, and only 200 is read.`)
  const parsed = ToolAnswer.safeParse(jsonOf(text))
  if (!parsed.success) throw new Error(`The answer of a tool is not as it must be: ${parsed.error.issues.flatMap(wordsOf).join('; ')}`)
  for (const one of parsed.data.results) {
    if (one.toolCallId !== toolCallId) throw new Error(`The answer is for tool call ${one.toolCallId}, and ${toolCallId} was asked.`)
    if ((one.result === undefined) === (one.error === undefined)) throw new Error('The answer of a tool is either a result or an error.')
    if (/[\r\n]/.test(one.result ?? one.error ?? '')) throw new Error('The answer of a tool is more than one line.')
  }
  return parsed.data.results
}
