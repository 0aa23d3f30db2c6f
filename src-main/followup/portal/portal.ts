import { AppError } from '../../../src-shared/errors.ts'
import type { CallAsk, OptOut, PortalHome } from '../../../src-shared/portal.ts'
import { SopInstanceUid } from '../../../src-shared/ids.ts'
import { patientActor, type Ground, type StudiesFace } from '../faces.ts'
import type { ActionStore } from '../actions/action-store.ts'
import type { Actions } from '../actions/actions.ts'
import type { PatientRow } from '../patients/patient-store.ts'
import type { Patients } from '../patients/patients.ts'
import { redFlagsIn } from '../rules/words.ts'
import type { FollowupSettingsOf } from '../settings.ts'
import { imagesOf, textsOf } from './releases.ts'
import type { PortalStore, ReleaseRow } from './portal-store.ts'

export type PortalDeps = Pick<Ground, 'db' | 'clock' | 'audit'> & Readonly<{ store: PortalStore, rows: ActionStore, actions: Actions, patients: Patients, studies: StudiesFace, settings: FollowupSettingsOf, changed: () => void }>
/** A window that shows stones and soft tissue alike; a patient has no window to turn. */
const softTissue = { windowCenter: 40, windowWidth: 400 }
const askAgainMs = 12 * 3600 * 1000

/** What a signed-in patient sees and does: only of this patient, only what was released. */
export function createPortal({ db, clock, audit, store, rows, actions, patients, studies, settings, changed }: PortalDeps) {
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  const releaseOf = (patient: PatientRow, id: string): ReleaseRow => {
    const release = store.release(id)
    if (release === null || release.followupPatientId !== patient.id || release.withdrawnAt !== null) throw new AppError('not-found', 'There is no such report.')
    return release
  }
  const isCallAsked = (patient: PatientRow) => {
    const last = store.lastCallAsk(patient.id)
    return last !== null && clock.now().getTime() - Date.parse(last) < askAgainMs
  }
  return {
    /** Looking is a visit: who has opened what, is in the thread. */
    home(patient: PatientRow): PortalHome {
      const { clinicName: name, clinicPhone: phone } = settings.get()
      const released = store.ofPatient(patient.id)
      const known = new Map(studies.people.studiesOf(patient.patientRow).map((one) => [String(one.studyUid), one]))
      atomically(() => {
        for (const { id } of released) {
          if (store.openedAt(id) !== null) continue
          store.visit({ followupPatientId: patient.id, kind: 'opened', releaseId: id })
          audit.record({ actor: 'patient', actorName: 'The patient', action: 'portal.opened', subject: id })
        }
      })
      if (released.length > 0) changed()
      return {
        clinic: { name, phone }, language: patient.language, timeZone: patient.timeZone, isCallAsked: isCallAsked(patient), hasTotp: patient.totpConfirmedAt !== null,
        consents: { sms: patients.mayUse(patient.id, 'sms'), voice: patients.mayUse(patient.id, 'voice') },
        reports: released.map((row) => {
          const study = known.get(row.studyUid)
          return { id: row.id, releasedAt: row.releasedAt, studyDate: study?.studyDate ?? null, title: study?.title ?? '', texts: textsOf(row), images: imagesOf(row).map(({ caption }, id) => ({ id, caption })) }
        }),
        // What concerns people of the clinic alone is not the patient's plan.
        plan: rows.ofPatient(patient.id, 100).filter(({ state, kind }) => (kind === 'sms' || kind === 'call') && (state === 'planned' || state === 'queued' || state === 'done'))
          .map(({ dueAt: at, kind, state }) => ({ at, kind, isDone: state === 'done' })).toSorted((a, b) => a.at.localeCompare(b.at))
      }
    },
    async image(patient: PatientRow, releaseId: string, index: number): Promise<Uint8Array> {
      const image = imagesOf(releaseOf(patient, releaseId))[index]
      if (image === undefined) throw new AppError('not-found', 'There is no such picture.')
      return studies.renderFrame(SopInstanceUid.parse(image.sopInstanceUid), image.frameNumber, { ...softTissue, maxSizePx: 768, format: 'png' })
    },
    askCall(patient: PatientRow, { note }: CallAsk): void {
      const flags = redFlagsIn(note)
      atomically(() => {
        const day = clock.iso().slice(0, 10)
        const words = note === '' ? 'The patient asks on the portal to be called.' : `The patient asks on the portal to be called: “${note}”`
        actions.task(patient, { text: flags.length === 0 ? words : `${words} (${flags.join(', ')}: call at once)`, risk: flags.length === 0 ? 'soon' : 'urgent', onceKey: `portal-call ${patient.id} ${day} ${note}` }, patientActor)
        store.visit({ followupPatientId: patient.id, kind: 'call-asked', releaseId: null })
      })
      changed()
    },
    optOut(patient: PatientRow, { what }: OptOut): void {
      atomically(() => {
        patients.close(patient, what === 'everything' ? ['sms', 'voice', 'portal'] : ['sms', 'voice'], 'portal', patientActor, 'The patient has stopped messages on the portal.')
        store.visit({ followupPatientId: patient.id, kind: 'opted-out', releaseId: null })
      })
      changed()
    }
  }
}
export type Portal = ReturnType<typeof createPortal>
