import { AppError } from '../../src-shared/errors.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import { KeptObject, type WrittenKind, type WrittenQuery } from '../../src-shared/interchange.ts'
import type { InterchangeDeps, Principal } from './faces.ts'
import { createObjectWriter, type MadeObject } from './objects.ts'

export { createInterchangeRoutes } from './routes.ts'
export type { InterchangeDeps } from './faces.ts'
export type Interchange = ReturnType<typeof createInterchange>

/** Findings, outlines, key images and signed reports as DICOM objects, for other readers and for the study itself. */
export function createInterchange(deps: InterchangeDeps) {
  const { studies, analysis, audit, transaction } = deps
  const make = createObjectWriter(deps)
  const record = (by: Principal, action: 'study.export' | 'study.keep', studyUid: StudyUid, { kind, detail, pdfSha256 }: MadeObject) => {
    transaction(() => {
      if (pdfSha256 !== null && action === 'study.export') analysis.documents.signedPdfLeft(studyUid, pdfSha256, by)
      audit.record({ actor: by.id, actorName: by.name, action, subject: studyUid, detail: { kind, ...detail } })
    })
  }

  return {
    /** The file, for its way out; the trail says so before it leaves. */
    async export(kind: WrittenKind, studyUid: StudyUid, query: WrittenQuery, by: Principal): Promise<Readonly<{ bytes: Uint8Array, fileName: string }>> {
      const made = await make(kind, studyUid, query)
      record(by, 'study.export', studyUid, made)
      return { bytes: made.written.bytes, fileName: fileNames[kind] }
    },
    /** Takes the object into the study, as an import would. The same object twice is there once. */
    async keep(kind: WrittenKind, studyUid: StudyUid, query: WrittenQuery, by: Principal): Promise<KeptObject> {
      const made = await make(kind, studyUid, query)
      const { bytes, seriesUid, sopInstanceUid } = made.written
      const { id } = studies.openUpload(labels[kind], 1, by)
      await studies.receiveFile(id, fileNames[kind], inOnePiece(bytes), bytes.length)
      await studies.finishUpload(id)
      const { imported, rejected: [rejection] } = studies.importResult(id)
      if (rejection !== undefined) throw new AppError('internal', `The object that was written was not taken in: ${rejection.reason}`)
      record(by, 'study.keep', studyUid, made)
      return KeptObject.parse({ kind, studyUid, seriesUid, sopInstanceUid, isNew: imported === 1 })
    }
  }
}

/** Names of files hold nothing of the patient. */
const fileNames: Readonly<Record<WrittenKind, string>> = { sr: 'vigil-measurements.dcm', seg: 'vigil-stones.dcm', kos: 'vigil-key-images.dcm', pdf: 'vigil-report.dcm' }
const labels: Readonly<Record<WrittenKind, string>> = { sr: 'Measurements and findings', seg: 'Outlines of stones', kos: 'Key images', pdf: 'Signed report' }

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
