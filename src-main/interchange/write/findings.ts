import { isFitted, type Engine, type Finding, type FindingEdit } from '../../../src-shared/analysis.ts'
import type { DicomItem } from '../../studies/index.ts'
import { concept, findingSites, findingTypes, sides, verdicts, type Code } from './codes.ts'
import { code, container, image, inPatient, number, person, text, uidReference } from './content-items.ts'
import type { Images, ImageReference } from './images.ts'
import { dateTime } from './study-facts.ts'
import { uidOfRow } from './uids.ts'

/** A group of the report, and what it speaks of. `at`: when it last changed. */
export type Group = Readonly<{ item: DicomItem, images: readonly ImageReference[], isInPatient: boolean, at: string | null }>

const names = {
  group: ['125007', 'DCM', 'Measurement Group'], trackingId: ['112039', 'DCM', 'Tracking Identifier'], trackingUid: ['112040', 'DCM', 'Tracking Unique Identifier'],
  observerType: ['121005', 'DCM', 'Observer Type'], isPerson: ['121006', 'DCM', 'Person'], observer: ['121008', 'DCM', 'Person Observer Name'],
  centre: ['111010', 'DCM', 'Center'], certainty: ['111012', 'DCM', 'Certainty of Finding'],
  diameter: ['81827009', 'SCT', 'Diameter'], volume: ['118565006', 'SCT', 'Volume'],
  verdict: ['verdict', '99VIGIL', 'Verdict of the clinician'], decidedAt: ['decided-at', '99VIGIL', 'Time of the verdict'],
  error: ['error-band', '99VIGIL', 'Half width of the error band'], voxels: ['hu-voxels', '99VIGIL', 'Voxels free of partial volume'],
  fitted: ['fitted', '99VIGIL', 'Of the body that fits best'], reason: ['reason', '99VIGIL', 'Reason given by the algorithm']
} as const satisfies Record<string, Code>

/** The head of a group of TID 1501 or 1410: what it is called, and the same UID wherever the same thing is spoken of. */
export function tracking(identifier: string, rowId: string): DicomItem[] {
  return [text('HAS OBS CONTEXT', names.trackingId, identifier), uidReference('HAS OBS CONTEXT', names.trackingUid, uidOfRow(rowId))]
}

/** A clinician as the observer of what holds it (PS3.16 TID 1003), instead of the device. */
export function observedBy(name: string): DicomItem[] {
  return [code('HAS OBS CONTEXT', names.observerType, names.isPerson), person('HAS OBS CONTEXT', names.observer, name)]
}

export function measurementGroup(template: '1410' | '1501', children: readonly DicomItem[], observedAt: string | null): DicomItem {
  return container({ relation: 'CONTAINS', name: names.group, children }, { template, ...(observedAt === null ? {} : { observedAt: dateTime(observedAt) }) })
}

type FindingFacts = Readonly<{ images: Images, engineOf: (analysisId: string) => Engine | null }>

