import { ReaderSettings, ReaderSettingsPatch, type ReaderSettings as Settings } from '../../src-shared/reading.ts'
import type { z } from 'zod'
import type { ReaderConfig } from '../platform/config.ts'
import type { SettingsStore } from '../platform/settings-store.ts'

const key = 'reader.settings'
const defaults: Settings = { mode: 'auto', device: 'auto', isReadFirst: false, maxSlices: 85, maxMinutes: 10 }
type Patch = z.infer<typeof ReaderSettingsPatch>

/** What was chosen on the screen, under what the environment fixes. */
export function createReaderSettings({ store, config }: Readonly<{ store: SettingsStore, config: ReaderConfig }>) {
  const fixedValues: Patch = Object.fromEntries(Object.entries({ mode: config.mode, device: config.device, maxSlices: config.maxSlices, maxMinutes: config.maxMinutes }).filter(([, value]) => value !== null))
  const fixed = ReaderSettings.keyof().options.filter((name) => name in fixedValues)
  const get = (): Settings => ReaderSettings.parse({ ...defaults, ...store.get(key, ReaderSettingsPatch), ...fixedValues })
  return {
    get, fixed,
    /** Inside a transaction. What the environment fixes stays as it is. */
    change(patch: Patch): Settings {
      store.set(key, { ...store.get(key, ReaderSettingsPatch), ...patch })
      return get()
    }
  }
}
