import type { LookupTable } from '../../../src-shared/studies.ts'
import { itemsOf, type DataSet } from './data-set.ts'
import { Tag } from './tags.ts'
import { asciiString, text, uint16, valueBytes } from './values.ts'

/** A table whose Descriptor and Data stand beside each other (PS3.3 C.11.1.1, C.7.9.1), widened to 16 bits; null where it is missing or too short. */
export function readTable(dataSet: DataSet, descriptorTag: number, dataTag: number, isSigned = false): LookupTable | null {
  const bytes = valueBytes(dataSet, dataTag)
  const head = readDescriptor(dataSet, descriptorTag, isSigned)
  if (bytes === null || head === null) return null
  const [entries, firstMapped, bits] = head
  // Eight-bit entries are packed two to a word, or sit one in a word each.
  const isByteWide = bytes.length < entries * 2
  if (isByteWide && bytes.length < entries) return null
  const { isLittleEndian } = dataSet.encoding
  return tableOf(entries, firstMapped, isByteWide ? 8 : bits, (index) => {
    if (isByteWide) return bytes.readUInt8(isLittleEndian || dataSet.elements.get(dataTag)?.vr !== 'OW' ? index : index ^ 1)
    return isLittleEndian ? bytes.readUInt16LE(index * 2) : bytes.readUInt16BE(index * 2)
  })
}

/** [entries, first value mapped, bits of an entry]; 0 entries means 65,536. The first value is signed where pixels are, or where its VR says so. */
export function readDescriptor(dataSet: DataSet, tag: number, isSigned: boolean): readonly [number, number, number] | null {
  const stated = uint16(dataSet, tag, 0)
  if (stated === null) return null
  const first = uint16(dataSet, tag, 1) ?? 0
  const vr = dataSet.elements.get(tag)?.vr ?? ''
  const isNegative = first > 0x7fff && (vr === 'SS' || (vr !== 'US' && isSigned))
  return [stated === 0 ? 65_536 : stated, isNegative ? first - 0x10000 : first, uint16(dataSet, tag, 2) ?? 16]
}

export function tableOf(entries: number, firstMapped: number, bits: number, valueAt: (index: number) => number): LookupTable {
  const values = Buffer.alloc(entries * 2)
  for (let index = 0; index < entries; index++) values.writeUInt16LE(valueAt(index), index * 2)
  return { descriptor: [entries, firstMapped, bits], data: values.toString('base64') }
}

/** The Modality LUT, where stored values go through a table and not through a slope (PS3.3 C.11.1). `type`: HU, OD, US … */
export function readModalityLut(dataSet: DataSet, isSigned: boolean): (LookupTable & { type: string }) | null {
  const [item] = itemsOf(dataSet, Tag.modalityLutSequence)
  const table = item === undefined ? null : readTable(item, Tag.lutDescriptor, Tag.lutData, isSigned)
  return table === null || item === undefined ? null : { ...table, type: asciiString(item, Tag.modalityLutType) }
}

/** The tables of VOI LUT Sequence (PS3.3 C.11.2), alternatives to the windows; `name` is their LUT Explanation. */
export function readVoiLuts(dataSet: DataSet, isSigned: boolean, characterSets: readonly string[]): (LookupTable & { name: string })[] {
  return itemsOf(dataSet, Tag.voiLutSequence).flatMap((item) => {
    const table = readTable(item, Tag.lutDescriptor, Tag.lutData, isSigned)
    return table === null ? [] : [{ ...table, name: text(item, Tag.lutExplanation, characterSets) }]
  })
}
