import { z } from 'zod'
import { decodeText } from './character-set.ts'
import type { DataSet } from './data-set.ts'
import { isoDate, readCharacterSets } from './header.ts'
import { trimPadding, valueBytes } from './values.ts'
import { isUsable } from './write-values.ts'

const CopiedVr = z.enum(['AS', 'CS', 'DA', 'DS', 'LO', 'LT', 'PN', 'SH', 'TM'])
type CopiedVr = z.infer<typeof CopiedVr>
export const CopiedElement = z.tuple([z.int(), CopiedVr, z.array(z.string())])
export type CopiedElement = z.infer<typeof CopiedElement>

/** What an object made of a study takes over from an instance of it. `required` ones (type 2) are there in every object, empty where unknown. */
const copied: readonly (readonly [tag: number, vr: CopiedVr, isRequired: boolean])[] = [
  // Patient (PS3.3 C.7.1.1)
  [0x00100010, 'PN', true], [0x00100020, 'LO', true], [0x00100021, 'LO', false], [0x00100022, 'CS', false], [0x00100030, 'DA', true], [0x00100032, 'TM', false],
  [0x00100040, 'CS', true], [0x00101001, 'PN', false], [0x00102160, 'SH', false], [0x00104000, 'LT', false],
  // General Study (C.7.2.1) and Patient Study (C.7.2.2); Timezone Offset (C.12.1), without which copied times would change their meaning.
  [0x00080020, 'DA', true], [0x00080030, 'TM', true], [0x00080050, 'SH', true], [0x00080090, 'PN', true], [0x00081030, 'LO', false], [0x00081048, 'PN', false],
  [0x00081060, 'PN', false], [0x00200010, 'SH', true], [0x00101010, 'AS', false], [0x00101020, 'DS', false], [0x00101030, 'DS', false], [0x00101080, 'LO', false],
  [0x00102180, 'SH', false], [0x001021b0, 'LT', false], [0x00102203, 'CS', false], [0x00080201, 'SH', false]
]

/** The attributes of Patient and Study of an instance, for an object of the same study. Texts come decoded; what breaks its VR is left out or empty. */
export function copyModules(dataSet: DataSet): CopiedElement[] {
  const characterSets = readCharacterSets(dataSet)
  return copied.flatMap(([tag, vr, isRequired]): CopiedElement[] => {
    const values = valuesOf(dataSet, tag, vr, characterSets)
    return values.length > 0 || isRequired ? [[tag, vr, values]] : []
  })
}

function valuesOf(dataSet: DataSet, tag: number, vr: CopiedVr, characterSets: readonly string[]): string[] {
  const bytes = valueBytes(dataSet, tag)
  if (bytes === null) return []
  const whole = trimPadding(decodeText(bytes, characterSets, vr === 'PN'))
  const values = vr === 'LT' ? [whole] : whole.split('\\').map((value) => tidied(vr, trimPadding(value)))
  return values.some((value) => value !== '') && values.every((value) => isUsable(vr, value)) ? values : []
}

/** Dates of ACR-NEMA have dots, and times colons. */
function tidied(vr: CopiedVr, value: string): string {
  if (vr === 'DA') return isoDate(value)?.replaceAll('-', '') ?? value
  return vr === 'TM' ? value.replaceAll(':', '') : value
}
