import { randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { FollowupConfig } from '../../platform/config.ts'
import { jsonOf } from '../../platform/json.ts'
import type { ShortLived } from '../../platform/short-lived/index.ts'
import type { Secrets } from './secret.ts'

export type PortalSessionsDeps = Readonly<{ clock: Clock, config: FollowupConfig, secrets: Secrets, store: ShortLived }>
/** The number is sealed: whoever reads the store learns of nobody. */
const Kept = z.object({ subject: z.string(), phone: z.string(), expiresAtMs: z.number() })
export type PortalSession = Readonly<z.infer<typeof Kept> & { id: string }>
const issuer = 'vigil'
const audience = 'portal'
const Claims = z.looseObject({ jti: z.string().min(1) })

/** Sessions of patients: a signed token in a cookie that counts only while its row is in the store, so that signing out really ends it. */
export function createPortalSessions({ clock, config: { jwt }, secrets, store }: PortalSessionsDeps) {
  const key = (id: string) => `session:${id}`
  const read = async (token: string): Promise<string | null> => {
    try {
      const { payload } = await jwtVerify(token, secrets.sessionKey, { algorithms: [jwt.algorithm], issuer, audience, currentDate: clock.now() })
      const claims = Claims.safeParse(payload)
      return claims.success ? claims.data.jti : null
    } catch {
      // Forged, of another algorithm, or its time is up: as good as none.
      return null
    }
  }
  return {
    /** A new one at each sign-in; whatever the browser held before counts no more. */
    async open(subject: string, phone: string): Promise<Readonly<{ token: string, session: PortalSession }>> {
      const id = randomUUID()
      const ttlMs = jwt.expiryDays * 24 * 3600 * 1000
      const expiresAtMs = clock.now().getTime() + ttlMs
      const kept = { subject, phone: secrets.seal(phone), expiresAtMs }
      await store.set(key(id), JSON.stringify(kept), ttlMs)
      const token = await new SignJWT({}).setProtectedHeader({ alg: jwt.algorithm, typ: 'JWT' }).setIssuer(issuer).setAudience(audience).setJti(id)
        .setIssuedAt(clock.now()).setExpirationTime(new Date(expiresAtMs)).sign(secrets.sessionKey)
      return { token, session: { ...kept, phone, id } }
    },
    async find(token: string | null): Promise<PortalSession | null> {
      const id = token === null ? null : await read(token)
      const kept = id === null ? null : Kept.safeParse(jsonOf(await store.get(key(id)) ?? ''))
      const phone = kept?.success === true ? secrets.open(kept.data.phone) : null
      return id === null || kept?.success !== true || phone === null || kept.data.expiresAtMs <= clock.now().getTime() ? null : { ...kept.data, phone, id }
    },
    close: async (id: string): Promise<void> => { await store.remove(key(id)) },
    /** By its token, whoever shows it. */
    async closeToken(token: string | null): Promise<void> {
      const id = token === null ? null : await read(token)
      if (id !== null) await store.remove(key(id))
    }
  }
}
export type PortalSessions = ReturnType<typeof createPortalSessions>
