import { AppError } from '../../../src-shared/errors.ts'
import type { Consents } from '../../consents/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { SendFault } from '../../platform/outbox-types.ts'
import type { ShortLived } from '../../platform/short-lived/index.ts'
import type { PatientRow, PatientStore } from '../patients/patient-store.ts'
import type { FollowupSettingsOf } from '../settings.ts'
import type { Secrets } from '../sign-in/secret.ts'
import { localTime, nextContactTime } from './hours.ts'

export type ContactDeps = Readonly<{ clock: Clock, consents: Consents, patients: PatientStore, settings: FollowupSettingsOf, store: ShortLived, secrets: Secrets }>
export type ContactRules = ReturnType<typeof createContactRules>

const dayMs = 24 * 3600 * 1000
const storeAwayMs = 5000
const words = { sms: 'text messages', voice: 'calls' } as const

/** Whether somebody may be reached: asked when a message is queued, and again in the moment before it leaves. */
export function createContactRules({ clock, consents, patients, settings, store, secrets }: ContactDeps) {
  const caps = (number: string) => {
    const { mostPerDay, mostPerWeek } = settings.get()
    const key = secrets.hash('cap', number)
    return [{ key: `cap-day:${key}`, most: mostPerDay, windowMs: dayMs, name: 'a day' }, { key: `cap-week:${key}`, most: mostPerWeek, windowMs: 7 * dayMs, name: 'a week' }] as const
  }
  return {
    /** Why this patient may not be reached that way at all; null where it may. */
    whyNot(patientId: string, channel: 'sms' | 'voice', number: string): string | null {
      if (consents.ofPatient(patientId, channel)?.state !== 'given') return `The patient has not agreed to ${words[channel]}, or does not want them any more.`
      return patients.numbers(patientId)[channel] === number ? null : 'The number was changed.'
    },
    /** Throws a SendFault 'paused' with the time until which it has to wait: hours of the patient's zone. */
    holdForHours({ timeZone }: Pick<PatientRow, 'timeZone'>): void {
      const { contactFrom: from, contactTo: to } = settings.get()
      const now = clock.now()
      const at = nextContactTime(now, timeZone, { from, to })
      if (at > now) throw new SendFault('paused', `It is outside of ${from} to ${to} o’clock where the patient is: it goes on ${localTime(at, timeZone)}.`, { retryAfterMs: at.getTime() - now.getTime() })
    },
    /** Takes a place under the caps of that number, for this message, once. Throws a SendFault 'paused' where none is free. */
    async takePlace(number: string, messageId: string): Promise<void> {
      const taken: string[] = []
      for (const { key, most, windowMs, name } of caps(number)) {
        const place = await store.reserve(key, messageId, { most, windowMs })
        if (place.isFree) { taken.push(key); continue }
        for (const one of taken) await store.release(one, messageId)
        throw new SendFault('paused', `This number had its ${most === 1 ? 'message' : `${most} messages`} of ${name}: it waits for the next place.`, { retryAfterMs: place.freeInMs })
      }
    },
    /**
     * Hours and a place at once, in the moment before something leaves. Throws a SendFault 'paused' where it has to wait, also for a store
     * that is away; `told` hears why before.
     */
    async admit(patient: Pick<PatientRow, 'timeZone'>, number: string, messageId: string, told: (why: string) => void): Promise<void> {
      try {
        this.holdForHours(patient)
        await this.takePlace(number, messageId)
      } catch (error) {
        const fault = error instanceof AppError ? new SendFault('paused', error.message, { retryAfterMs: storeAwayMs }) : error
        if (fault instanceof SendFault) told(fault.message)
        throw fault
      }
    },
    /** Nothing went out: the place is free again. Where the store is away, it is free when its window ends. */
    async givePlace(number: string, messageId: string): Promise<void> {
      try {
        for (const { key } of caps(number)) await store.release(key, messageId)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
      }
    }
  }
}
