import { randomBytes } from 'node:crypto'
import { AppError } from '../../../src-shared/errors.ts'
import type { PortalLink } from '../../../src-shared/followup.ts'
import { qrSvg } from '../../platform/qr.ts'
import type { Clock } from '../../platform/clock.ts'
import type { FollowupConfig } from '../../platform/config.ts'
import type { Secrets } from '../sign-in/secret.ts'
import type { LinkRow, PortalStore } from './portal-store.ts'

export type LinksDeps = Readonly<{ clock: Clock, config: FollowupConfig, secrets: Secrets, store: PortalStore, lanAddress: () => string | null }>
const validMs = 30 * 24 * 3600 * 1000

/** The way to the portal. A token says whose report a code is asked for; without the code on that person's phone it opens nothing. */
export function createLinks({ clock, config, secrets, store, lanAddress }: LinksDeps) {
  const base = (): string | null => config.frontendUrl ?? config.publicUrl ?? lanAddress()
  const make = (patientId: string, studyUid: string | null, by: string): Readonly<{ link: string, expiresAt: string }> => {
    const address = base()
    if (address === null) throw new AppError('not-configured', 'The portal can not be reached by phones: switch the LAN port on under Settings, Glasses and the LAN, or set FRONTEND_BASE_URL.')
    const token = randomBytes(16).toString('base64url')
    const expiresAt = new Date(clock.now().getTime() + validMs).toISOString()
    store.addLink({ tokenHash: secrets.hash('link', token), followupPatientId: patientId, studyUid, purpose: 'portal-sign-in', createdBy: by, expiresAt })
    // Behind the `#`, so that no server and no log sees it.
    return { link: `${address}/portal#t=${token}`, expiresAt }
  }
  return {
    base, make,
    async forScreen(patientId: string, studyUid: string, by: string): Promise<PortalLink> {
      const made = make(patientId, studyUid, by)
      return { ...made, qrSvg: await qrSvg(made.link) }
    },
    /** Null for a token that is unknown or too old. */
    read: (token: string): LinkRow | null => store.linkOf(secrets.hash('link', token))
  }
}
export type Links = ReturnType<typeof createLinks>
