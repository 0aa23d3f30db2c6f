import { z } from 'zod'
import { itemsOf, type DataSet } from './data-set.ts'
import { Tag } from './tags.ts'
import { asciiString, asciiStrings, integer, valueBytes } from './values.ts'

/** What tells frames at the same place apart: Stack ID, temporal position, type, and every other dimension that is not a place (PS3.3 C.7.6.16.2.2, C.7.6.17). */
export const StackFacts = z.object({ id: z.string(), time: z.string(), type: z.string(), others: z.string() })
export type StackFacts = z.infer<typeof StackFacts>

const echoNumbers = 0x00180086
const temporalPositionIdentifier = 0x00200100
const spatial: ReadonlySet<number> = new Set([Tag.stackId, Tag.inStackPositionNumber, Tag.temporalPositionIndex, Tag.imagePosition, Tag.planePositionSequence, 0x00209301])
const typeSequences = [Tag.mrFrameTypeSequence, Tag.ctFrameTypeSequence, Tag.petFrameTypeSequence]

/** For a frame of an enhanced image: from its functional groups, its own first. */
export function stackFactsOfGroups(groups: readonly DataSet[], dataSet: DataSet): StackFacts {
  const first = <T>(read: (group: DataSet) => readonly T[]): T | undefined => groups.flatMap((group) => read(group).slice(0, 1))[0]
  const content = first((group) => itemsOf(group, Tag.frameContentSequence))
  const typed = first((group) => typeSequences.flatMap((tag) => itemsOf(group, tag)))
  return {
    id: content === undefined ? '' : asciiString(content, Tag.stackId), time: content === undefined ? '' : uint32s(content, Tag.temporalPositionIndex).join(),
    type: typed === undefined ? '' : asciiStrings(typed, Tag.frameType)[3] ?? '', others: content === undefined ? '' : otherDimensions(content, dataSet)
  }
}

/** For an ordinary instance: phase and echo. */
export function stackFactsOf(dataSet: DataSet): StackFacts | null {
  const time = integer(dataSet, temporalPositionIdentifier)
  const echo = integer(dataSet, echoNumbers)
  return time === null && echo === null ? null : { id: '', time: String(time ?? ''), type: '', others: echo === null ? '' : `echo ${echo}` }
}

function otherDimensions(content: DataSet, dataSet: DataSet): string {
  const pointers = itemsOf(dataSet, Tag.dimensionIndexSequence).map((item) => tagAt(item, Tag.dimensionIndexPointer))
  const values = uint32s(content, Tag.dimensionIndexValues)
  return pointers.flatMap((pointer, index) => pointer === null || spatial.has(pointer) ? [] : [values[index] ?? 0]).join()
}

function uint32s(dataSet: DataSet, tag: number): number[] {
  const bytes = valueBytes(dataSet, tag)
  if (bytes === null) return []
  return Array.from({ length: bytes.length >> 2 }, (_, index) => dataSet.encoding.isLittleEndian ? bytes.readUInt32LE(index * 4) : bytes.readUInt32BE(index * 4))
}

/** AT: group and element, each in the byte order of the data set. */
function tagAt(dataSet: DataSet, tag: number): number | null {
  const bytes = valueBytes(dataSet, tag)
  if (bytes === null || bytes.length < 4) return null
  const { isLittleEndian } = dataSet.encoding
  const [group, element] = isLittleEndian ? [bytes.readUInt16LE(0), bytes.readUInt16LE(2)] : [bytes.readUInt16BE(0), bytes.readUInt16BE(2)]
  return group * 0x10000 + element
}
