import { DicomFault, NeedMoreBytes } from '../dicom/fault.ts'
import { readInstanceHeader } from '../dicom/header.ts'
import type { InstanceHeader } from '../dicom/instance-header.ts'
import { openPart10, type Part10 } from '../dicom/part10.ts'
import type { RandomAccess } from '../dicom/pixel-layout.ts'

/** Larger headers than this are no images: the biggest real ones (thousands of frames with functional groups) stay below 20 MB. */
const maxHeaderBytes = 64 * 1024 * 1024

/** Opens a file from its first bytes, taking more of it only when its header asks for more. Throws `DicomFault`. */
export function openGrowing(file: RandomAccess, prefix: Buffer): Part10 {
  let bytes = prefix
  for (;;) {
    try {
      return openPart10({ bytes, totalBytes: file.totalBytes })
    } catch (error) {
      if (!(error instanceof NeedMoreBytes)) throw error
      const next = Math.min(file.totalBytes, Math.max(error.upTo, bytes.length * 4))
      if (next > maxHeaderBytes) throw new DicomFault('header-too-large', 'The header of this file is larger than any real one. It is not taken in.')
      const grown = file.read(0, next)
      if (grown.length <= bytes.length) throw new DicomFault('truncated', 'The file became shorter while it was read. Copy it again from its source.')
      bytes = grown
    }
  }
}

/** Header of one file, checked against its length. `digest` is the file's SHA-256. Throws `DicomFault`. */
export function inspect(file: RandomAccess, prefix: Buffer, digest: string): InstanceHeader {
  if (isProgram(prefix)) throw new DicomFault('program', 'This file is a program as well as an image: it begins as one, and an image leaves those bytes empty. It is not taken in. Ask its source for a clean copy.')
  const part10 = openGrowing(file, prefix)
  return readInstanceHeader(part10, part10.isDeflated ? bufferAccess(part10.dataSet.bytes) : file, digest)
}

/** First bytes by which Windows, Linux and macOS know what they may run. */
const programStarts = ['4d5a', '7f454c46', '2321', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe'].map((hex) => Buffer.from(hex, 'hex'))

/** The 128 bytes before DICM are anybody's (PS3.10 7.1): a file can be an image to us and a program to whoever opens it. */
function isProgram(prefix: Buffer): boolean {
  return prefix.toString('latin1', 128, 132) === 'DICM' && programStarts.some((start) => prefix.subarray(0, start.length).equals(start))
}

export function bufferAccess(bytes: Buffer): RandomAccess {
  return { totalBytes: bytes.length, read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)) }
}

/** What a stranger's bytes make our reader throw beside its own faults is still the file's fault, not the import's. */
export function faultOf(error: unknown): DicomFault {
  if (error instanceof DicomFault) return error
  if (error instanceof RangeError) return new DicomFault('malformed', 'The header of this file is damaged and can not be read.')
  throw error
}
