import type { Engine, Finding } from '../../../src-shared/analysis.ts'
import type { Annotation } from '../../../src-shared/annotations.ts'
import type { DicomElement, DicomItem, DraftObject } from '../../studies/index.ts'
import { annotationGroup, toolName } from './annotations.ts'
import { codeItem, findingTypes, procedureCode, type Code } from './codes.ts'
import { code, container, containerValue, image, text, uidReference } from './content-items.ts'
import { findingGroup, type Group } from './findings.ts'
import { evidence, type ImageReference, type Images } from './images.ts'
import { commonModules, dateTime, newest, personName, type StudyFacts } from './study-facts.ts'
import { uidOfRow } from './uids.ts'

export type MeasurementFacts = Readonly<{
  study: StudyFacts, images: Images, modality: string
  findings: readonly Finding[], annotations: readonly Annotation[]
  engineOf: (analysisId: string) => Engine | null
  /** When the newest analysis ended: what measured findings have no time of their own for. */
  measuredAt: string | null
  /** The signature under the findings, or null. */
  signed: Readonly<{ by: string, at: string }> | null
}>

const comprehensive3d = '1.2.840.10008.5.1.4.1.1.88.34'
const comprehensive = '1.2.840.10008.5.1.4.1.1.88.33'

const names = {
  title: ['126000', 'DCM', 'Imaging Measurement Report'], language: ['121049', 'DCM', 'Language of Content Item and Descendants'], english: ['en', 'RFC5646', 'English'],
  observerType: ['121005', 'DCM', 'Observer Type'], device: ['121007', 'DCM', 'Device'], deviceUid: ['121012', 'DCM', 'Device Observer UID'], deviceName: ['121013', 'DCM', 'Device Observer Name'],
  deviceMaker: ['121014', 'DCM', 'Device Observer Manufacturer'], deviceModel: ['121015', 'DCM', 'Device Observer Model Name'],
  procedure: ['121058', 'DCM', 'Procedure reported'], library: ['111028', 'DCM', 'Image Library'], libraryGroup: ['126200', 'DCM', 'Image Library Group'],
  modality: ['121139', 'DCM', 'Modality'], measurements: ['126010', 'DCM', 'Imaging Measurements']
} as const satisfies Record<string, Code>
/** This program as an observer: the same in every document. */
const deviceUid = uidOfRow('5f2b4a1e-8c3d-8e70-9a46-1d0c7b96e2f3')

/**
 * Findings and drawn measurements as a structured report after PS3.16 TID 1500. Comprehensive 3D SR where points lie in the patient, else
 * Comprehensive SR, which more readers know. It counts as verified only where every number in it is under a signature: drawn measurements are not.
 */
export function measurementReport(facts: MeasurementFacts): DraftObject {
  const groups = groupsOf(facts)
  const images = [...new Map(groups.flatMap((group) => group.images).map((one) => [`${one.sopInstanceUid} ${one.frameNumber ?? ''}`, one])).values()]
  const contentAt = newest([...groups.map(({ at }) => at), facts.findings.some(({ origin }) => origin !== 'clinician') ? facts.measuredAt : null, facts.signed?.at ?? null])
  return {
    sopClassUid: groups.some(({ isInPatient }) => isInPatient) ? comprehensive3d : comprehensive,
    elements: [
      ...commonModules(facts.study, { modality: 'SR', seriesNumber: 9001, seriesDescription: 'Measurements and findings', contentAt }),
      [0x00080110, 'SQ', [[[0x00080102, 'SH', '99VIGIL'], [0x00080115, 'ST', 'Codes of the Vigil workstation'], [0x00080116, 'ST', 'Vigil']]]],
      [0x00081111, 'SQ', []], ...generalModule(facts, images),
      [0x0040a040, 'CS', 'CONTAINER'], [0x0040a043, 'SQ', [codeItem(names.title)]], ...containerValue('1500'),
      [0x0040a730, 'SQ', [...observation(facts.modality), ...library(images, facts.modality), container({ relation: 'CONTAINS', name: names.measurements, children: groups.map(({ item }) => item) })]]
    ]
  }
}

function groupsOf({ findings, annotations, images, engineOf }: MeasurementFacts): Group[] {
  const counts = new Map<string, number>()
  /** "Calculus 2": what readers show as the name of the group. */
  const numbered = (name: string): string => {
    counts.set(name, (counts.get(name) ?? 0) + 1)
    return `${name} ${counts.get(name)}`
  }
  return [
    ...findings.map((finding) => findingGroup(finding, numbered(findingTypes[finding.kind][2]), { images, engineOf })),
    ...annotations.map((annotation) => annotationGroup(annotation, numbered(toolName(annotation.tool)), images))
  ]
}

/** SR Document General (PS3.3 C.17.2). */
function generalModule({ study, signed, annotations }: MeasurementFacts, images: readonly ImageReference[]): DicomElement[] {
  const isVerified = signed !== null && annotations.length === 0
  const verifier: DicomItem[] = !isVerified ? [] : [[
    [0x0040a075, 'PN', personName(signed.by)], [0x0040a088, 'SQ', []], [0x0040a027, 'LO', ''], [0x0040a030, 'DT', dateTime(signed.at)]
  ]]
  return [
    [0x0040a491, 'CS', signed === null ? 'PARTIAL' : 'COMPLETE'], [0x0040a493, 'CS', isVerified ? 'VERIFIED' : 'UNVERIFIED'], [0x0040a496, 'CS', signed === null ? 'PRELIMINARY' : 'FINAL'],
    ...(isVerified ? [[0x0040a073, 'SQ', verifier] as const] : []), [0x0040a372, 'SQ', []],
    ...(images.length === 0 ? [] : [[0x0040a375, 'SQ', evidence(study.studyUid, images)] as const])
  ]
}

function observation(modality: string): DicomItem[] {
  return [
    code('HAS CONCEPT MOD', names.language, names.english), code('HAS OBS CONTEXT', names.observerType, names.device), uidReference('HAS OBS CONTEXT', names.deviceUid, deviceUid),
    text('HAS OBS CONTEXT', names.deviceName, 'Vigil'), text('HAS OBS CONTEXT', names.deviceMaker, 'Vigil'), text('HAS OBS CONTEXT', names.deviceModel, 'Vigil'),
    code('HAS CONCEPT MOD', names.procedure, procedureCode(modality))
  ]
}

/** Image Library (PS3.16 TID 1600): every image that the groups speak of. */
function library(images: readonly ImageReference[], modality: string): DicomItem[] {
  if (images.length === 0) return []
  const known: Readonly<Record<string, string>> = { CT: 'Computed Tomography', MR: 'Magnetic Resonance', PT: 'Positron emission tomography', US: 'Ultrasound', CR: 'Computed Radiography', DX: 'Digital Radiography', XA: 'X-Ray Angiography' }
  const meaning = known[modality]
  const descriptors = meaning === undefined ? [] : [code('HAS ACQ CONTEXT', names.modality, [modality, 'DCM', meaning])]
  const group = container({ relation: 'CONTAINS', name: names.libraryGroup, children: [...descriptors, ...images.map((one) => image('CONTAINS', null, one))] })
  return [container({ relation: 'CONTAINS', name: names.library, children: [group] }, { template: '1600' })]
}
