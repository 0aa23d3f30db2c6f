import type { Annotation, AnnotationWrite } from '../../src-shared/annotations.ts'
import type { StudyUid } from '../../src-shared/ids.ts'
import { measuredText } from './measure.ts'
import type { Basis } from './plane.ts'
import type { Measurement } from './types.ts'
import { basisNote } from './view-transform.ts'

const bases: readonly Basis[] = ['body', 'detector', 'ultrasound-region', 'pixels']

/** A measurement as it is kept. `graphic` carries the basis of the millimetres, which the values alone don't tell. */
export function toWrite(measurement: Measurement, studyUid: StudyUid): AnnotationWrite {
  const { id, tool, seriesUid, sopInstanceUid, frameNumber, pointsMm, label, values, basis, isInPatient, revision } = measurement
  return {
    id, studyUid, seriesUid, sopInstanceUid, frameNumber, tool, pointsMm: [...pointsMm], label, values: values.map((value) => ({ ...value })),
    graphic: { version: 1, basis, isInPatient }, revision
  }
}

/** A kept measurement, exactly as it was: values are not measured again, so that a number once read never changes by itself. */
export function fromAnnotation(annotation: Annotation): Measurement {
  const { id, tool, seriesUid, sopInstanceUid, frameNumber, pointsMm, label, values, graphic, revision } = annotation
  const basis = bases.find((candidate) => candidate === graphic['basis']) ?? 'body'
  return {
    id, tool, seriesUid, sopInstanceUid, frameNumber, pointsMm, label, values, revision, basis, isInPatient: graphic['isInPatient'] !== false,
    basisText: basisNote(basis) ?? 'body', text: measuredText(tool, values, basis)
  }
}
