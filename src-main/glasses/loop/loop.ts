import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import type { BiometricRow, CaptionRow, DeciderKind, DecisionInputs, GlassesSettings, Intervention, InterventionDetail, Replay } from '../../../src-shared/glasses.ts'
import type { Audit } from '../../accounts/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { GlassesConfig } from '../../platform/config.ts'
import type { Log } from '../../platform/log.ts'
import type { SettingsStore } from '../../platform/settings-store.ts'
import type { QuotableMeasurement } from '../../reading/index.ts'
import type { Principal, ReaderFace } from '../faces.ts'
import type { WindowStore } from '../windows/store.ts'
import { decide } from './decide.ts'
import type { InterventionStore } from './store.ts'

export type LoopDeps = Readonly<{
  clock: Clock, log: Log, audit: Audit, store: InterventionStore, windows: WindowStore, settingsStore: SettingsStore, reader: ReaderFace, config: GlassesConfig
  settings: () => GlassesSettings
  /** In the transaction of the decision. The text that is sent, or null where nothing is. */
  notify: (interventionId: number) => string | null
  changed: () => void, noticed: (id: number) => void
}>

const minuteMs = 60_000
const pastHours = 24
const mostWindows = 200
const deadlineMs = 45_000
const minuteKey = 'glasses.loop-minute'
const units: Readonly<Record<keyof BiometricRow['vitals'], readonly [name: string, unit: string]>> = { heartRate: ['heart rate', 'per minute'], oxygen: ['oxygen saturation', '%'], breaths: ['breaths', 'per minute'], activity: ['activity', ''], risk: ['predicted risk', ''] }

