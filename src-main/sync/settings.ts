import { z } from 'zod'
import { isWithinHours } from '../../src-shared/hours.ts'
import { SyncSettings, SyncSettingsPatch, SyncTarget, type SyncSettings as Settings, type SyncTarget as Target } from '../../src-shared/sync.ts'
import type { SettingsStore } from '../platform/settings-store.ts'

const settingsKey = 'sync.settings'
const pausedKey = 'sync.paused'
const defaults: Settings = { what: 'signed', isDeidentified: false, keep: [], sendsBurnedIn: false, maxBytesPerSecond: 0, hours: null, isMetered: false, sendsOnMetered: false }

/** What was chosen for everything that leaves. Read at each step of an upload, so that a change counts at once, also one of another process. */
export function createSyncSettings(store: SettingsStore) {
  const get = (): Settings => SyncSettings.parse({ ...defaults, ...store.get(settingsKey, SyncSettingsPatch) })
  const paused = (): Target[] => store.get(pausedKey, z.array(SyncTarget)) ?? []
  return {
    get,
    /** Inside a transaction. */
    change(patch: z.output<typeof SyncSettingsPatch>): Settings {
      store.set(settingsKey, { ...get(), ...patch })
      return get()
    },
    isPaused: (target: Target): boolean => paused().includes(target),
    pause(targets: readonly Target[], isPaused: boolean): void {
      const rest = paused().filter((target) => !targets.includes(target))
      store.set(pausedKey, isPaused ? [...rest, ...targets] : rest)
    }
  }
}
export type SyncSettingsOf = ReturnType<typeof createSyncSettings>

/** Why studies and reports wait although their target answers; null where they may go. */
export function whyHeld({ hours, isMetered, sendsOnMetered }: Settings, now: Date): string | null {
  if (isMetered && !sendsOnMetered) return 'This link is called metered, and nothing large is sent over it.'
  if (hours !== null && !isWithinHours(hours, now.getHours() * 60 + now.getMinutes())) return `Uploads run from ${hours.from} to ${hours.to}.`
  return null
}
