import { randomUUID } from 'node:crypto'
import { refusal, type CreateBody } from './rules.ts'

export type CallStatus = 'scheduled' | 'queued' | 'ringing' | 'in-progress' | 'ended'
export type VapiLine = Readonly<{ role: 'user' | 'assistant', message: string, time: number, secondsFromStart: number }>
export type VapiCall = CreateBody & {
  id: string, orgId: string, createdAt: string, updatedAt: string, type: 'outboundPhoneCall', status: CallStatus, phoneCallProvider: 'vapi', phoneCallTransport: 'pstn', phoneCallProviderId: string, monitor: { listenUrl: string, controlUrl: string },
  cost: number, costs: unknown[], messages: VapiLine[], startedAt?: string, endedAt?: string, endedReason?: string, analysis?: { summary: string, successEvaluation: string }, artifact?: { transcript: string, messages: VapiLine[] }
}
const isActive = ({ status }: Readonly<VapiCall>): boolean => status === 'queued' || status === 'ringing' || status === 'in-progress'

/** The calls of one account. */
export function createCalls(now: () => Date) {
  const calls: VapiCall[] = []
  const iso = () => now().toISOString()
  const find = (id: string): VapiCall => {
    const call = calls.find((one) => one.id === id)
    if (call === undefined) throw refusal(404, `Couldn't find call with ID ${id}.`)
    return call
  }
  return {
    calls, find,
    activeCount: (): number => calls.filter(isActive).length,
    create(body: CreateBody): VapiCall {
      const id = randomUUID()
      const call: VapiCall = {
        ...body, id, orgId: '019a1111-0000-4000-8000-000000000003', createdAt: iso(), updatedAt: iso(), type: 'outboundPhoneCall', status: body.schedulePlan === undefined ? 'queued' : 'scheduled', phoneCallProvider: 'vapi', phoneCallTransport: 'pstn',
        phoneCallProviderId: randomUUID(), monitor: { listenUrl: `wss://monitor.example/${id}/listen`, controlUrl: `https://monitor.example/${id}/control` }, cost: 0, costs: [], messages: []
      }
      calls.push(call)
      return call
    },
    /** A phone does not ring that has been answered: who plays a call plays it in its order. */
    advance(id: string, status: CallStatus, from: readonly CallStatus[]): VapiCall {
      const call = find(id)
      if (!from.includes(call.status)) throw new Error(`A call that is ${call.status} can not be ${status}.`)
      call.status = status
      call.updatedAt = iso()
      if (status === 'in-progress') call.startedAt = iso()
      return call
    },
    say(call: VapiCall, role: VapiLine['role'], message: string): void {
      const time = now().getTime()
      call.messages.push({ role, message, time, secondsFromStart: Math.max(0, (time - Date.parse(call.startedAt ?? call.createdAt)) / 1000) })
    },
    end(call: VapiCall, endedReason: string, { summary = '', transcript = call.messages.map(({ role, message }) => `${role === 'user' ? 'User' : 'AI'}: ${message}`).join('\n') }: Readonly<{ summary?: string, transcript?: string }> = {}): void {
      Object.assign(call, { status: 'ended', endedReason, endedAt: iso(), updatedAt: iso(), analysis: { summary, successEvaluation: 'true' }, artifact: { transcript, messages: call.messages } } satisfies Partial<VapiCall>)
    },
    /** A call that has not ended is called off; one that has is forgotten. */
    remove(id: string): VapiCall {
      const call = find(id)
      if (call.status === 'ended') calls.splice(calls.indexOf(call), 1)
      else this.end(call, call.status === 'scheduled' ? 'scheduled-call-deleted' : 'call-deleted')
      return call
    },
    rename(id: string, name: string): VapiCall {
      const call = find(id)
      call.name = name
      call.updatedAt = iso()
      return call
    }
  }
}
export type Calls = ReturnType<typeof createCalls>
