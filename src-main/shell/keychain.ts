import { safeStorage } from 'electron'
import type { Keychain } from '../platform/keychain.ts'

/** On Linux without a keyring Electron would "encrypt" under a fixed key: worse than none, because it looks like one. */
export function systemKeychain(): Keychain | null {
  if (!safeStorage.isEncryptionAvailable()) return null
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null
  return { seal: (secret) => safeStorage.encryptString(secret), open: (sealed) => safeStorage.decryptString(Buffer.from(sealed)) }
}
