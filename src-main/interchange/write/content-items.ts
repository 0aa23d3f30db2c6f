import type { PointMm } from '../../../src-shared/ids.ts'
import type { DicomElement, DicomItem } from '../../studies/index.ts'
import { codeItem, unitCode, type Code } from './codes.ts'
import { referenceItem, type ImageReference } from './images.ts'
import { lines, personName } from './study-facts.ts'

/** How an item stands to its parent (PS3.3 C.17.3.2.4). */
export type Relation = 'CONTAINS' | 'HAS CONCEPT MOD' | 'HAS OBS CONTEXT' | 'HAS ACQ CONTEXT' | 'HAS PROPERTIES' | 'INFERRED FROM' | 'SELECTED FROM'
type Head = Readonly<{ relation: Relation, name: Code | null, children?: readonly DicomItem[] }>

function item(valueType: string, { relation, name, children = [] }: Head, value: readonly DicomElement[]): DicomItem {
  return [
    [0x0040a010, 'CS', relation], [0x0040a040, 'CS', valueType], ...(name === null ? [] : [[0x0040a043, 'SQ', [codeItem(name)]] as const]), ...value,
    ...(children.length === 0 ? [] : [[0x0040a730, 'SQ', children] as const])
  ]
}

/** `observedAt`: DT. `template`: of DCMR, where the container begins one. */
export function container(head: Head, { template, observedAt }: Readonly<{ template?: string, observedAt?: string }> = {}): DicomItem {
  return item('CONTAINER', head, [...containerValue(template), ...(observedAt === undefined ? [] : [[0x0040a032, 'DT', observedAt] as const])])
}

export function containerValue(template: string | undefined): DicomElement[] {
  return [
    [0x0040a050, 'CS', 'SEPARATE'],
    ...(template === undefined ? [] : [[0x0040a504, 'SQ', [[[0x00080105, 'CS', 'DCMR'], [0x0040db00, 'CS', template]]]] as const])
  ]
}

export const text = (relation: Relation, name: Code, value: string): DicomItem => item('TEXT', { relation, name }, [[0x0040a160, 'UT', lines(value)]])
export const uidReference = (relation: Relation, name: Code, uid: string): DicomItem => item('UIDREF', { relation, name }, [[0x0040a124, 'UI', uid]])
export const person = (relation: Relation, name: Code, value: string): DicomItem => item('PNAME', { relation, name }, [[0x0040a123, 'PN', personName(value)]])

export function code(relation: Relation, name: Code, value: Code, children: readonly DicomItem[] = []): DicomItem {
  return item('CODE', { relation, name, children }, [[0x0040a168, 'SQ', [codeItem(value)]]])
}

/** A number as its row holds it: as DS for every reader, as FD without loss (PS3.3 C.18.1). */
export function number(name: Code, value: number, unit: string, children: readonly DicomItem[] = [], relation: Relation = 'CONTAINS'): DicomItem {
  return item('NUM', { relation, name, children }, [[0x0040a300, 'SQ', [[
    [0x0040a30a, 'DS', value], [0x0040a161, 'FD', value], [0x004008ea, 'SQ', [codeItem(unitCode(unit))]]
  ]]]])
}

export function image(relation: Relation, name: Code | null, reference: ImageReference): DicomItem {
  return item('IMAGE', { relation, name }, [[0x00081199, 'SQ', [referenceItem(reference)]]])
}

/** Points on an image, in columns and rows (PS3.3 C.18.6). */
export function onImage(relation: Relation, name: Code, shape: Shape, points: readonly (readonly [number, number])[], reference: ImageReference): DicomItem {
  // A closed figure of an image is a polyline that ends where it begins.
  const [first] = points
  const all = shape === 'POLYGON' && first !== undefined ? [...points, first] : points
  const graphic: DicomElement[] = [[0x00700022, 'FL', all.flat()], [0x00700023, 'CS', shape === 'POLYGON' ? 'POLYLINE' : shape]]
  return item('SCOORD', { relation, name, children: [image('SELECTED FROM', null, reference)] }, graphic)
}

/** Points in the patient, mm (PS3.3 C.18.9). */
export function inPatient(relation: Relation, name: Code, shape: Shape, pointsMm: readonly PointMm[], frameOfReferenceUid: string): DicomItem {
  const [first] = pointsMm
  const all = shape === 'POLYGON' && first !== undefined ? [...pointsMm, first] : pointsMm
  return item('SCOORD3D', { relation, name }, [[0x00700022, 'FL', all.flat()], [0x00700023, 'CS', shape], [0x30060024, 'UI', frameOfReferenceUid]])
}

/** ELLIPSE: both ends of its long axis, then of its short one. */
export type Shape = 'POINT' | 'POLYLINE' | 'POLYGON' | 'ELLIPSE'
