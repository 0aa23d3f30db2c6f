import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from './replace-file.ts'
import type { Clock } from './clock.ts'

export type Certificate = Readonly<{
  key: string, cert: string
  /** SHA-256 of the public key, base64url: what devices pin. It stays when the certificate is renewed. */
  keyPin: string
  /** SHA-256 of the certificate as browsers show it. */
  sha256: string
  validTo: Date
}>

const dayMs = 24 * 3600 * 1000
/** The longest that systems accept of a certificate for a server. */
const validDays = 397
const renewWithinDays = 30
const Stored = z.object({ key: z.string(), publicKey: z.string(), cert: z.string(), names: z.array(z.string()) })

/**
 * The certificate of this workstation for other machines: made once, kept in `folder` for this user alone, renewed under the same key
 * before it ends or when the machine has other names or addresses, so that what was paired with it stays paired.
 */
export async function ownCertificate(folder: string, names: readonly string[], clock: Clock): Promise<Certificate> {
  const file = join(folder, 'certificate.json')
  const known = await readStored(file)
  const nowMs = clock.now().getTime()
  // A machine may be called anything; a certificate takes letters, digits and hyphens.
  const wanted = [...new Set(names)].filter((name) => /^[A-Za-z0-9.:-]{1,253}$/.test(name)).toSorted()
  if (known !== null && wanted.every((name) => known.names.includes(name)) && isFresh(known.cert, nowMs)) return described(known)
  const made = await make(wanted, nowMs, known)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replaceFile(file, `${JSON.stringify(made)}\n`, { mode: 0o600 })
  return described(made)
}

/** As curl's `--pinnedpubkey sha256//` and HPKP count it: over the public key's DER. */
export function keyPinOf(certificatePem: string | Buffer): string {
  const { publicKey } = new X509Certificate(certificatePem)
  return createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64url')
}

async function readStored(file: string): Promise<z.output<typeof Stored> | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    const stored = Stored.parse(JSON.parse(text))
    // A key that is not the certificate's would end every handshake.
    if (!createPublicKey(stored.key).equals(new X509Certificate(stored.cert).publicKey)) return null
    return stored
  } catch {
    // Cut short or edited by hand: a new one is made, and what was paired with the old one has to be paired again.
    return null
  }
}

function isFresh(cert: string, nowMs: number): boolean {
  const { validFromDate, validToDate } = new X509Certificate(cert)
  return validFromDate.getTime() <= nowMs && validToDate.getTime() - nowMs > renewWithinDays * dayMs
}

async function make(names: readonly string[], nowMs: number, known: z.output<typeof Stored> | null): Promise<z.output<typeof Stored>> {
  // Loaded only where one has to be made: it takes longer to load than to work.
  const { generate } = await import('selfsigned')
  const isAddress = (name: string) => /^[\d.]+$/.test(name) || name.includes(':')
  const pems = await generate([{ name: 'commonName', value: 'Vigil workstation' }], {
    keyType: 'ec', curve: 'P-256', algorithm: 'sha256', notBeforeDate: new Date(nowMs - dayMs), notAfterDate: new Date(nowMs + (validDays - 1) * dayMs),
    ...(known === null ? {} : { keyPair: { privateKey: known.key, publicKey: known.publicKey } }),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true }, { name: 'keyUsage', digitalSignature: true, critical: true }, { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.map((name) => (isAddress(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name })) }
    ]
  })
  return { key: pems.private, publicKey: pems.public, cert: pems.cert, names: [...names] }
}

function described({ key, cert }: z.output<typeof Stored>): Certificate {
  const parsed = new X509Certificate(cert)
  return { key, cert, keyPin: keyPinOf(cert), sha256: parsed.fingerprint256, validTo: parsed.validToDate }
}
