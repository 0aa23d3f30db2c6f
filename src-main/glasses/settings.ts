import { GlassesSettings, GlassesSettingsPatch, type GlassesSettings as Settings, type GlassesSettingsPatch as Patch, type RuleThresholds } from '../../src-shared/glasses.ts'
import { AppError } from '../../src-shared/errors.ts'
import type { GlassesConfig } from '../platform/config.ts'
import type { SettingsStore } from '../platform/settings-store.ts'

const key = 'glasses.settings'

/** NEWS2 (Royal College of Physicians, 2017): what scores 3 by itself is an alarm, what scores 2 is a signal. Stillness, risk and quality are ours. */
export const news2: RuleThresholds = {
  heartRateAlarmAbove: 130, heartRateSignalAbove: 110, heartRateAlarmBelow: 41, heartRateSignalBelow: 51,
  oxygenAlarmBelow: 92, oxygenSignalBelow: 94, breathsAlarmAbove: 24, breathsSignalAbove: 20, breathsAlarmBelow: 9,
  stillBelow: 0.02, riskSignalAbove: 0.8, leastQuality: 0.3
}
const defaults: Settings = {
  isLanOn: false, interfaces: [], isAnnounced: true, takesWordInQuery: false, captions: 'local', isLoopOn: true, decider: 'rules', thresholds: news2,
  cooldownMinutes: 15, quietHours: null, alarmsBreakQuietHours: true, sendsPoke: false, keyFrameSeconds: 0, keyFrameHours: 24
}

/** What was chosen on the screen, under what the environment fixes. */
export function createGlassesSettings({ store, config }: Readonly<{ store: SettingsStore, config: GlassesConfig }>) {
  const fixedValues: Patch = Object.fromEntries(Object.entries({
    isLanOn: config.isLanOn, interfaces: config.interfaces, isAnnounced: config.isAnnounced, takesWordInQuery: config.takesWordInQuery, captions: config.captions, decider: config.decider
  }).filter(([, value]) => value !== null))
  const fixed = GlassesSettings.keyof().options.filter((name) => name in fixedValues)
  const get = (): Settings => GlassesSettings.parse({ ...defaults, ...store.get(key, GlassesSettingsPatch), ...fixedValues })
  return {
    get, fixed,
    /** Inside a transaction. What the environment fixes stays as it is. */
    change(patch: Patch): Settings {
      const t = patch.thresholds ?? get().thresholds
      const isOrdered = t.heartRateSignalAbove <= t.heartRateAlarmAbove && t.heartRateAlarmBelow <= t.heartRateSignalBelow && t.oxygenAlarmBelow <= t.oxygenSignalBelow && t.breathsSignalAbove <= t.breathsAlarmAbove
      if (!isOrdered) throw new AppError('invalid-request', 'An alarm must lie beyond its signal: a value that raises an alarm has to be a signal too.', { field: 'thresholds' })
      store.set(key, { ...store.get(key, GlassesSettingsPatch), ...patch })
      return get()
    }
  }
}
export type GlassesSettingsOf = ReturnType<typeof createGlassesSettings>
