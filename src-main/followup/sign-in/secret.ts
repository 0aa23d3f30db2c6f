import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Keys of this workstation, or of the clinic where the setting says so. */
export type Secrets = Readonly<{
  /** Signs sessions. */
  sessionKey: Uint8Array
  /** The same for the same text, and of no use to whoever has not the secret: for numbers and codes in a store. */
  hash: (purpose: string, text: string) => string
  seal: (text: string) => string
  /** Null where it was sealed under another secret. */
  open: (sealed: string) => string | null
}>

/** `secret`: JWT_SECRET; without one, a secret of the workstation's own is made once and kept beside its data, for its user alone. */
export function createSecrets(secret: string | null, dataDir: string): Secrets {
  const root = secret === null ? ownSecret(join(dataDir, 'followup')) : Buffer.from(secret)
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', root, 'vigil', purpose, 32))
  // The session key is the setting itself, so that other services of the site can check a session.
  const hashKey = derive('hash')
  const sealKey = derive('seal')
  return {
    sessionKey: root,
    hash: (purpose, text) => createHmac('sha256', hashKey).update(`${purpose}\n${text}`).digest('base64url'),
    seal(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      try {
        return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        // Another key: as good as none.
        return null
      }
    }
  }
}

function ownSecret(folder: string): Buffer {
  const path = join(folder, 'session-secret')
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const made = `${path}.${process.pid}`
    writeFileSync(made, randomBytes(48).toString('base64url'), { mode: 0o600 })
    // Whole, and by one process only: whoever comes second reads what the first has made.
    try { linkSync(made, path) } catch (error) { if (!existsSync(path)) throw error }
    rmSync(made)
  }
  return Buffer.from(readFileSync(path, 'utf8').trim())
}
