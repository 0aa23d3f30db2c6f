import { AppError } from '../../../src-shared/errors.ts'
import { consentChannels, type ConsentState, type ConsentWay, type ConsentWrite, type FollowupPatient, type PatientList, type PatientWrite } from '../../../src-shared/followup.ts'
import type { Consents } from '../../consents/index.ts'
import type { Ground, Principal, StudiesFace } from '../faces.ts'
import { requireNumber } from '../rules/numbers.ts'
import type { FollowupSettingsOf } from '../settings.ts'
import type { PatientRow, PatientStore } from './patient-store.ts'

export type Channel = 'sms' | 'voice' | 'portal'
export type PatientsDeps = Pick<Ground, 'db' | 'audit' | 'consents'> & Readonly<{
  store: PatientStore, settings: FollowupSettingsOf, studies: StudiesFace
  /** Counts of other tables for the list. */
  countsOf: (id: string) => Readonly<{ unread: number, openTasks: number, nextDueAt: string | null }>
  isReleased: (studyUid: string) => boolean
  /** After a channel was closed, inside its transaction: what waits is called off. */
  withdrawn: (patientId: string, channels: readonly Channel[], reason: string) => void
  /** What is queued for a number that counts no more is called off. */
  numberChanged: (patientId: string, purpose: 'sms' | 'voice') => void
  reworded: (patientId: string, before: Pick<PatientRow, 'language' | 'timeZone'>, after: Pick<PatientRow, 'language' | 'timeZone'>) => void
  changed: () => void
}>

/** People, their numbers, and what they agreed to. */
export function createPatients({ db, audit, consents, store, settings, studies, countsOf, isReleased, withdrawn, numberChanged, reworded, changed }: PatientsDeps) {
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  const get = (id: string): PatientRow => {
    const row = store.get(id)
    if (row === null) throw new AppError('not-found', 'There is no such patient.')
    return row
  }
  const nameOf = (row: PatientRow): string => studies.people.person(row.patientRow)?.name ?? ''
  const view = (row: PatientRow): FollowupPatient => {
    const person = studies.people.person(row.patientRow)
    return {
      id: row.id, name: person?.name ?? '', patientId: person?.patientId ?? '', birthDate: person?.birthDate ?? null, language: row.language, timeZone: row.timeZone,
      numbers: store.numbers(row.id), consents: consentChannels.map((channel) => stateOf(consents, row.id, channel)), hasTotp: row.totpConfirmedAt !== null, revision: row.revision,
      studies: studies.people.studiesOf(row.patientRow).map(({ studyUid, title, status }) => ({ studyUid, title, isSigned: status === 'signed', isReleased: isReleased(studyUid) })), ...countsOf(row.id)
    }
  }
  /** Writes a line of the ledger. Inside a transaction. */
  const record = (row: PatientRow, channel: Channel, state: 'given' | 'withdrawn', { how, givenBy, by }: Readonly<{ how: ConsentWay, givenBy: 'self' | 'representative', by: Principal }>): void => {
    const person = studies.people.person(row.patientRow)
    consents.add({
      channel, state, deviceId: null, followupPatientId: row.id, personKind: 'patient', personName: person?.name ?? '', patientId: person?.patientId ?? null,
      givenBy, how, recordedBy: by.id, recordedByName: by.name
    })
    audit.record({ actor: by.id, actorName: by.name, action: `consent.${state}`, subject: row.id, detail: { channel, how } })
  }
  const mayUse = (id: string, channel: Channel): boolean => consents.ofPatient(id, channel)?.state === 'given'

  return {
    get, nameOf, view, mayUse, store,
    ofStudy(studyUid: string): PatientRow {
      const person = studies.people.ofStudy(studyUid)
      if (person === null) throw new AppError('not-found', 'There is no such study.')
      const { defaultLanguage, defaultTimeZone } = settings.get()
      return store.ensure(person.patientRow, { language: defaultLanguage, timeZone: defaultTimeZone })
    },
    list(search: string, limit: number): PatientList {
      const rows = store.search(studies.people.fold(search), limit + 1)
      return { patients: rows.slice(0, limit).map(view), more: rows.length > limit }
    },
    write(id: string, { revision, language, timeZone, numbers, country }: PatientWrite, by: Principal): FollowupPatient {
      const known = country ?? settings.get().defaultCountry
      const numberOf = (text: string | null, field: string) => (text === null || text === '' ? null : requireNumber(text, known, field))
      const wanted = { sms: numberOf(numbers.sms, 'numbers.sms'), voice: numberOf(numbers.voice, 'numbers.voice') }
      const row = get(id)
      const before = store.numbers(id)
      atomically(() => {
        if (!store.change(id, revision, { language, timeZone })) throw new AppError('stale-revision', 'Somebody has changed this patient meanwhile. Look again before you save.')
        reworded(id, row, { language, timeZone })
        for (const purpose of ['sms', 'voice'] as const) {
          if (before[purpose] === wanted[purpose]) continue
          store.setNumber(id, purpose, wanted[purpose])
          if (before[purpose] !== null) numberChanged(id, purpose)
        }
        audit.record({ actor: by.id, actorName: by.name, action: 'followup.contact', subject: id, detail: { language, timeZone, hasSms: wanted.sms !== null, hasVoice: wanted.voice !== null } })
      })
      changed()
      return view(get(id))
    },
    chooseLanguage(row: PatientRow, language: PatientRow['language']): void {
      atomically(() => {
        store.setLanguage(row.id, language)
        reworded(row.id, row, { ...row, language })
      })
      changed()
    },
    /** What a person at the workstation was told. */
    writeConsent(id: string, { channel, state, givenBy, how }: ConsentWrite, by: Principal): FollowupPatient {
      const row = get(id)
      atomically(() => {
        record(row, channel, state, { how, givenBy, by })
        if (state === 'withdrawn') withdrawn(id, [channel], 'The patient does not want it any more.')
      })
      changed()
      return view(get(id))
    },
    /** Ends channels by the patient's own word, inside a transaction; those that were never open stay as they are. */
    close(row: PatientRow, channels: readonly Channel[], how: ConsentWay, by: Principal, reason: string): void {
      for (const channel of channels) if (consents.ofPatient(row.id, channel)?.state !== 'withdrawn') record(row, channel, 'withdrawn', { how, givenBy: 'self', by })
      withdrawn(row.id, channels, reason)
    },
    /** START: opens again what a text has closed, and nothing that was never open. */
    reopen(row: PatientRow, by: Principal): readonly Channel[] {
      return (['sms', 'voice'] as const).filter((channel) => {
        const last = consents.ofPatient(row.id, channel)
        const before = consents.ofPatient(row.id, channel, 1)
        const isByText = last?.state === 'withdrawn' && (last.how === 'text-message' || last.how === 'provider') && before?.state === 'given'
        if (isByText) record(row, channel, 'given', { how: 'text-message', givenBy: 'self', by })
        return isByText
      })
    }
  }
}
export type Patients = ReturnType<typeof createPatients>

function stateOf(consents: Consents, id: string, channel: ConsentState['channel']): ConsentState {
  const last = consents.ofPatient(id, channel)
  return { channel, state: last?.state ?? 'none', at: last?.at ?? null, how: last?.how ?? null, givenBy: last?.givenBy ?? null, recordedBy: last?.recordedByName ?? null }
}
