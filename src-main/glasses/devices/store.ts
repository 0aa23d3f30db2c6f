import { and, desc, eq, gt, isNull, lt } from 'drizzle-orm'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../../platform/database.ts'
import { glassesDevices, glassesPairings } from '../tables.ts'

export type PairingRow = typeof glassesPairings.$inferSelect
export type DeviceRow = typeof glassesDevices.$inferSelect

/** Codes and cameras. */
export function createDeviceStore({ orm, sqlite }: Db, clock: Clock) {
  return {
    atomically: <T>(act: () => T): T => sqlite.transaction(act)(),
    addPairing: (row: Omit<PairingRow, 'usedAt' | 'deviceId'>): void => { orm.insert(glassesPairings).values(row).run() },
    pairing: (id: string): PairingRow | null => orm.select().from(glassesPairings).where(eq(glassesPairings.id, id)).get() ?? null,
    pairingOf: (codeHash: string): PairingRow | null => orm.select().from(glassesPairings).where(eq(glassesPairings.codeHash, codeHash)).get() ?? null,
    /** False where it was used meanwhile, or its time is up. */
    usePairing: (id: string, deviceId: string): boolean =>
      orm.update(glassesPairings).set({ usedAt: clock.iso(), deviceId }).where(and(eq(glassesPairings.id, id), isNull(glassesPairings.usedAt), gt(glassesPairings.expiresAt, clock.iso()))).run().changes === 1,
    endPairing: (id: string): void => { orm.update(glassesPairings).set({ expiresAt: clock.iso() }).where(and(eq(glassesPairings.id, id), isNull(glassesPairings.usedAt))).run() },
    /** Codes that led nowhere; those that became a device stay with it. */
    forgetPairingsBefore: (at: string): void => { orm.delete(glassesPairings).where(and(isNull(glassesPairings.usedAt), lt(glassesPairings.expiresAt, at))).run() },
    addDevice: (row: Omit<DeviceRow, 'lastSeenAt' | 'revokedAt' | 'revokedBy'>): void => { orm.insert(glassesDevices).values(row).run() },
    device: (id: string): DeviceRow | null => orm.select().from(glassesDevices).where(eq(glassesDevices.id, id)).get() ?? null,
    deviceOf: (tokenHash: string): DeviceRow | null => orm.select().from(glassesDevices).where(eq(glassesDevices.tokenHash, tokenHash)).get() ?? null,
    sharedWordDevice: (): DeviceRow | null => orm.select().from(glassesDevices).where(and(eq(glassesDevices.kind, 'shared-word'), isNull(glassesDevices.revokedAt))).get() ?? null,
    devices: (): DeviceRow[] => orm.select().from(glassesDevices).orderBy(desc(glassesDevices.pairedAt)).limit(200).all(),
    revoke: (id: string, by: string): boolean => orm.update(glassesDevices).set({ revokedAt: clock.iso(), revokedBy: by }).where(and(eq(glassesDevices.id, id), isNull(glassesDevices.revokedAt))).run().changes === 1,
    seen: (id: string): void => { orm.update(glassesDevices).set({ lastSeenAt: clock.iso() }).where(eq(glassesDevices.id, id)).run() }
  }
}
export type DeviceStore = ReturnType<typeof createDeviceStore>
