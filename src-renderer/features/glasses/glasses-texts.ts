import type { BiometricRow, CaptionSessionKind, DeciderKind, GlassesDevice, GlassesStream, Intervention } from '../../../src-shared/glasses.ts'

export const sessionNames: Readonly<Record<CaptionSessionKind, string>> = { local: 'The reader of this workstation', legacy: 'The reader, each chunk by itself', modal: 'A deployed class (Modal)', none: 'Nobody' }
export const deciderNames: Readonly<Record<DeciderKind, string>> = { rules: 'Rules alone', local: 'Rules, then the reader of this workstation', openai: 'Rules, then a server over the network' }
export const streamWords: Readonly<Record<GlassesStream['state'], string>> = { live: 'live', stalled: 'stalled', ended: 'ended' }
export const consentWords: Readonly<Record<GlassesDevice['consent']['how'], string>> = { spoken: 'agreed by word', written: 'agreed in writing', duty: 'on duty' }

/** "0.1 s", "4 s", "3 min": how old a picture is. */
export function ageText(ms: number): string {
  if (ms < 1000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 90_000) return `${Math.floor(ms / 1000)} s`
  return `${Math.floor(ms / 60_000)} min`
}

export function rateText({ framesPerSecond, bytesPerSecond }: Pick<GlassesStream, 'framesPerSecond' | 'bytesPerSecond'>): string {
  return `${framesPerSecond.toFixed(framesPerSecond < 10 ? 1 : 0)} frames/s · ${(bytesPerSecond / 1e6).toFixed(2)} MB/s`
}

/** What became of a decision, in words. */
export function noticeWords({ decision, notice, seenAt }: Pick<Intervention, 'decision' | 'notice' | 'seenAt'>): string {
  if (decision === 'no') return 'no action'
  switch (notice) {
    case 'shown': return seenAt === null ? 'somebody should look' : 'seen'
    case 'cool-down': return 'held back: cool-down'
    case 'quiet-hours': return 'held back: quiet hours'
    case 'none': return 'no notice'
    default: return notice satisfies never
  }
}

export type VitalName = 'heartRate' | 'oxygen' | 'activity' | 'quality'
export const vitals: readonly Readonly<{ name: VitalName, title: string, unit: string, range: readonly [number, number] }>[] = [
  { name: 'heartRate', title: 'Heart rate', unit: '/min', range: [40, 140] },
  { name: 'oxygen', title: 'SpO₂', unit: '%', range: [85, 100] },
  { name: 'activity', title: 'Activity', unit: '', range: [0, 1] },
  { name: 'quality', title: 'Quality', unit: '', range: [0, 1] }
]

/** Seconds and values, oldest first; null where a window has none. */
export function seriesOf(rows: readonly BiometricRow[], name: VitalName): Readonly<{ times: number[], values: (number | null)[] }> {
  return { times: rows.map(({ createdAt }) => Date.parse(createdAt) / 1000), values: rows.map((row) => (name === 'quality' ? row.qualityScore : row.vitals[name])) }
}

/** What a plot says to whoever can't see it. */
export function plotText(title: string, unit: string, values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null)
  const last = known.at(-1)
  if (last === undefined) return `${title}: nothing came.`
  const round = (value: number) => String(Math.round(value * 100) / 100)
  return `${title}: last ${round(last)}${unit}, from ${round(Math.min(...known))} to ${round(Math.max(...known))}.`
}
