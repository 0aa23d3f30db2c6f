import type { Annotation, AnnotationWrite } from '../../src-shared/annotations.ts'
import { PointMm } from '../../src-shared/ids.ts'
import { measuredText, noteFor } from './measure.ts'
import type { Basis } from './plane.ts'
import type { Measurement } from './types.ts'
import { basisNote } from './view-transform.ts'

const bases: readonly Basis[] = ['body', 'detector', 'ultrasound-region', 'pixels']

/** A measurement as it is kept. `graphic` carries the basis of the millimetres, which the values alone don't tell. */
export function toWrite(measurement: Measurement): AnnotationWrite {
  const { id, tool, studyUid, seriesUid, sopInstanceUid, frameNumber, pointsMm, label, values, basis, basisText, note, along, isInPatient, revision } = measurement
  return {
    id, studyUid, seriesUid, sopInstanceUid, frameNumber, tool, pointsMm: [...pointsMm], label, values: values.map((value) => ({ ...value })),
    graphic: { version: 2, basis, basisText, note, along, isInPatient }, revision
  }
}

/** A kept measurement, exactly as it was: values are not measured again, so that a number once read never changes by itself. */
export function fromAnnotation(annotation: Annotation): Measurement {
  const { id, tool, studyUid, seriesUid, sopInstanceUid, frameNumber, pointsMm, label, values, graphic, revision } = annotation
  const basis = bases.find((candidate) => candidate === graphic['basis']) ?? 'body'
  const along = PointMm.safeParse(graphic['along'])
  // The first version kept the basis alone.
  const note = typeof graphic['note'] === 'string' ? graphic['note'] : graphic['note'] === null ? null : noteFor(tool, basisNote(basis), null)
  return {
    id, tool, studyUid, seriesUid, sopInstanceUid, frameNumber, pointsMm, label, values, revision, basis, note, along: along.success ? along.data : null,
    isInPatient: graphic['isInPatient'] !== false,
    basisText: typeof graphic['basisText'] === 'string' ? graphic['basisText'] : basisNote(basis) ?? 'body', text: measuredText(tool, values, note)
  }
}
