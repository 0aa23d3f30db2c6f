import type { BiometricRow, CaptionRow, RuleSignal, RuleThresholds } from '../../../src-shared/glasses.ts'

export type RuleInputs = Readonly<{ captions: readonly CaptionRow[], biometrics: readonly BiometricRow[], thresholds: RuleThresholds }>

/** Words of captions that are reason to look again. A caption alone never raises an alarm: models see what is not there. */
const fallWords = /\b(?:fall(?:s|ing|en)?|fell|collaps\w*|lies? on the (?:floor|ground)|lying on the (?:floor|ground)|on the floor|unconscious|unresponsive|faint\w*)\b/i
const harmWords = /\b(?:blood|bleed\w*|chok\w*|seizure|convuls\w*|chest pain|not breathing|can(?:no|')t breathe|gasping)\b/i
/** "no blood", "has not fallen": what is denied is no reason. */
const denied = /\b(?:no|not|without|never|n't)\s+(?:\w+\s+){0,2}$/i

/** Every rule, on the medians of the last minute: one window that a sensor got wrong changes nothing where there are others. */
export function ruleSignals({ captions, biometrics, thresholds: t }: RuleInputs): RuleSignal[] {
  const trusted = biometrics.filter(({ qualityScore }) => qualityScore === null || qualityScore >= t.leastQuality)
  const of = (vital: keyof BiometricRow['vitals']) => median(trusted.flatMap(({ vitals }) => vitals[vital] ?? []))
  const [heartRate, oxygen, breaths, activity, risk] = [of('heartRate'), of('oxygen'), of('breaths'), of('activity'), of('risk')]
  const found: (RuleSignal | null)[] = [
    banded('heart-rate', 'Heart rate', heartRate, 'a minute', { alarmAbove: t.heartRateAlarmAbove, signalAbove: t.heartRateSignalAbove, alarmBelow: t.heartRateAlarmBelow, signalBelow: t.heartRateSignalBelow }),
    banded('oxygen', 'Oxygen saturation', oxygen, '%', { alarmBelow: t.oxygenAlarmBelow, signalBelow: t.oxygenSignalBelow }),
    banded('breaths', 'Breaths', breaths, 'a minute', { alarmAbove: t.breathsAlarmAbove, signalAbove: t.breathsSignalAbove, alarmBelow: t.breathsAlarmBelow }),
    activity !== null && activity < t.stillBelow ? { rule: 'stillness', source: 'stillness', level: 'signal', text: 'Hardly any movement in the last minute', value: activity } : null,
    risk !== null && risk > t.riskSignalAbove ? { rule: 'risk-prediction', source: 'risk', level: 'signal', text: `The device's own prediction of risk is ${shown(risk)}`, value: risk } : null,
    captionSignal(captions, 'caption-fall', fallWords, 'A caption speaks of a fall'),
    captionSignal(captions, 'caption-harm', harmWords, 'A caption speaks of harm')
  ]
  return found.filter((signal) => signal !== null)
}

type Bands = Readonly<{ alarmAbove?: number, signalAbove?: number, alarmBelow?: number, signalBelow?: number }>
function banded(source: 'heart-rate' | 'oxygen' | 'breaths', name: string, value: number | null, unit: string, { alarmAbove, signalAbove, alarmBelow, signalBelow }: Bands): RuleSignal | null {
  if (value === null) return null
  const signal = (side: 'high' | 'low', level: RuleSignal['level'], limit: number): RuleSignal =>
    ({ rule: `${source}-${level === 'alarm' ? 'very-' : ''}${side}`, source, level, text: `${name} ${shown(value)} ${unit}, ${side === 'high' ? 'above' : 'below'} ${shown(limit)}`, value })
  if (alarmAbove !== undefined && value > alarmAbove) return signal('high', 'alarm', alarmAbove)
  if (alarmBelow !== undefined && value < alarmBelow) return signal('low', 'alarm', alarmBelow)
  if (signalAbove !== undefined && value > signalAbove) return signal('high', 'signal', signalAbove)
  if (signalBelow !== undefined && value < signalBelow) return signal('low', 'signal', signalBelow)
  return null
}

function captionSignal(captions: readonly CaptionRow[], rule: string, words: RegExp, text: string): RuleSignal | null {
  const speaks = captions.some(({ caption, isMock }) => {
    const found = words.exec(caption)
    return !isMock && found !== null && !denied.test(caption.slice(0, found.index))
  })
  return speaks ? { rule, source: 'caption', level: 'signal', text, value: null } : null
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  if (high === undefined) return null
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2
}

function shown(value: number): string {
  return String(Math.round(value * 100) / 100)
}
