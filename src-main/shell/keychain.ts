import { safeStorage } from 'electron'

/** The system's store of secrets, as an argument for whoever keeps one; null where the system has none that deserves the name. */
export type Keychain = Readonly<{ seal: (secret: string) => Uint8Array, open: (sealed: Uint8Array) => string }>

/** On Linux without a keyring Electron would "encrypt" under a fixed key: worse than none, because it looks like one. */
export function systemKeychain(): Keychain | null {
  if (!safeStorage.isEncryptionAvailable()) return null
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null
  return { seal: (secret) => safeStorage.encryptString(secret), open: (sealed) => safeStorage.decryptString(Buffer.from(sealed)) }
}
