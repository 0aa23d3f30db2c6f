import { createHmac, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { createSettingsStore } from '../../platform/settings-store.ts'

export type Pseudonyms = Readonly<{
  uid: (original: string) => string
  /** Of a patient, by everything that tells one from another. */
  patientId: (identity: string) => string
  /** Whole days back, 30 to 3,650, the same for all studies of a patient. */
  daysBack: (identity: string) => number
  /** What a substitute stands for; null where it is none of ours. */
  originalOf: (substitute: string) => string | null
  substituteOf: (original: string) => string | null
}>

/**
 * Substitutes by a key that never leaves this workstation: the same original always gets the same one, nobody else can make it, and each is kept, so that
 * what comes back finds its study.
 */
export function createPseudonyms(db: Db, clock: Clock): Pseudonyms {
  const settings = createSettingsStore(db, clock)
  const insert = db.sqlite.prepare('insert into pseudonyms (kind, original, substitute, created_at) values (?, ?, ?, ?) on conflict (kind, original) do nothing')
  const back = db.sqlite.prepare<[string], { original: string }>('select original from pseudonyms where substitute = ?')
  const forth = db.sqlite.prepare<[string], { substitute: string }>(`select substitute from pseudonyms where kind = 'uid' and original = ?`)
  let key: Buffer | null = null
  const secret = (): Buffer => {
    if (key !== null) return key
    const known = settings.get('pseudonym-key', z.string().length(64))
    const made = known ?? randomBytes(32).toString('hex')
    if (known === null) settings.set('pseudonym-key', made)
    return key = Buffer.from(made, 'hex')
  }
  const digest = (kind: string, original: string) => createHmac('sha256', secret()).update(`${kind}\0${original}`).digest('hex')
  const kept = (kind: 'uid' | 'patient-id' | 'date-shift', original: string, substitute: string): string => {
    insert.run(kind, original, substitute, clock.iso())
    return substitute
  }
  return {
    uid: (original) => kept('uid', original, `2.25.${BigInt(`0x${digest('uid', original).slice(0, 32)}`)}`),
    patientId: (identity) => kept('patient-id', identity, `VG-${digest('patient', identity).slice(0, 12).toUpperCase()}`),
    daysBack: (identity) => Number(kept('date-shift', identity, String(30 + Number.parseInt(digest('days', identity).slice(0, 8), 16) % 3621))),
    originalOf: (substitute) => back.get(substitute)?.original ?? null,
    substituteOf: (original) => forth.get(original)?.substitute ?? null
  }
}
