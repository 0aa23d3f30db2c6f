import { createHash, randomBytes, randomInt } from 'node:crypto'
import { AppError } from '../../../src-shared/errors.ts'
import type { GlassesDevice, Pairing, PairingRequest, PairingState } from '../../../src-shared/glasses.ts'
import type { Audit } from '../../accounts/index.ts'
import type { ConsentRow, Consents, NewConsent } from '../../consents/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { newRowId } from '../../platform/row-id.ts'
import { isSameSecret } from '../../platform/same-secret.ts'
import type { Principal } from '../faces.ts'
import { createRateLimit } from './rate-limit.ts'
import type { DeviceRow, DeviceStore } from './store.ts'

export type DevicesDeps = Readonly<{ store: DeviceStore, consents: Consents, clock: Clock, audit: Audit, magicWord: string | null, changed: () => void, revoked: (deviceId: string) => void }>
export type OpenPairing = Omit<Pairing, 'link' | 'qrSvg'>
/** Who knocks: what it shows, and where it comes from. */
export type Credentials = Readonly<{ token: string | null, word: string | null, peer: string }>

const pairingMs = 120_000
/** Without letters and digits that look like others. 31 to the power of 8 codes, 5 tries a minute. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
const codeLength = 8
const seenEveryMs = 10_000
/** One sentence for a wrong, an expired and a used code: which of them it is helps only whoever guesses. */
export const codeRefusal = 'This code is not valid. Codes are shown on the workstation for two minutes and work once; ask for a new one.'

