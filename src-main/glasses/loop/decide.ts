import type { DecisionInputs, Intervention, RuleSignal } from '../../../src-shared/glasses.ts'
import { isWithinHours, type LocalHours } from '../../../src-shared/hours.ts'
import { ruleSignals } from './rules.ts'

export type Decision = Readonly<{ decision: 'yes' | 'no', reasoning: string, signals: readonly RuleSignal[], notice: Intervention['notice'] }>

/**
 * From stored inputs alone, so that every decision can be made again: an alarm of a rule, or two signals from different places. The reader
 * is one more signal, and never more; what it says can neither raise an alarm by itself nor take one away. It has seen the captions, so
 * beside a caption it is no second place.
 */
export function decide(inputs: DecisionInputs): Decision {
  const rules = ruleSignals(inputs)
  const signals: RuleSignal[] = inputs.reader?.decision === 'yes' ? [...rules, { rule: 'reader-yes', source: 'reader', level: 'signal', text: 'The reader would look', value: null }] : rules
  const hasAlarm = signals.some(({ level }) => level === 'alarm')
  const places = new Set(signals.map(({ source }) => (source === 'reader' ? 'caption' : source)))
  const decision = hasAlarm || places.size >= 2 ? 'yes' : 'no'
  return { decision, signals, reasoning: reasoningOf(decision, signals, places.size, inputs), notice: decision === 'no' ? 'none' : noticeOf(inputs, hasAlarm) }
}

function noticeOf({ at, past, cooldownMinutes, quietHours, minuteOfDay, alarmsBreakQuietHours }: DecisionInputs, hasAlarm: boolean): Intervention['notice'] {
  const nowMs = Date.parse(at)
  if (past.some((one) => one.notice === 'shown' && nowMs - Date.parse(one.at) < cooldownMinutes * 60_000)) return 'cool-down'
  if (quietHours !== null && isQuiet(quietHours, minuteOfDay) && !(hasAlarm && alarmsBreakQuietHours)) return 'quiet-hours'
  return 'shown'
}

/** Quiet hours that end where they begin are none: nobody means to be never told. */
function isQuiet(hours: LocalHours, minute: number): boolean {
  return hours.from !== hours.to && isWithinHours(hours, minute)
}

function reasoningOf(decision: 'yes' | 'no', signals: readonly RuleSignal[], places: number, { reader, readerNote }: DecisionInputs): string {
  const found = signals.filter(({ source }) => source !== 'reader').map(({ text }) => text).join('; ')
  const ruled = signals.length === 0 ? 'No rule found anything.'
    : decision === 'yes' ? `${found === '' ? 'The reader and another signal agree' : found}.`
      : `${found === '' ? 'Only the reader would look' : found}: one signal alone is not enough${places > 1 ? '' : ', a second from another place is needed'}.`
  const said = reader === null ? readerNote : `The reader says ${reader.decision}: ${reader.reasoning}`
  return [ruled, said].filter((part) => part !== '').join(' ')
}
