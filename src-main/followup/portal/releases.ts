import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import { ReleaseDraft, ReleaseImage, type ReleaseDraft as Draft } from '../../../src-shared/followup.ts'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { SignedFacts } from '../../analysis/index.ts'
import { jsonOf } from '../../platform/json.ts'
import type { Ground, Principal, ReportsFace, StudiesFace } from '../faces.ts'
import type { PatientRow } from '../patients/patient-store.ts'
import { plainTexts } from './plain-language.ts'
import type { DraftRow, PortalStore, ReleaseRow } from './portal-store.ts'

export type ReleasesDeps = Pick<Ground, 'db' | 'audit' | 'consents'> & Readonly<{ store: PortalStore, studies: StudiesFace, reports: ReportsFace, changed: () => void }>
const Texts = ReleaseDraft.shape.texts
const Images = z.array(ReleaseImage)
export const textsOf = ({ texts }: Pick<ReleaseRow, 'texts'>): Draft['texts'] => Texts.parse(jsonOf(texts))
export const imagesOf = ({ images }: Pick<ReleaseRow, 'images'>): Draft['images'] => Images.parse(jsonOf(images))

/** What a patient may read: proposed from what was signed, worded by a clinician, and there from the release on. */
export function createReleases({ db, audit, consents, store, studies, reports, changed }: ReleasesDeps) {
  const atomically = <T>(act: () => T): T => db.sqlite.transaction(act).immediate()
  const proposed = (studyUid: StudyUid, facts: SignedFacts): Draft => {
    const person = studies.people.ofStudy(studyUid)
    const study = person === null ? undefined : studies.people.studiesOf(person.patientRow).find((one) => one.studyUid === studyUid)
    const isStoneReport = facts.findings.some(({ origin }) => origin === 'measured') || facts.options.length > 0
    return {
      texts: plainTexts(facts.findings, study?.studyDate ?? null, isStoneReport), revision: 0,
      images: facts.keyImages.slice(0, 24).map(({ seriesUid, sopInstanceUid, frameNumber, findingId }) => ({ seriesUid, sopInstanceUid, frameNumber, caption: captionOf(facts, findingId), isIncluded: true }))
    }
  }
  const draftOf = (studyUid: StudyUid): Draft | null => {
    const facts = reports.facts(studyUid)
    if (facts === null) return null
    const kept = store.draft(studyUid)
    return kept === null || kept.reportHash !== facts.hash ? proposed(studyUid, facts) : draftFrom(kept)
  }
  /** Why it can't be released now; empty when it can. */
  const missing = (studyUid: StudyUid, patient: PatientRow): string[] => {
    const draft = draftOf(studyUid)
    if (draft === null) return ['The report is not signed: nothing goes to a patient before it is.']
    return [
      ...(draft.texts[patient.language].trim() === '' ? ['There is no text in the patient’s language.'] : []),
      ...(consents.ofPatient(patient.id, 'portal')?.state === 'given' ? [] : ['The patient has not agreed to read the report on the portal.'])
    ]
  }
  return {
    draftOf, missing,
    write(studyUid: StudyUid, { texts, images, revision }: Draft, by: Principal): void {
      const facts = reports.facts(studyUid)
      if (facts === null) throw new AppError('conflict', 'The report is not signed yet.')
      const known = new Set(facts.keyImages.map(({ sopInstanceUid, frameNumber }) => `${sopInstanceUid} ${frameNumber}`))
      if (images.some(({ sopInstanceUid, frameNumber }) => !known.has(`${sopInstanceUid} ${frameNumber}`))) throw new AppError('invalid-request', 'Only key images of the signed report can be shown.', { field: 'images' })
      atomically(() => {
        const kept = store.draft(studyUid)
        const stands = kept === null || kept.reportHash !== facts.hash ? 0 : kept.revision
        if (stands !== revision) throw new AppError('stale-revision', 'Somebody has changed this text meanwhile. Look again before you save.')
        store.putDraft({ studyUid, reportHash: facts.hash, texts: JSON.stringify(texts), images: JSON.stringify(images), updatedBy: by.id }, revision + 1)
        audit.record({ actor: by.id, actorName: by.name, action: 'release.draft', subject: studyUid })
      })
      changed()
    },
    /** Inside a transaction. Returns a sentence where it can't be. */
    releaseNow(studyUid: StudyUid, patient: PatientRow, by: Principal): string | null {
      const lacks = missing(studyUid, patient)
      const facts = reports.facts(studyUid)
      const draft = draftOf(studyUid)
      if (lacks.length > 0 || facts === null || draft === null) return lacks.join(' ')
      const content = { reportHash: facts.hash, texts: JSON.stringify(draft.texts), images: JSON.stringify(draft.images.filter(({ isIncluded }) => isIncluded)) }
      const stands = store.ofStudy(studyUid)
      // The same again is the same release: whether it was read stays known.
      if (stands !== null && stands.reportHash === content.reportHash && stands.texts === content.texts && stands.images === content.images) return null
      store.withdraw(studyUid, by.id)
      const id = store.addRelease({
        followupPatientId: patient.id, studyUid, ...content, releasedBy: by.id, releasedByName: by.name
      })
      audit.record({ actor: by.id, actorName: by.name, action: 'release.portal', subject: id, detail: { reportHash: facts.hash } })
      return null
    },
    withdraw(studyUid: StudyUid, by: Principal): void {
      atomically(() => {
        if (!store.withdraw(studyUid, by.id)) throw new AppError('conflict', 'Nothing of this study is on the portal.')
        audit.record({ actor: by.id, actorName: by.name, action: 'release.withdrawn', subject: studyUid })
      })
      changed()
    }
  }
}
export type Releases = ReturnType<typeof createReleases>

/** One line for both languages: a picture has one caption. The size is the signed measurement. */
function captionOf({ findings }: SignedFacts, findingId: string | null): string {
  const finding = findings.find(({ id }) => id === findingId)
  if (finding?.kind !== 'stone') return 'CT'
  return finding.diameterMm === null ? 'Stone · Cálculo' : `Stone · Cálculo: ${finding.diameterMm.toFixed(1)} mm`
}

function draftFrom(row: DraftRow): Draft {
  return { texts: textsOf(row), images: imagesOf(row), revision: row.revision }
}