/** Every minute, wearer by wearer: what the last minute brought, what the rules and the reader make of it, one row. No data, no question. */
export function createLoop({ clock, log, audit, store, windows, settingsStore, reader, config, settings, notify, changed, noticed }: LoopDeps) {
  const closing = new AbortController()
  let timer: NodeJS.Timeout | null = null
  let running: Promise<void> | null = null
  let lastMs: number | null = null

  const askReader = async (decider: DeciderKind, captions: readonly CaptionRow[], biometrics: readonly BiometricRow[], past: DecisionInputs['past']): Promise<Pick<DecisionInputs, 'reader' | 'readerNote'>> => {
    if (decider === 'rules') return { reader: null, readerNote: '' }
    const nowMs = clock.now().getTime()
    const measurements = biometrics.flatMap(quotable)
    const input = {
      captions: captions.map(({ caption }) => caption), measurements,
      biometrics: biometrics.map((row) => quotable(row).map(({ field, text, unit }) => `${field} ${text} ${unit}`.trim()).join(', ')).filter((line) => line !== ''),
      past: past.slice(0, 10).map(({ at, decision }) => `${Math.round((nowMs - Date.parse(at)) / minuteMs) <= 1 ? 'just now' : 'some minutes ago'}: ${decision}`)
    }
    try {
      const options = { signal: AbortSignal.any([closing.signal, AbortSignal.timeout(deadlineMs)]) }
      const { decision, message, statements, run, timing } = decider === 'local' ? await reader.run('intervention', input, options) : await reader.runOn(openAiOf(config), 'intervention', input, options)
      const words = (spans: readonly Readonly<{ type: string, text: string }>[]) => spans.map(({ type, text }) => (type === 'cut' ? '[number cut]' : text)).join('')
      return {
        reader: {
          decision: decision ?? 'no', reasoning: statements.map(({ spans }) => words(spans)).join(' ').trim(),
          // No measured number stands behind what a message says.
          message: message === null ? null : message.replaceAll(/\d[\d.,:/-]*/g, '…'), model: `${run.isMock ? 'MOCK ' : ''}${run.model} (${run.promptVersion})`,
          promptTokens: timing.promptTokens, completionTokens: timing.generatedTokens
        },
        readerNote: ''
      }
    } catch (error) {
      if (closing.signal.aborted) throw error
      const sentence = error instanceof AppError && error.code !== 'cancelled' ? error.message : 'It did not answer in time.'
      if (!(error instanceof AppError) && !(error instanceof DOMException)) log.error('decider-failed', error)
      return { reader: null, readerNote: `The reader was not asked to the end: ${sentence}` }
    }
  }

  /** The last minute, and what a timer that came late would else leave out. */
  const sinceOf = (now: Date): string => {
    const nowMs = now.getTime()
    return new Date(Math.max(nowMs - 2 * minuteMs, Math.min(nowMs - minuteMs, lastMs ?? nowMs))).toISOString()
  }
  const decideFor = async (deviceId: string | null, now: Date, from: string): Promise<void> => {
    const { thresholds, cooldownMinutes, quietHours, alarmsBreakQuietHours, decider } = settings()
    const span = { from, to: new Date(now.getTime() + 1).toISOString(), deviceId, limit: mostWindows }
    const captions = windows.captions(span)
    const biometrics = windows.biometrics(span)
    if (captions.length + biometrics.length === 0) return
    const past = store.past(deviceId, new Date(now.getTime() - pastHours * 60 * minuteMs).toISOString(), 60)
    const inputs: DecisionInputs = {
      version: 1, at: now.toISOString(), captions, biometrics, past, thresholds, cooldownMinutes, quietHours, alarmsBreakQuietHours, minuteOfDay: now.getHours() * 60 + now.getMinutes(),
      ...await askReader(decider, captions, biometrics, past)
    }
    const { decision, reasoning, signals, notice } = decide(inputs)
    const id = store.atomically(() => {
      const row = store.add({
        decision, reasoning, message: decision === 'yes' ? inputs.reader?.message ?? null : null, signals: [...signals], notice, inputs, deviceId, decider, pokeMessage: null,
        biometricIds: biometrics.map((one) => one.id), captionIds: captions.map((one) => one.id),
        model: inputs.reader?.model ?? 'rules/1', promptTokens: inputs.reader?.promptTokens ?? null, completionTokens: inputs.reader?.completionTokens ?? null
      })
      if (notice === 'shown') {
        const text = notify(row)
        if (text !== null) store.poked(row, text)
        audit.record({ actor: 'system', actorName: 'Vigil', action: 'intervention.notice', subject: String(row), detail: { rules: signals.map(({ rule }) => rule) } })
      }
      return row
    })
    changed()
    if (notice === 'shown') noticed(id)
  }

  /** The minute is claimed first: a window and a served workstation on one folder decide once. */
  const claim = (minute: number): boolean => store.atomically(() => {
    if ((settingsStore.get(minuteKey, z.int()) ?? 0) >= minute) return false
    settingsStore.set(minuteKey, minute)
    return true
  })
  const tick = async (): Promise<void> => {
    const now = clock.now()
    if (!settings().isLoopOn) return
    const from = sinceOf(now)
    lastMs = now.getTime()
    const devices = windows.devicesSince(from)
    if (devices.length === 0 || !claim(Math.floor(now.getTime() / minuteMs))) return
    for (const deviceId of devices) {
      // One wearer's trouble must not keep the others from being looked after.
      await decideFor(deviceId, now, from).catch((error: unknown) => { if (!closing.signal.aborted) log.error('decision-failed', error) })
    }
  }
  const begin = () => {
    // A reader that takes longer than a minute is not asked twice at once.
    running ??= tick().catch((error: unknown) => { log.error('loop-failed', error) }).finally(() => { running = null })
  }
  const detailOf = (id: number): InterventionDetail => {
    const intervention = store.get(id)
    const inputs = store.inputs(id)
    if (intervention === null || inputs === null) throw new AppError('not-found', 'There is no such decision.')
    return { intervention, inputs }
  }

  return {
    tick, detail: detailOf,
    /** The same decision once more, from what is stored with it. */
    replay(id: number): Replay {
      const { intervention, inputs } = detailOf(id)
      const { decision, notice, signals } = decide(inputs)
      return { isSame: decision === intervention.decision && notice === intervention.notice && JSON.stringify(signals) === JSON.stringify(intervention.signals), decision, notice, signals: [...signals] }
    },
    seen(id: number, by: Principal): Intervention {
      detailOf(id)
      store.atomically(() => { if (store.seen(id, by.name)) audit.record({ actor: by.id, actorName: by.name, action: 'intervention.seen', subject: String(id) }) })
      changed()
      return detailOf(id).intervention
    },
    start(): void { timer ??= setInterval(begin, minuteMs).unref() },
    async stop(): Promise<void> {
      if (timer !== null) clearInterval(timer)
      closing.abort(new AppError('cancelled', 'The application is closing.'))
      await running
    }
  }
}
export type Loop = ReturnType<typeof createLoop>

function openAiOf({ openAi: { url, model, key } }: GlassesConfig): Readonly<{ url: string, model: string, key: string | null }> {
  // A server of one's own may need no key; the default one always does.
  if (key === null && new URL(url).hostname === 'api.openai.com') throw new AppError('not-configured', 'OPENAI_API_KEY is missing.')
  return { url, model, key }
}

function quotable({ vitals }: BiometricRow): QuotableMeasurement[] {
  return (Object.keys(units) as (keyof typeof units)[]).flatMap((vital) => {
    const value = vitals[vital]
    return value === null ? [] : [{ text: String(Math.round(value * 100) / 100), unit: units[vital][1], findingId: null, field: units[vital][0] }]
  })
}
