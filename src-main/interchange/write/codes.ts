import type { FindingKind, Laterality, StoneLocation } from '../../../src-shared/analysis.ts'
import type { DicomItem } from '../../studies/index.ts'

/** A coded entry (PS3.3 8.8): value, scheme, meaning. Codes of our own stand under 99VIGIL. */
export type Code = readonly [value: string, scheme: 'DCM' | 'SCT' | 'LN' | 'UCUM' | 'RFC5646' | '99VIGIL', meaning: string]

export function codeItem([value, scheme, meaning]: Code): DicomItem {
  return [[0x00080100, 'SH', value], [0x00080102, 'SH', scheme], [0x00080104, 'LO', meaning]]
}

/** Of a name that no standard has: letters, digits and hyphens, cut to what fits (SH: 16, LO: 64 characters). */
export function ownCode(name: string): Code {
  const slug = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
  const printable = name.replaceAll(/[\p{Cc}\\]/gu, ' ').trim()
  return [slug.slice(0, 16) || 'value', '99VIGIL', printable.slice(0, 64) || 'Value']
}

export const findingTypes: Readonly<Record<FindingKind, Code>> = {
  stone: ['56381008', 'SCT', 'Calculus'],
  phlebolith: ['phlebolith', '99VIGIL', 'Phlebolith'],
  'vessel-calcification': ['237897009', 'SCT', 'Vascular Calcification'],
  contrast: ['contrast', '99VIGIL', 'Contrast medium'],
  metal: ['metal', '99VIGIL', 'Metal'],
  'bowel-content': ['bowel-content', '99VIGIL', 'Dense content of bowel'],
  bone: ['bone', '99VIGIL', 'Bone'],
  noise: ['noise', '99VIGIL', 'Noise'],
  other: ['other', '99VIGIL', 'Finding named in the comment']
}

/** Null where the row names no place. `pelvis` means the bony pelvis: ureter or vein. */
export const findingSites: Readonly<Record<StoneLocation, Code | null>> = {
  kidney: ['64033007', 'SCT', 'Kidney'],
  'upper-ureter': ['87953007', 'SCT', 'Ureter'],
  pelvis: ['816092008', 'SCT', 'Pelvis'],
  bladder: ['89837001', 'SCT', 'Bladder'],
  'outside-urinary-tract': ['818982008', 'SCT', 'Abdomen and Pelvis'],
  unknown: null
}

export const sides: Readonly<Record<Laterality, Code | null>> = {
  left: ['7771000', 'SCT', 'Left'], right: ['24028007', 'SCT', 'Right'], midline: ['261129000', 'SCT', 'Midline'], unknown: null
}

export const verdicts = {
  proposed: ['proposed', '99VIGIL', 'Proposed by measurement, not reviewed'],
  accepted: ['accepted', '99VIGIL', 'Accepted'],
  amended: ['amended', '99VIGIL', 'Accepted with changes'],
  rejected: ['rejected', '99VIGIL', 'Rejected']
} as const satisfies Record<string, Code>

/** Names that several objects use (PS3.16). */
export const concept = {
  morphologicallyAbnormal: ['49755003', 'SCT', 'Morphologically abnormal structure'],
  finding: ['121071', 'DCM', 'Finding'], findingCategory: ['276214006', 'SCT', 'Finding category'], findingSite: ['363698007', 'SCT', 'Finding site'],
  laterality: ['272741003', 'SCT', 'Laterality'], comment: ['121106', 'DCM', 'Comment'],
  derivation: ['121401', 'DCM', 'Derivation'], method: ['370129005', 'SCT', 'Measurement Method'],
  mean: ['373098007', 'SCT', 'Mean'], maximum: ['56851009', 'SCT', 'Maximum'], minimum: ['255605001', 'SCT', 'Minimum'], deviation: ['386136009', 'SCT', 'Standard Deviation'],
  attenuation: ['112031', 'DCM', 'Attenuation Coefficient'],
  sourceOfMeasurement: ['121112', 'DCM', 'Source of Measurement'],
  algorithmName: ['111001', 'DCM', 'Algorithm Name'], algorithmVersion: ['111003', 'DCM', 'Algorithm Version']
} as const satisfies Record<string, Code>

/** UCUM codes of the units that rows hold; one that is not listed becomes an annotation, which UCUM reads as no unit. */
const units: Readonly<Record<string, Code>> = {
  mm: ['mm', 'UCUM', 'millimeter'], 'mm²': ['mm2', 'UCUM', 'square millimeter'], 'mm³': ['mm3', 'UCUM', 'cubic millimeter'], '°': ['deg', 'UCUM', 'degree'],
  HU: ["[hnsf'U]", 'UCUM', 'Hounsfield unit'], '': ['1', 'UCUM', 'no units'], px: ['{pixels}', 'UCUM', 'pixels'], 'px²': ['{pixels}', 'UCUM', 'pixels'],
  'SUVbw g/ml': ['g/ml{SUVbw}', 'UCUM', 'Standardized Uptake Value body weight'], 'SUVlbm g/ml': ['g/ml{SUVlbm}', 'UCUM', 'Standardized Uptake Value lean body mass'],
  'SUVbsa cm²/ml': ['cm2/ml{SUVbsa}', 'UCUM', 'Standardized Uptake Value body surface area'], 'SUVibw g/ml': ['g/ml{SUVibw}', 'UCUM', 'Standardized Uptake Value ideal body weight'],
  'Bq/ml': ['Bq/ml', 'UCUM', 'Becquerels per milliliter'], '%': ['%', 'UCUM', 'percent'], mm3: ['mm3', 'UCUM', 'cubic millimeter']
}

export function unitCode(unit: string): Code {
  const known = units[unit]
  if (known !== undefined) return known
  const word = unit.replaceAll(/[^\u0021-\u007e]|[{}\\]/g, '').slice(0, 14)
  return word === '' ? ['1', 'UCUM', 'no units'] : [`{${word}}`, 'UCUM', word]
}

const procedures: Readonly<Record<string, Code>> = {
  CT: ['25045-6', 'LN', 'CT unspecified body region'], MR: ['25056-3', 'LN', 'MR unspecified body region'], US: ['25061-3', 'LN', 'US unspecified body region'],
  PT: ['44136-0', 'LN', 'PET unspecified body region']
}
export const procedureCode = (modality: string): Code => procedures[modality] ?? ['363679005', 'SCT', 'Imaging procedure']
