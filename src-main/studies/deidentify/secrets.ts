import type { DataSet } from '../dicom/data-set.ts'
import { bytesOf } from '../dicom/values.ts'

export type Secrets = Readonly<{ isIn: (value: Buffer) => boolean }>

/** Who the file is of: names, ids, numbers of orders, birth date. */
const identifying = [0x00100010, 0x00100020, 0x00101000, 0x00101001, 0x00101005, 0x00101060, 0x00100030, 0x00080050, 0x00100021, 0x00102154, 0x00380010, 0x00080090, 0x00081050, 0x00081070, 0x00081048]
const leastBytes = 3

/**
 * A net under the table: whatever is kept and holds a part of what identifies the patient goes all the same. A word of a name counts from three bytes on,
 * as its bytes stand in the file, without regard to case.
 */
export function secretsOf(dataSet: DataSet): Secrets {
  const words = new Set<string>()
  for (const tag of identifying) {
    const element = dataSet.elements.get(tag)
    if (element === undefined || element.items !== null) continue
    for (const word of folded(bytesOf(dataSet, element)).split(/[\^=\\ ,;.\0]+/)) if (word.length >= leastBytes && !/^0+$/.test(word)) words.add(word)
  }
  return {
    isIn(value) {
      if (value.length < leastBytes) return false
      const text = folded(value)
      for (const word of words) if (text.includes(word)) return true
      return false
    }
  }
}

const folded = (bytes: Buffer): string => bytes.toString('latin1').replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