/** Which cameras may stream, for whom, and who agreed. */
export function createDevices({ store, consents, clock, audit, magicWord, changed, revoked }: DevicesDeps) {
  const pairLimit = createRateLimit({ most: 5, perMs: 60_000, mostInTotal: 60 }, clock)
  const tokenLimit = createRateLimit({ most: 20, perMs: 60_000, mostInTotal: 2000 }, clock)
  const seenAtMs = new Map<string, number>()
  const refuse = (action: string, peer: string, reason: string) => {
    audit.record({ actor: 'device', actorName: 'Device on the LAN', action, subject: 'glasses', detail: { reason, address: peer } })
  }
  const refuseDevice = (peer: string, reason: string): null => {
    // A device that keeps knocking must not fill the trail.
    if (!tokenLimit.isBlocked(peer)) refuse('glasses.refused', peer, reason)
    tokenLimit.failed(peer)
    return null
  }

  return {
    openPairing({ wearer, consent }: PairingRequest, by: Principal): OpenPairing {
      if (consent.how === 'duty' && wearer.kind !== 'staff') throw new AppError('invalid-request', 'Only somebody on duty carries a camera by duty. A patient agrees by word or in writing.', { field: 'consent.how' })
      const code = Array.from({ length: codeLength }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
      const nowMs = clock.now().getTime()
      const row = { id: newRowId(), codeHash: digest(code), wearerKind: wearer.kind, wearerName: wearer.name, patientId: wearer.patientId, consentGivenBy: consent.givenBy, consentHow: consent.how, createdBy: by.id, createdByName: by.name, createdAt: iso(nowMs), expiresAt: iso(nowMs + pairingMs) }
      store.atomically(() => {
        store.forgetPairingsBefore(iso(nowMs - 24 * 3600 * 1000))
        store.addPairing(row)
        audit.record({ actor: by.id, actorName: by.name, action: 'glasses.pairing', subject: row.id, detail: { wearer: wearer.kind, consent: consent.how } })
      })
      return { id: row.id, code: `${code.slice(0, 4)}-${code.slice(4)}`, expiresAt: row.expiresAt }
    },
    pairingState(id: string): PairingState {
      const row = store.pairing(id)
      if (row === null) throw new AppError('not-found', 'This pairing is over.')
      const device = row.deviceId === null ? null : store.device(row.deviceId)
      return { id, state: row.usedAt !== null ? 'used' : row.expiresAt <= clock.iso() ? 'expired' : 'open', deviceName: device?.name ?? null, expiresAt: row.expiresAt }
    },
    endPairing(id: string): void { store.endPairing(id) },
    /** A code for a token. Throws 'not-allowed' with the same sentence whatever is wrong with the code. */
    pair(given: Readonly<{ code: string, name: string }>, peer: string): Readonly<{ device: DeviceRow, token: string }> {
      if (pairLimit.isBlocked(peer)) throw new AppError('too-many-attempts', 'Too many wrong codes. Wait a minute, then ask for a new code.')
      const code = given.code.toUpperCase().replaceAll(/[^0-9A-Z]/g, '')
      const row = store.pairingOf(digest(code))
      const token = randomBytes(32).toString('base64url')
      const deviceId = newRowId()
      const device = row === null ? null : store.atomically(() => {
        if (!store.usePairing(row.id, deviceId)) return null
        store.addDevice({ id: deviceId, name: given.name, kind: 'paired', tokenHash: digest(token), wearerKind: row.wearerKind, wearerName: row.wearerName, patientId: row.patientId, pairedAt: clock.iso(), pairedBy: row.createdByName })
        consents.add({ channel: 'camera', state: 'given', deviceId, followupPatientId: null, personKind: row.wearerKind, personName: row.wearerName, patientId: row.patientId, givenBy: row.consentGivenBy, how: row.consentHow, recordedBy: row.createdBy, recordedByName: row.createdByName })
        audit.record({ actor: row.createdBy, actorName: row.createdByName, action: 'glasses.paired', subject: deviceId, detail: { address: peer } })
        return store.device(deviceId)
      })
      if (device === null) {
        pairLimit.failed(peer)
        refuse('glasses.pairing-refused', peer, row === null ? 'wrong code' : row.usedAt === null ? 'expired code' : 'used code')
        throw new AppError('not-allowed', codeRefusal)
      }
      changed()
      return { device, token }
    },
    /** Null where it may not come in: an unknown or withdrawn token, another word, too many tries. Each is in the audit trail. */
    admit({ token, word, peer }: Credentials): DeviceRow | null {
      if (token !== null) {
        const device = store.deviceOf(digest(token))
        if (device === null) return refuseDevice(peer, 'unknown token')
        if (device.revokedAt !== null) return refuseDevice(peer, 'withdrawn token')
        if (consents.ofDevice(device.id)?.state !== 'given') return refuseDevice(peer, 'no consent')
        return device
      }
      if (word === null) return refuseDevice(peer, 'nothing shown')
      // A machine that guesses words is not listened to for a while, even if one of them is right.
      if (magicWord === null || tokenLimit.isBlocked(peer) || !isSameSecret(word, magicWord)) return refuseDevice(peer, 'wrong word')
      return store.sharedWordDevice() ?? store.atomically(() => {
        const id = newRowId()
        store.addDevice({ id, name: 'Shared word', kind: 'shared-word', tokenHash: null, wearerKind: 'staff', wearerName: 'Staff on duty', patientId: null, pairedAt: clock.iso(), pairedBy: 'Setting MAGIC_WORD' })
        consents.add({ channel: 'camera', state: 'given', deviceId: id, followupPatientId: null, personKind: 'staff', personName: 'Staff on duty', patientId: null, givenBy: 'self', how: 'duty', recordedBy: 'system', recordedByName: 'Setting MAGIC_WORD' })
        audit.record({ actor: 'system', actorName: 'Vigil', action: 'glasses.shared-word', subject: id })
        changed()
        return store.sharedWordDevice()
      })
    },
    seen(id: string): void {
      const nowMs = clock.monotonicMs()
      if (nowMs - (seenAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < seenEveryMs) return
      seenAtMs.set(id, nowMs)
      store.seen(id)
    },
    /** Ends what it streams, and takes its consent back with it. */
    revoke(id: string, by: Principal): void {
      const device = store.device(id)
      if (device === null) throw new AppError('not-found', 'There is no such device.')
      store.atomically(() => {
        if (!store.revoke(id, by.id)) throw new AppError('conflict', 'This device may not stream any more already.')
        const consent = consents.ofDevice(id)
        if (consent !== null) consents.add({ ...lineOf(consent), state: 'withdrawn', recordedBy: by.id, recordedByName: by.name })
        audit.record({ actor: by.id, actorName: by.name, action: 'glasses.revoked', subject: id })
      })
      revoked(id)
      changed()
    },
    device: store.device,
    list(): GlassesDevice[] {
      return store.devices().map((row) => {
        const consent = consents.ofDevice(row.id)
        return {
          id: row.id, name: row.name, kind: row.kind, wearer: { kind: row.wearerKind, name: row.wearerName, patientId: row.patientId },
          consent: { givenBy: consent?.givenBy ?? 'self', how: consent?.how === 'spoken' || consent?.how === 'written' ? consent.how : 'duty', recordedBy: consent?.recordedByName ?? '', at: consent?.at ?? row.pairedAt },
          pairedAt: row.pairedAt, pairedBy: row.pairedBy, lastSeenAt: row.lastSeenAt, revokedAt: row.revokedAt
        }
      })
    }
  }
}
export type Devices = ReturnType<typeof createDevices>

/** A line to be written anew: time and id are of the row. */
function lineOf({ id: _id, at: _at, ...line }: ConsentRow): NewConsent {
  return line
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
