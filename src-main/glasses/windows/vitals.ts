import type { BiometricRow } from '../../../src-shared/glasses.ts'

type Vitals = BiometricRow['vitals']
/** How clients call what we know, in lower case and without anything between the letters. */
const names: Readonly<Record<keyof Vitals, readonly string[]>> = {
  heartRate: ['heartrate', 'heartratebpm', 'meanheartrate', 'meanhr', 'hr', 'hrbpm', 'pulse', 'pulserate', 'pulseratebpm', 'bpm'],
  oxygen: ['spo2', 'meanspo2', 'spo2percent', 'oxygensaturation', 'bloodoxygen', 'bloodoxygensaturation'],
  breaths: ['respiratoryrate', 'respirationrate', 'breathingrate', 'breathsperminute', 'rr', 'respiratoryratebpm'],
  activity: ['activity', 'activitylevel', 'activityscore', 'motion', 'motionlevel', 'movement'],
  risk: ['risk', 'riskscore', 'score', 'probability', 'value', 'prediction']
}
/** What a living body or a share can be. Beyond it a sensor is wrong, and a wrong sensor is no alarm. */
const possible: Readonly<Record<keyof Vitals, readonly [number, number]>> = { heartRate: [10, 300], oxygen: [30, 100], breaths: [1, 100], activity: [0, 1], risk: [0, 1] }
const mostDepth = 3

/** Values under names that are known, at the top or within; null where there is none, or none that can be. Shares of oxygen (0.97) count as per cent. */
export function vitalsOf(features: unknown, risk: unknown): Vitals {
  const found = new Map<string, number>()
  collect(features, found, 0)
  const of = (vital: keyof Vitals, values: ReadonlyMap<string, number>): number | null => {
    const name = names[vital].find((one) => values.has(one))
    const raw = name === undefined ? null : values.get(name) ?? null
    const value = raw !== null && vital === 'oxygen' && raw > 0 && raw <= 1 ? raw * 100 : raw
    const [least, most] = possible[vital]
    return value === null || value < least || value > most ? null : value
  }
  const predicted = new Map<string, number>()
  if (typeof risk === 'number') predicted.set('risk', risk)
  else collect(risk, predicted, 0)
  return { heartRate: of('heartRate', found), oxygen: of('oxygen', found), breaths: of('breaths', found), activity: of('activity', found), risk: of('risk', predicted) }
}

/** The first number under a name counts: what stands higher up stands for the whole. */
function collect(value: unknown, into: Map<string, number>, depth: number): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > mostDepth) return
  const entries = Object.entries(value)
  for (const [name, one] of entries) {
    const key = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
    if (typeof one === 'number' && Number.isFinite(one) && !into.has(key)) into.set(key, one)
  }
  for (const [, one] of entries) collect(one, into, depth + 1)
}
