import { randomUUID } from 'node:crypto'
import type { Calls, CallStatus, VapiCall, VapiLine } from './calls.ts'
import type { Posting, VapiServer } from './posting.ts'
import { toolResultsOf, type VapiToolResult } from './rules.ts'

export type ToolShape = 'function' | 'arguments' | 'parameters'
export type Saved = { serverUrl: string | null, serverMessages: readonly string[] }

/** The three ways in which a tool call is documented. */
function toolCall(id: string, name: string, args: Readonly<Record<string, unknown>>, shape: ToolShape): Readonly<Record<string, unknown>> {
  switch (shape) {
    case 'function': return { id, type: 'function', function: { name, arguments: JSON.stringify(args) } }
    case 'arguments': return { id, name, arguments: args }
    case 'parameters': return { id, name, parameters: args }
    default: return shape satisfies never
  }
}

/** Plays calls as the provider would: each step changes the call, and tells the server what the assistant is set to tell. */
export function createDrivers(calls: Calls, posting: Posting, saved: Saved, now: () => Date) {
  const serverOf = (call: VapiCall): VapiServer => call.assistantOverrides?.server ?? (saved.serverUrl === null ? {} : { url: saved.serverUrl })
  const isTold = (call: VapiCall, type: string): boolean => (call.assistantOverrides?.serverMessages ?? saved.serverMessages).some((one) => one === type || one.startsWith(`${type}[`))
  const bodyOf = (call: VapiCall, type: string, members: Readonly<Record<string, unknown>>): string => {
    // The call as it was put in, and as it stands; what was said is in the message's own artifact.
    const { messages, artifact, ...bare } = call
    return JSON.stringify({ message: { timestamp: now().getTime(), type, artifact: artifact ?? { messages }, call: bare, assistant: { id: call.assistantId, ...call.assistantOverrides }, customer: call.customer, phoneNumber: { id: call.phoneNumberId }, ...members } })
  }
  const tell = async (call: VapiCall, type: string, members: Readonly<Record<string, unknown>>): Promise<number> => {
    if (!isTold(call, type)) return 0
    return (await posting.deliver(serverOf(call), { type, body: bodyOf(call, type, members) }))?.status ?? 0
  }
  const step = async (id: string, status: CallStatus, from: readonly CallStatus[]) => tell(calls.advance(id, status, from), 'status-update', { status })
  return {
    /** Each resolves to the status that the server answered with; to 0 where nothing was told. */
    ring: (id: string) => step(id, 'ringing', ['scheduled', 'queued']),
    answer: (id: string) => step(id, 'in-progress', ['queued', 'ringing']),
    async say(id: string, role: VapiLine['role'], text: string): Promise<number> {
      const call = calls.advance(id, 'in-progress', ['in-progress'])
      calls.say(call, role, text)
      return tell(call, 'transcript', { role, transcriptType: 'final', transcript: text })
    },
    /** Throws where the real one would ignore the answer. */
    async tool(id: string, name: string, args: Readonly<Record<string, unknown>> = {}, { shape = 'function', toolCallId = `call_${randomUUID()}` }: Readonly<{ shape?: ToolShape, toolCallId?: string }> = {}): Promise<VapiToolResult[]> {
      const call = calls.advance(id, 'in-progress', ['in-progress'])
      const tool = toolCall(toolCallId, name, args, shape)
      const answer = await posting.deliver(serverOf(call), { type: 'tool-calls', body: bodyOf(call, 'tool-calls', { toolCallList: [tool], toolWithToolCallList: [{ type: 'function', function: { name }, toolCall: tool }] }) })
      if (answer === null) throw new Error('The tool call did not get to any server.')
      return toolResultsOf(answer, toolCallId)
    },
    async end(id: string, endedReason: string, report: Readonly<{ summary?: string, transcript?: string }> = {}): Promise<void> {
      const call = calls.find(id)
      if (call.status === 'ended') throw new Error('The call has ended before.')
      calls.end(call, endedReason, report)
      const { startedAt, endedAt, cost, costs, analysis, artifact } = call
      const update = tell(call, 'status-update', { status: 'ended', endedReason })
      // In this order unless the first is held up.
      await Promise.race([update, new Promise((done) => { setTimeout(done, 50) })])
      await Promise.all([update, tell(call, 'end-of-call-report', { endedReason, startedAt, endedAt, cost, costs, analysis, artifact })])
    },
    /** Any other message, where the assistant tells it. */
    tell: async (id: string, type: string, members: Readonly<Record<string, unknown>>) => tell(calls.find(id), type, members)
  }
}