/** A finding as Measurement Group (PS3.16 TID 1501): every number that stands in its row, and no other. */
export function findingGroup(finding: Finding, identifier: string, { images, engineOf }: FindingFacts): Group {
  const engine = finding.analysisId === null ? null : engineOf(finding.analysisId)
  const shown = images.find(finding.seriesUid, finding.sopInstanceUid, finding.frameNumber)
  const frameOfReferenceUid = images.seriesOf(finding.seriesUid)?.frameOfReferenceUid ?? null
  const at = [finding.decidedAt, ...finding.edits.map((edit) => edit.at)].filter((instant) => instant !== null).toSorted().at(-1) ?? null
  const site = findingSites[finding.location]
  const side = sides[finding.laterality]
  const children = [
    ...tracking(identifier, finding.id),
    ...(finding.origin === 'clinician' && finding.decidedBy !== null ? observedBy(finding.decidedBy) : []),
    code('CONTAINS', concept.findingCategory, concept.morphologicallyAbnormal), code('CONTAINS', concept.finding, findingTypes[finding.kind]),
    ...(site === null ? [] : [code('HAS CONCEPT MOD', concept.findingSite, site, side === null ? [] : [code('HAS CONCEPT MOD', concept.laterality, side)])]),
    ...(engine === null ? [] : [
      text('HAS CONCEPT MOD', concept.algorithmName, `Vigil ${engine.protocol}`), text('HAS CONCEPT MOD', concept.algorithmVersion, engine.protocolVersion)
    ]),
    ...(shown === null ? [] : [image('CONTAINS', concept.sourceOfMeasurement, shown.reference)]),
    ...(frameOfReferenceUid === null ? [] : [inPatient('CONTAINS', names.centre, 'POINT', [finding.centreMm], frameOfReferenceUid)]),
    ...numbersOf(finding, frameOfReferenceUid), verdictOf(finding),
    ...(finding.reason === '' || finding.origin === 'clinician' ? [] : [text('CONTAINS', names.reason, finding.reason)]),
    ...(finding.note === '' ? [] : [text('CONTAINS', concept.comment, finding.note)])
  ]
  return { item: measurementGroup('1501', children, at), images: shown === null ? [] : [shown.reference], isInPatient: frameOfReferenceUid !== null, at }
}

function numbersOf(finding: Finding, frameOfReferenceUid: string | null): DicomItem[] {
  const { diameterMm, diameterErrorMm, volumeMm3, meanHu, maxHu, huVoxels, diameterEndsMm, confidence } = finding
  // A diameter typed by hand has no ends any more.
  const hasEnds = diameterEndsMm !== null && frameOfReferenceUid !== null && lastEdit(finding, 'diameterMm') === null
  return [
    ...(diameterMm === null ? [] : [number(names.diameter, diameterMm, 'mm', [
      ...editor(finding, 'diameterMm'),
      ...(diameterErrorMm === null ? [] : [number(names.error, diameterErrorMm, 'mm', [], 'HAS PROPERTIES')]),
      ...(hasEnds ? [inPatient('INFERRED FROM', concept.sourceOfMeasurement, 'POLYLINE', diameterEndsMm, frameOfReferenceUid)] : [])
    ])]),
    ...(volumeMm3 === null ? [] : [number(names.volume, volumeMm3, 'mm³', editor(finding, 'volumeMm3'))]),
    ...(meanHu === null ? [] : [number(concept.attenuation, meanHu, 'HU', [
      code('HAS CONCEPT MOD', concept.derivation, concept.mean), ...(isFitted(finding) ? [code('HAS CONCEPT MOD', concept.method, names.fitted)] : []), ...editor(finding, 'meanHu'),
      ...(huVoxels === null || huVoxels === undefined ? [] : [number(names.voxels, huVoxels, '', [], 'HAS PROPERTIES')])
    ])]),
    ...(maxHu === null ? [] : [number(concept.attenuation, maxHu, 'HU', [code('HAS CONCEPT MOD', concept.derivation, concept.maximum), ...editor(finding, 'maxHu')])]),
    ...(confidence === null ? [] : [number(names.certainty, confidence, '')])
  ]
}

/** Who typed a number that the ruler had measured otherwise. */
const editor = (finding: Finding, field: FindingEdit['field']): DicomItem[] => {
  const edit = lastEdit(finding, field)
  return edit === null ? [] : observedBy(edit.by)
}

function lastEdit({ edits }: Finding, field: FindingEdit['field']): FindingEdit | null {
  return edits.findLast((edit) => edit.field === field) ?? null
}

/** Nobody is named for a finding that nobody has judged. */
function verdictOf({ status, decidedBy }: Finding): DicomItem {
  return code('CONTAINS', names.verdict, verdicts[status], decidedBy === null ? [] : observedBy(decidedBy))
}
