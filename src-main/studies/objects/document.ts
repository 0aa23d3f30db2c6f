import type { DocumentContent } from '../../../src-shared/overlays.ts'
import { DicomFault } from '../dicom/fault.ts'
import { asciiString, valueBytes } from '../dicom/values.ts'
import { numbersOf, textOf, type Scope } from './reading.ts'
import type { ReadObject } from './read-object.ts'

const tags = { title: 0x00420010, document: 0x00420011, mediaType: 0x00420012, length: 0x00420015 } as const

/** An encapsulated document (PS3.3 C.24.2), without its bytes. */
export function readDocument(root: Scope): ReadObject {
  const bytes = documentBytes(root)
  const mediaType = asciiString(root.dataSet, tags.mediaType).toLowerCase()
  const content: DocumentContent = { kind: 'document', title: textOf(root, tags.title) || 'Document', mediaType, bytes: bytes.length, isPdf: mediaType === 'application/pdf' && isPdf(bytes) }
  return { content, bulk: new Uint8Array(0), images: [] }
}

/** The bytes of an encapsulated PDF. Throws `DicomFault` where there is none, or where it is something else under that name. */
export function readPdf(root: Scope): Uint8Array {
  const bytes = documentBytes(root)
  if (bytes.length === 0) throw new DicomFault('malformed', 'This object holds no document.')
  if (!isPdf(bytes)) throw new DicomFault('unsupported-object', 'This document is not a PDF and is not opened by this version.')
  return Uint8Array.from(bytes)
}

/** Without the byte that makes its length even, where the length is told. */
function documentBytes({ dataSet }: Scope): Buffer {
  const bytes = valueBytes(dataSet, tags.document) ?? Buffer.alloc(0)
  const [length] = numbersOf(dataSet, tags.length, 'uint32', 1)
  return length !== undefined && length < bytes.length && bytes.length - length <= 1 ? bytes.subarray(0, length) : bytes
}

/** Readers accept what comes before the mark within the first kilobyte (ISO 32000-1 7.5.2, implementation notes). */
function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 1024).includes('%PDF-')
}
