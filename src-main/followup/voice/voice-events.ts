import { createHash } from 'node:crypto'
import { z } from 'zod'
import { jsonOf } from '../../platform/json.ts'

const CallRef = z.looseObject({
  id: z.string().min(1).max(200), customer: z.looseObject({ externalId: z.string().nullish() }).nullish(), assistantOverrides: z.looseObject({ metadata: z.looseObject({ vigilCallId: z.string().optional() }).nullish() }).nullish()
})
const Line = z.looseObject({ role: z.string().optional(), message: z.string().nullish(), content: z.string().nullish() })
const Artifact = z.looseObject({ transcript: z.string().nullish(), messages: z.array(z.unknown()).nullish() })
/** What a provider of calls posts: `{ message: { type, … } }`. Its types are an open list; members that we do not use are left alone. */
export const VapiMessage = z.looseObject({ message: z.looseObject({
  type: z.string().max(100), call: CallRef.nullish(), status: z.string().nullish(), endedReason: z.string().nullish(), startedAt: z.string().nullish(), endedAt: z.string().nullish(), role: z.string().nullish(), transcriptType: z.string().nullish(), transcript: z.string().nullish(),
  analysis: z.looseObject({ summary: z.string().nullish() }).nullish(), artifact: Artifact.nullish(), summary: z.string().nullish(), messages: z.array(z.unknown()).nullish(), conversation: z.array(z.unknown()).nullish(), toolCallList: z.array(z.unknown()).nullish()
}) })
export type VapiMessage = z.infer<typeof VapiMessage>['message']

export type ToolCall = Readonly<{ id: string, name: string, arguments: Readonly<Record<string, unknown>> }>
const Arguments = z.record(z.string(), z.unknown())
const ToolShape = z.looseObject({
  id: z.string().min(1).max(200), name: z.string().optional(), arguments: z.unknown().optional(), parameters: z.unknown().optional(), function: z.looseObject({ name: z.string(), arguments: z.unknown().optional(), parameters: z.unknown().optional() }).optional()
})

/** The three shapes in which the provider documents a tool call; arguments come as an object or as JSON in a string. */
export function toolCallsOf(message: VapiMessage): ToolCall[] {
  return (message.toolCallList ?? []).flatMap((one) => {
    const shape = ToolShape.safeParse(one)
    if (!shape.success) return []
    const { id, name, function: inner } = shape.data
    const raw = inner?.arguments ?? inner?.parameters ?? shape.data.arguments ?? shape.data.parameters ?? {}
    const args = Arguments.safeParse(typeof raw === 'string' ? jsonOf(raw) : raw)
    return [{ id, name: inner?.name ?? name ?? '', arguments: args.success ? args.data : {} }]
  })
}

/** What the patient said, as far as a message tells. */
export function patientWordsIn(message: VapiMessage): string {
  if (message.type === 'transcript') return message.role === 'user' && message.transcriptType === 'final' ? message.transcript ?? '' : ''
  const lines = [...(message.messages ?? []), ...(message.conversation ?? []), ...(message.artifact?.messages ?? [])]
  const said = lines.flatMap((one) => {
    const line = Line.safeParse(one)
    return line.success && line.data.role === 'user' ? [line.data.message ?? line.data.content ?? ''] : []
  })
  if (said.length > 0) return said.join('\n')
  // A transcript in one piece: "AI: …" and "User: …".
  return (message.artifact?.transcript ?? (message.type === 'end-of-call-report' ? message.transcript : '') ?? '').split('\n').filter((line) => /^\s*(?:user|customer|patient)\s*:/i.test(line)).join('\n')
}

/** The provider gives its messages no id: the same bytes are the same message. */
export function eventIdOf(rawBody: string): string {
  return createHash('sha256').update(rawBody).digest('hex')
}
