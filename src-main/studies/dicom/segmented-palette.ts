import type { LookupTable } from '../../../src-shared/studies.ts'
import type { DataSet } from './data-set.ts'
import { readDescriptor, tableOf } from './lookup-table.ts'
import { valueBytes } from './values.ts'

const discrete = 0
const linear = 1
const indirect = 2

/**
 * A palette channel written as segments (PS3.3 C.7.9.2): runs of values, straight lines, and copies of earlier segments. Null where it
 * is missing or does not make as many entries as it says.
 */
export function readSegmentedTable(dataSet: DataSet, descriptorTag: number, dataTag: number): LookupTable | null {
  const bytes = valueBytes(dataSet, dataTag)
  const head = readDescriptor(dataSet, descriptorTag, false)
  if (bytes === null || head === null) return null
  const [entries, firstMapped, bits] = head
  const words = wordsOf(bytes, bits, dataSet.encoding.isLittleEndian)
  const values: number[] = []
  const isWhole = expand(words, bits, 0, Number.POSITIVE_INFINITY, values, entries, true)
  return isWhole && values.length === entries ? tableOf(entries, firstMapped, bits, (index) => values[index] ?? 0) : null
}

/** Eight-bit segments lie in bytes, two to a word. */
function wordsOf(bytes: Buffer, bits: number, isLittleEndian: boolean): readonly number[] {
  if (bits <= 8) return [...bytes]
  return Array.from({ length: bytes.length >> 1 }, (_, index) => isLittleEndian ? bytes.readUInt16LE(index * 2) : bytes.readUInt16BE(index * 2))
}

/** Appends what the segments from `at` on stand for, `count` segments at most. False where they make no sense or too many entries. */
function expand(words: readonly number[], bits: number, from: number, count: number, values: number[], entries: number, mayCopy: boolean): boolean {
  let at = from
  for (let done = 0; done < count && at < words.length && values.length < entries; done++) {
    const kind = words[at] ?? 0
    const length = words[at + 1] ?? 0
    at += 2
    if (kind === discrete) {
      for (let index = 0; index < length; index++) values.push(words[at + index] ?? 0)
      at += length
    } else if (kind === linear) {
      addLine(values, length, words[at] ?? 0)
      at += 1
    } else if (kind === indirect && mayCopy) {
      // The offset counts bytes of the data, in two words, the less significant first.
      const low = words[at] ?? 0
      const offset = bits <= 8 ? low + (words[at + 1] ?? 0) * 0x100 + (words[at + 2] ?? 0) * 0x10000 + (words[at + 3] ?? 0) * 0x1000000 : (low + (words[at + 1] ?? 0) * 0x10000) / 2
      at += bits <= 8 ? 4 : 2
      // A copy that holds copies would be able to run for ever; the standard allows none.
      if (!Number.isInteger(offset) || offset >= words.length || !expand(words, bits, offset, length, values, entries, false)) return false
    } else return false
  }
  return values.length <= entries
}

/** From the last value so far, in `length` steps, to `end`. */
function addLine(values: number[], length: number, end: number): void {
  const start = values.at(-1) ?? 0
  for (let step = 1; step <= length; step++) values.push(Math.round(start + (end - start) * step / length))
}
