import { closeSync, fstatSync, openSync } from 'node:fs'
import { AppError } from '../../../src-shared/errors.ts'
import type { ImageReference, OverlayContent } from '../../../src-shared/overlays.ts'
import { DicomFault } from '../dicom/fault.ts'
import { readInstanceHeader } from '../dicom/header.ts'
import type { InstanceHeader } from '../dicom/instance-header.ts'
import { bufferAccess, faultOf, openGrowing } from '../ingest/inspect.ts'
import { descriptorAccess } from '../ingest/store-files.ts'
import { readContours } from './contours.ts'
import { readDocument, readPdf } from './document.ts'
import { overlayKindOf } from './kinds.ts'
import { readPresentation } from './presentation.ts'
import { scopeOf, type Scope } from './reading.ts'
import { readReport, readSelection } from './report.ts'
import { readSegmentation } from './segmentation.ts'

/** What an object says, the bytes that its content points into, and every image that it names. */
export type ReadObject = Readonly<{ content: OverlayContent, bulk: Uint8Array, images: readonly ImageReference[] }>

/** Characters of one object's content, as it travels. Reports of thousands of lines have some hundred thousand; what is kept of several must stay small. */
const mostCharacters = 8 * 1024 * 1024

/** Reads one stored object that is no image. Synchronous: for a worker. Throws AppError 'cannot-decode' with a sentence where it can't be read. */
export function readObject(path: string): ReadObject {
  return withFile(path, (root, header) => {
    const read = readKind(path, root, header)
    if (JSON.stringify(read.content).length > mostCharacters) throw new DicomFault('unsupported-object', 'This object holds more than 8 million characters of text and points. It is not read.')
    return read
  })
}

function readKind(path: string, root: Scope, header: InstanceHeader): ReadObject {
  switch (overlayKindOf(header.sopClassUid)) {
    case 'contours': return readContours(root)
    case 'segmentation': return readSegmentation({ path, header, root })
    case 'report': return readReport(root)
    case 'selection': return readSelection(root)
    case 'presentation': return readPresentation(root)
    case 'document': return readDocument(root)
    default: throw new DicomFault('unsupported-object', 'This object is nothing that is drawn on images or read beside them.')
  }
}

/** The PDF in an encapsulated document. Throws as `readObject` does. */
export function readPdfOf(path: string): Uint8Array {
  return withFile(path, (root, header) => {
    if (overlayKindOf(header.sopClassUid) !== 'document') throw new DicomFault('unsupported-object', 'This object is not a document.')
    return readPdf(root)
  })
}

function withFile<T>(path: string, read: (root: Scope, header: InstanceHeader) => T): T {
  const descriptor = openSync(path, 'r')
  try {
    const file = descriptorAccess(descriptor, fstatSync(descriptor).size)
    const part10 = openGrowing(file, file.read(0, 256 * 1024))
    const header = readInstanceHeader(part10, part10.isDeflated ? bufferAccess(part10.dataSet.bytes) : file, '')
    return read(scopeOf(part10.dataSet), header)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('cannot-decode', faultOf(error).message, { cause: error })
  } finally {
    closeSync(descriptor)
  }
}
