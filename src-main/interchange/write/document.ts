import type { Report } from '../../../src-shared/reports.ts'
import type { DraftObject } from '../../studies/index.ts'
import { codeItem } from './codes.ts'
import { referenceItem, type ImageReference } from './images.ts'
import { commonModules, dateTime, type StudyFacts } from './study-facts.ts'

export type DocumentFacts = Readonly<{ study: StudyFacts, report: Report, pdf: Uint8Array, at: string, sources: readonly ImageReference[] }>

const encapsulatedPdf = '1.2.840.10008.5.1.4.1.1.104.1'

/** The signed report as Encapsulated PDF (PS3.3 A.45.1). The patient's name is printed on every page, so it is burned in. */
export function encapsulatedReport({ study, report, pdf, at, sources }: DocumentFacts): DraftObject {
  return {
    sopClassUid: encapsulatedPdf,
    elements: [
      ...commonModules(study, { modality: 'DOC', seriesNumber: 9004, seriesDescription: 'Signed report', contentAt: at }),
      [0x00080064, 'CS', 'WSD'], [0x0008002a, 'DT', dateTime(at)], [0x00280301, 'CS', 'YES'],
      ...(sources.length === 0 ? [] : [[0x00420013, 'SQ', sources.map(referenceItem)] as const]),
      [0x00420010, 'ST', report.status === 'amended' ? 'Radiology report, signed, with addenda' : 'Radiology report, signed'],
      [0x0040a043, 'SQ', [codeItem(['18748-4', 'LN', 'Diagnostic Imaging Report'])]], [0x0040a493, 'CS', 'VERIFIED'],
      [0x00420012, 'LO', 'application/pdf'], [0x00420011, 'OB', pdf], [0x00420015, 'UL', pdf.length]
    ]
  }
}
