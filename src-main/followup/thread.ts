import type { MessageState, Thread, ThreadEntry } from '../../src-shared/followup.ts'
import type { Ground } from './faces.ts'
import type { ActionStore } from './actions/action-store.ts'
import type { Actions } from './actions/actions.ts'
import type { Patients } from './patients/patients.ts'
import type { PortalStore, VisitRow } from './portal/portal-store.ts'
import type { Codes } from './sign-in/codes.ts'
import type { MessageStore } from './sms/message-store.ts'
import type { CallStore } from './voice/call-store.ts'

export type ThreadDeps = Pick<Ground, 'consents' | 'config'> & Readonly<{ patients: Patients, messages: MessageStore, calls: CallStore, portal: PortalStore, rows: ActionStore, actions: Actions, codes: Codes }>
const most = 500
const visitTexts: Readonly<Record<VisitRow['kind'], string>> = {
  'signed-in': 'Signed in to the portal.', opened: 'Opened the report on the portal.', 'call-asked': 'Asked for a call on the portal.', 'opted-out': 'Stopped messages on the portal.', 'signed-out': 'Signed out of the portal.'
}
const stateNotes: Readonly<Partial<Record<MessageState, string>>> = { mock: 'Not sent: mock.', queued: 'Waits to be sent.' }

/** One conversation with one patient: whatever came, went or was agreed, oldest first. */
export function createThread({ consents, config, patients, messages, calls, portal, rows, actions, codes }: ThreadDeps) {
  const entriesOf = (id: string): ThreadEntry[] => [
    ...messages.ofPatient(id, most).map((row): ThreadEntry => ({
      type: 'message', id: row.id, at: row.createdAt, direction: row.direction, text: row.text, state: row.state, segments: row.segments, number: row.number, isMock: row.isMock, note: row.note === '' ? stateNotes[row.state] ?? '' : row.note, by: row.createdByName
    })),
    ...calls.ofPatient(id, most).map((row): ThreadEntry => ({
      type: 'call', id: row.id, at: row.createdAt, state: row.state, outcome: row.state === 'mock' ? 'Not called: mock.' : row.outcome, summary: row.summary, transcript: row.transcript, durationS: durationS(row.startedAt, row.endedAt), isVerified: row.isVerified, number: row.number, isMock: row.isMock, by: row.createdByName
    })),
    ...portal.visits(id, most).map(({ id: visit, at, kind }): ThreadEntry => ({ type: 'visit', id: visit, at, text: visitTexts[kind] })),
    ...consents.allOf(id, most).map(({ id: line, at, channel, state, how, recordedByName }): ThreadEntry => ({ type: 'consent', id: line, at, channel, state, how, by: recordedByName })),
    // Of one instant, what went comes before what took its place.
    ...portal.allOfPatient(id).flatMap((row): ThreadEntry[] => (row.withdrawnAt === null ? [] : [{ type: 'release', id: row.id, at: row.withdrawnAt, text: 'The report was taken off the portal.', by: '' }])),
    ...portal.allOfPatient(id).map((row): ThreadEntry => ({ type: 'release', id: row.id, at: row.releasedAt, text: 'The report was put on the portal.', by: row.releasedByName }))
  ]
  return {
    of(id: string): Thread {
      const row = patients.get(id)
      return {
        patient: patients.view(row), entries: entriesOf(id).toSorted((a, b) => a.at.localeCompare(b.at)), actions: rows.ofPatient(id, most).map(actions.view), mode: config.mode, mockCode: config.mode === 'mock' ? codes.mockCodeOf(id) : null
      }
    }
  }
}

function durationS(startedAt: string | null, endedAt: string | null): number | null {
  const seconds = startedAt === null || endedAt === null ? Number.NaN : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds) : null
}
