import { AppError } from '../../src-shared/errors.ts'
import { FollowupSettings, FollowupSettingsPatch, type FollowupSettings as Settings, type FollowupSettingsPatch as Patch } from '../../src-shared/followup.ts'
import type { SettingsStore } from '../platform/settings-store.ts'

const key = 'followup.settings'

/** Hours: 47 CFR 64.1200(c)(1). Caps: those under which health messages are exempt, 64.1200(a)(9)(iv). */
const defaults = (): Settings => ({
  clinicName: 'The clinic', clinicPhone: '', contactFrom: 8, contactTo: 21, mostPerDay: 1, mostPerWeek: 3,
  defaultLanguage: 'en', defaultTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, defaultCountry: 'US', planTemplateId: 'after-report', callAttempts: 3
})

/** What the site has chosen for its patients. */
export function createFollowupSettings(store: SettingsStore) {
  const get = (): Settings => FollowupSettings.parse({ ...defaults(), ...store.get(key, FollowupSettingsPatch) })
  return {
    get,
    /** Inside a transaction. */
    change(patch: Patch): Settings {
      const next = FollowupSettings.parse({ ...get(), ...patch })
      if (next.contactFrom >= next.contactTo) throw new AppError('invalid-request', 'The hours must end after they begin.', { field: 'contactTo' })
      if (next.mostPerDay > next.mostPerWeek) throw new AppError('invalid-request', 'A week can not hold fewer messages than a day.', { field: 'mostPerWeek' })
      store.set(key, { ...store.get(key, FollowupSettingsPatch), ...patch })
      return next
    }
  }
}
export type FollowupSettingsOf = ReturnType<typeof createFollowupSettings>
