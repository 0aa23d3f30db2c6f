import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aFolder } from '../../../test/support/edge.ts'
import { createConsents } from '../../consents/index.ts'
import { databaseFile, openDatabase, type Db } from '../../platform/database.ts'
import { SendFault } from '../../platform/outbox-types.ts'
import { createSettingsStore } from '../../platform/settings-store.ts'
import { createSqliteShortLived } from '../../platform/short-lived/index.ts'
import { createPatientStore } from '../patients/patient-store.ts'
import { createFollowupSettings } from '../settings.ts'
import { createSecrets } from '../sign-in/secret.ts'
import { createContactRules } from './contact.ts'
import { localMinutes } from './hours.ts'

const zones = ['UTC', 'America/New_York', 'America/St_Johns', 'Europe/Berlin', 'Africa/Casablanca', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Antarctica/Troll']
const hourMs = 3600_000
let folder: Awaited<ReturnType<typeof aFolder>>
let db: Db
beforeEach(async () => { folder = await aFolder(); db = openDatabase({ file: databaseFile(folder.path) }) })
afterEach(async () => { db.close(); await folder.remove() })

describe('hours and caps together', () => {
  it('hold for every message to a number, in any zone, over changes of the clocks, however it is tried', async () => {
    let run = 0
    await fc.assert(fc.asyncProperty(
      fc.constantFrom(...zones), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 3, max: 6 }),
      // Weeks around the changes of the clocks, and any other.
      fc.constantFrom('2026-03-05T00:00:00Z', '2026-03-26T00:00:00Z', '2026-04-02T00:00:00Z', '2026-10-01T00:00:00Z', '2026-10-22T00:00:00Z', '2026-10-30T00:00:00Z', '2026-07-01T00:00:00Z'),
      fc.array(fc.integer({ min: 0, max: 9 * hourMs }), { minLength: 20, maxLength: 60 }),
      async (timeZone, mostPerDay, mostPerWeek, start, steps) => {
        run += 1
        let nowMs = Date.parse(start)
        const clock = { now: () => new Date(nowMs), iso: () => new Date(nowMs).toISOString(), monotonicMs: () => nowMs }
        const settings = createFollowupSettings(createSettingsStore(db, clock))
        settings.change({ mostPerDay, mostPerWeek })
        const rules = createContactRules({ clock, consents: createConsents(db, clock), patients: createPatientStore(db, clock), settings, store: createSqliteShortLived(db, clock), secrets: createSecrets('a secret of this test', folder.path) })
        const number = `+1555${String(run).padStart(7, '0')}`
        const sent: number[] = []
        for (const [index, step] of steps.entries()) {
          nowMs += step
          try {
            rules.holdForHours({ timeZone })
            await rules.takePlace(number, `message ${run} ${index}`)
            sent.push(nowMs)
          } catch (error) {
            if (!(error instanceof SendFault)) throw error
            // Told to wait, it waits for a time that comes, and no longer than needed to look again.
            expect([error.faultClass, (error.retryAfterMs ?? 0) > 0, (error.retryAfterMs ?? 0) <= 7 * 24 * hourMs]).toEqual(['paused', true, true])
          }
        }
        for (const at of sent) {
          const local = localMinutes(new Date(at), timeZone)
          expect(local >= 8 * 60 && local < 21 * 60).toBe(true)
          expect(sent.filter((other) => other > at - 24 * hourMs && other <= at).length).toBeLessThanOrEqual(mostPerDay)
          expect(sent.filter((other) => other > at - 7 * 24 * hourMs && other <= at).length).toBeLessThanOrEqual(mostPerWeek)
        }
        // The rules are no wall: whoever may be written to is.
        if (steps.length > 50) expect(sent.length).toBeGreaterThan(0)
      }
    ), { numRuns: 120 })
  }, 60_000)
})
