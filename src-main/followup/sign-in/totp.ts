import { Secret, TOTP } from 'otpauth'
import { AppError } from '../../../src-shared/errors.ts'
import type { TotpOffer } from '../../../src-shared/portal.ts'
import type { Clock } from '../../platform/clock.ts'
import { qrSvg } from '../../platform/qr.ts'
import type { PatientRow, PatientStore } from '../patients/patient-store.ts'
import { wrongCode } from './otp.ts'
import type { Secrets } from './secret.ts'

export type TotpDeps = Readonly<{ clock: Clock, patients: PatientStore, secrets: Secrets, issuer: () => string }>
const periodS = 30

/** Codes of an authenticator app (RFC 6238): the way in that no stolen phone number opens. */
export function createTotp({ clock, patients, secrets, issuer }: TotpDeps) {
  const appOf = (secret: string) => new TOTP({ issuer: issuer(), label: 'portal', secret: Secret.fromBase32(secret), digits: 6, period: periodS })
  /** Whether the code is one of now, the one before or the one after, and was not used yet. */
  const use = (row: PatientRow, code: string): boolean => {
    const secret = row.totpSecret === null ? null : secrets.open(row.totpSecret)
    if (secret === null) return false
    const nowMs = clock.now().getTime()
    const delta = appOf(secret).validate({ token: code.replace(/\D/g, ''), timestamp: nowMs, window: 1 })
    return delta !== null && patients.useTotpStep(row.id, Math.floor(nowMs / 1000 / periodS) + delta)
  }
  return {
    async offer(row: PatientRow): Promise<TotpOffer> {
      if (row.totpConfirmedAt !== null) throw new AppError('conflict', 'An authenticator app is set up already. Remove it first.')
      const secret = new Secret({ size: 20 }).base32
      patients.setTotp(row.id, secrets.seal(secret))
      const uri = appOf(secret).toString()
      return { secret, uri, qrSvg: await qrSvg(uri) }
    },
    confirm(row: PatientRow, code: string): void {
      if (!use(row, code)) throw new AppError('wrong-credentials', wrongCode)
      patients.confirmTotp(row.id)
    },
    remove: (row: PatientRow): void => { patients.setTotp(row.id, null) },
    verify: (row: PatientRow | null, code: string): boolean => row !== null && row.totpConfirmedAt !== null && use(row, code)
  }
}
export type Totp = ReturnType<typeof createTotp>
