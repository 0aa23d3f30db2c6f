import { randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { jsonOf } from '../../platform/json.ts'
import type { ShortLived } from '../../platform/short-lived/index.ts'
import type { Secrets } from './secret.ts'

export type OtpDeps = Readonly<{ clock: Clock, store: ShortLived, secrets: Secrets, digits: number }>
export const otpMs = 5 * 60_000
const mostTries = 5
const requests = { most: 3, windowMs: 10 * 60_000 }
/** A phone that guesses is listened to no more for a while, whatever numbers it tries. */
const guesses = { most: 15, windowMs: 10 * 60_000 }
const Kept = z.object({ hash: z.string(), salt: z.string(), subject: z.string().nullable(), expiresAtMs: z.number() })
/** One sentence for a wrong, an old, a used and a never-sent code. */
export const wrongCode = 'This code is not right, or its time is up. Ask for a new one.'

/** Codes of one use: only their keyed hash is stored, and the store behaves the same for numbers that nobody here has. */
export function createOtp({ clock, store, secrets, digits }: OtpDeps) {
  const limit = async (key: string, rule: typeof requests): Promise<void> => {
    const place = await store.reserve(key, randomUUID(), rule)
    if (!place.isFree) throw new AppError('too-many-attempts', `Too many tries. Try again in ${Math.max(1, Math.ceil(place.freeInMs / 60_000))} minutes.`)
  }
  const hashOf = (phone: string, code: string, salt: string) => secrets.hash('otp', `${phone}\n${code}\n${salt}`)
  return {
    digits,
    /** Throws 'too-many-attempts'. `scope`: what the code opens, so that one of the portal opens no call. */
    async limitRequests(phone: string, address: string): Promise<void> {
      await limit(`otp-number:${secrets.hash('phone', phone)}`, requests)
      await limit(`otp-address:${secrets.hash('address', address)}`, requests)
    },
    /** Of an authenticator's codes a million are there, and three of them are right. */
    limitTotp: (phone: string): Promise<void> => limit(`totp:${secrets.hash('phone', phone)}`, { most: mostTries, windowMs: otpMs }),
    limitGuesses: (address: string): Promise<void> => limit(`guess-address:${secrets.hash('address', address)}`, guesses),
    /** A new code, which takes the place of the one before. `subject` null: nobody here has that number, and no code is ever right. */
    async issue(scope: string, phone: string, subject: string | null): Promise<string> {
      const code = String(randomInt(0, 10 ** digits)).padStart(digits, '0')
      const salt = randomBytes(16).toString('base64url')
      const kept = { hash: hashOf(phone, code, salt), salt, subject, expiresAtMs: clock.now().getTime() + otpMs }
      await store.set(`otp:${secrets.hash(scope, phone)}`, JSON.stringify(kept), otpMs)
      return code
    },
    /** Whose code it was. Throws 'wrong-credentials'; the fifth wrong try ends the code. */
    async verify(scope: string, phone: string, code: string): Promise<string> {
      const key = `otp:${secrets.hash(scope, phone)}`
      const kept = Kept.safeParse(jsonOf(await store.get(key) ?? ''))
      const refuse = () => new AppError('wrong-credentials', wrongCode)
      if (!kept.success || kept.data.expiresAtMs <= clock.now().getTime()) throw refuse()
      const { hash, salt, subject } = kept.data
      // Counted before it is compared: a hundred at once get no further than a hundred in a row.
      if (await store.count(`otp-tries:${salt}`, otpMs) > mostTries) { await store.remove(key); throw refuse() }
      const given = Buffer.from(hashOf(phone, code.replace(/\D/g, ''), salt))
      const isRight = timingSafeEqual(given, Buffer.from(hash))
      if (!isRight || subject === null) throw refuse()
      // Of two that are right at once, one gets it.
      const taken = Kept.safeParse(jsonOf(await store.take(key) ?? ''))
      if (!taken.success || taken.data.salt !== salt) throw refuse()
      return subject
    }
  }
}
export type Otp = ReturnType<typeof createOtp>
