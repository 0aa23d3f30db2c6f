import { z } from 'zod'
import { AppError } from '../../src-shared/errors.ts'
import type { Keychain } from './keychain.ts'
import type { Log } from './log.ts'
import type { SettingsStore } from './settings-store.ts'

export type SealedSecret = ReturnType<typeof createSealedSecret>
export type SealedSecretDeps = Readonly<{
  settings: SettingsStore, keychain: Keychain | null, log: Log
  /** Name of its row. */
  key: string
  /** From the environment, which goes before; `environmentName` is said to whoever wants to change it here. */
  environment: string | null, environmentName: string
}>

/**
 * A secret of the site. It lies on disk only as the system's keychain sealed it; where there is none, it is kept for this run and never
 * written. One from the environment goes before.
 */
export function createSealedSecret({ settings, keychain, environment, environmentName, key, log }: SealedSecretDeps) {
  let inMemory: string | null = null
  const opened = (): string | null => {
    const sealed = settings.get(key, z.base64())
    if (sealed === null || keychain === null) return null
    try {
      return keychain.open(Buffer.from(sealed, 'base64'))
    } catch {
      // Sealed by another user or another machine's keychain: as good as none, and said so by its absence.
      log.warn('secret-not-readable', { key })
      return null
    }
  }
  const current = (): string | null => environment ?? inMemory ?? opened()
  return {
    current,
    canKeep: keychain !== null,
    place(): 'environment' | 'memory' | 'keychain' | 'none' {
      if (environment !== null) return 'environment'
      if (inMemory !== null) return 'memory'
      return opened() === null ? 'none' : 'keychain'
    },
    set(secret: string): void {
      if (environment !== null) throw new AppError('conflict', `It comes from the environment (${environmentName}). Change it there.`)
      if (keychain === null) { inMemory = secret; return }
      settings.set(key, Buffer.from(keychain.seal(secret)).toString('base64'))
    },
    forget(): void {
      inMemory = null
      settings.remove(key)
    }
  }
}
