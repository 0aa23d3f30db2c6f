import type { Clock } from '../../platform/clock.ts'
import type { GlassesConfig } from '../../platform/config.ts'
import type { Db } from '../../platform/database.ts'
import type { Keychain } from '../../platform/keychain.ts'
import type { Log } from '../../platform/log.ts'
import { createSealedSecret } from '../../platform/sealed-secret.ts'
import { createSettingsStore } from '../../platform/settings-store.ts'
import { createInterventionStore } from '../loop/store.ts'
import { createPoke } from './poke.ts'

export type NoticesDeps = Readonly<{ db: Db, clock: Clock, log: Log, config: GlassesConfig['poke'], keychain: Keychain | null, fetch?: typeof globalThis.fetch }>

/** The sender of notices, made before the room that queues them and the room that causes them. */
export function createNotices({ db, clock, log, config, keychain, fetch }: NoticesDeps) {
  const key = createSealedSecret({ settings: createSettingsStore(db, clock), keychain, environment: config.key, environmentName: 'POKE_API_KEY', key: 'glasses.poke-key', log })
  const store = createInterventionStore(db, clock)
  const poke = createPoke({ url: config.url, key, sent: ({ interventionId }) => { store.sent(interventionId) }, ...(fetch === undefined ? {} : { fetch }) })
  return { ...poke, key, url: config.url }
}
export type Notices = ReturnType<typeof createNotices>
