import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import type { ModelList } from '../../../src-shared/models.ts'
import type { Keychain } from '../../platform/keychain.ts'
import type { Log } from '../../platform/log.ts'
import type { SettingsStore } from '../../platform/settings-store.ts'

const key = 'reader.hub-token'
export type HubToken = ReturnType<typeof createHubToken>

/**
 * The access token for gated repositories. It lies on disk only as the system's keychain sealed it; where there is none, it is kept for this
 * run and never written. One from the environment goes before.
 */
export function createHubToken({ settings, keychain, environment, log }: Readonly<{ settings: SettingsStore, keychain: Keychain | null, environment: string | null, log: Log }>) {
  let inMemory: string | null = null
  const opened = (): string | null => {
    const sealed = settings.get(key, z.base64())
    if (sealed === null || keychain === null) return null
    try {
      return keychain.open(Buffer.from(sealed, 'base64'))
    } catch {
      // Sealed by another user or another machine's keychain: as good as none, and said so by its absence.
      log.warn('hub-token-not-readable')
      return null
    }
  }
  const current = (): string | null => environment ?? inMemory ?? opened()
  return {
    current,
    canKeep: keychain !== null,
    place(): ModelList['token'] {
      if (environment !== null) return 'environment'
      if (inMemory !== null) return 'memory'
      return opened() === null ? 'none' : 'keychain'
    },
    set(token: string): void {
      if (environment !== null) throw new AppError('conflict', 'The access token comes from the environment (HF_TOKEN). Change it there.')
      if (keychain === null) { inMemory = token; return }
      settings.set(key, Buffer.from(keychain.seal(token)).toString('base64'))
    },
    forget(): void {
      inMemory = null
      settings.remove(key)
    }
  }
}
