import { SeriesUid, StudyUid } from '../../../../src-shared/ids.ts'
import type { StudyDetail, StudySeries } from '../../../../src-shared/studies.ts'

/** A study for tests of hanging: says only what matters. Series are numbered `<study>.1`, `<study>.2`, … in the order given. */
export function aStudy(series: readonly (Partial<StudySeries> & Readonly<{ description: string }>)[], study: Partial<StudyDetail['study']> & Readonly<{ uid?: string }> = {}): StudyDetail {
  const { uid = '1.7', ...more } = study
  const modality = series[0]?.modality ?? 'CT'
  return {
    study: {
      studyUid: StudyUid.parse(uid), patientName: 'Doe^Jane', patientId: 'P-1', birthDate: '1970-02-03', sex: 'F', studyDate: '2026-01-02', studyTime: '10:11:12',
      modalities: [...new Set(series.map((one) => one.modality ?? modality))].toSorted(), bodyPart: 'ABDOMEN', description: '', accessionNumber: '', seriesCount: series.length, instanceCount: 1,
      status: 'new', progress: null, findings: '', assignedTo: null, importedAt: '2026-01-02T11:00:00.000Z', warnings: 0, ...more
    },
    series: series.map((one, at) => ({
      seriesUid: SeriesUid.parse(`${uid}.${at + 1}`), modality, instances: 20, rows: 512, columns: 512, transferSyntaxUid: '1.2.840.10008.1.2.1', pixelSpacingMm: [1, 1],
      sliceSpacingMm: 2, gantryTiltDeg: 0, warnings: [], seriesNumber: at + 1, bodyPart: '', frames: 20, frameOfReferenceUid: `${uid}.99`, isViewable: true, notViewableReason: null,
      geometryNote: null, orientation: 'axial', isLocalizer: false, ...one
    }))
  }
}
