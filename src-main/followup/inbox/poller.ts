import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import { SendFault } from '../../platform/outbox-types.ts'
import type { SettingsStore } from '../../platform/settings-store.ts'
import type { Ground } from '../faces.ts'
import type { Inbound } from '../sms/inbound.ts'
import type { MessageStore } from '../sms/message-store.ts'
import { deliveryOf, type TelnyxClient } from '../sms/telnyx.ts'
import type { CallStore } from '../voice/call-store.ts'
import type { VapiClient } from '../voice/vapi.ts'
import type { VoiceInbound } from '../voice/voice-inbound.ts'

export type PollerDeps = Pick<Ground, 'db' | 'clock' | 'log' | 'config'> & Readonly<{ settings: SettingsStore, messages: MessageStore, calls: CallStore, telnyx: TelnyxClient, vapi: VapiClient, inbound: Inbound, voice: VoiceInbound, changed: () => void }>
const quietMs = 2 * 60_000
/** The provider tells of messages for ten days. */
const knownMs = 9 * 24 * 3600 * 1000
const atOnce = 20
const stopKey = 'followup.opt-outs-read-to'
const lookBackMs = 24 * 3600 * 1000

/** Behind a router no event reaches us: what is open is asked for. It is also the net under events that got lost. */
export function createPoller({ db, clock, log, config, settings, messages, calls, telnyx, vapi, inbound, voice, changed }: PollerDeps) {
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  const before = () => new Date(clock.now().getTime() - quietMs).toISOString()
  const pollMessages = async (signal: AbortSignal): Promise<void> => {
    const rows = messages.undelivered(before(), new Date(clock.now().getTime() - knownMs).toISOString(), atOnce)
    for (const row of rows) {
      const message = await telnyx.message(row.providerId ?? '', signal)
      const delivery = deliveryOf(message)
      // Touched in any case, so that the next round asks about others first.
      atomically(() => { if (delivery === null || delivery.state === 'sent') messages.set(row.id, {}); else inbound.delivered(row, message, delivery) })
    }
    if (rows.length > 0) changed()
  }
  const pollStops = async (signal: AbortSignal): Promise<void> => {
    const now = clock.now()
    const since = settings.get(stopKey, z.iso.datetime()) ?? new Date(now.getTime() - lookBackMs).toISOString()
    const numbers = await telnyx.optOuts(new Date(Date.parse(since) - quietMs), signal)
    atomically(() => {
      for (const number of numbers) inbound.stoppedAtProvider(number)
      settings.set(stopKey, now.toISOString())
    })
    if (numbers.length > 0) changed()
  }
  const pollCalls = async (signal: AbortSignal): Promise<void> => {
    const rows = calls.unended(before(), atOnce)
    for (const row of rows) {
      const call = await vapi.call(row.providerId ?? '', signal)
      atomically(() => { calls.set(row.id, {}); voice.polled(calls.get(row.id) ?? row, call) })
    }
    if (rows.length > 0) changed()
  }
  const guarded = async (name: string, act: () => Promise<void>): Promise<void> => {
    try {
      await act()
    } catch (error) {
      // Away or not set up: the next round asks again, and the state of the target is on the Sync screen.
      if (!(error instanceof SendFault) && !(error instanceof AppError) && !(error instanceof DOMException)) log.error('poll-failed', error, { of: name })
    }
  }
  return {
    async poll(signal: AbortSignal): Promise<void> {
      if (config.mode === 'mock') return
      if (config.telnyx.apiKey !== null) { await guarded('messages', () => pollMessages(signal)); await guarded('stops', () => pollStops(signal)) }
      if (config.vapi.apiKey !== null) await guarded('calls', () => pollCalls(signal))
    }
  }
}
export type Poller = ReturnType<typeof createPoller>
