import { readFrameFacts, isUnreadableNumber, projections, readSpacing } from './frame-facts.ts'
import type { DataSet } from './data-set.ts'
import { DicomFault } from './fault.ts'
import { headerReader, type FrameFacts, type InstanceHeader } from './instance-header.ts'
import { tidyName } from './character-set.ts'
import type { Part10 } from './part10.ts'
import { readCineFacts } from './cine-facts.ts'
import { readOverlays } from './overlays.ts'
import { readPetFacts } from './pet-facts.ts'
import { readPixelFacts } from './pixel-facts.ts'
import { encapsulatedLayout, nativeLayout, type RandomAccess } from './pixel-layout.ts'
import { readSpacingFacts } from './spacing-facts.ts'
import { documentName, isStorageClass, mediaDirectory } from './sop-classes.ts'
import { Tag } from './tags.ts'
import { explicitBig, transferSyntax } from './transfer-syntaxes.ts'
import { isUid, substituteUid } from './uids.ts'
import { asciiString, asciiStrings, decimal, integer, text } from './values.ts'

/** No real object has more; the number comes from the file and memory is reserved by it. */
const maxFrames = 100_000
const directoryRecords = 0x00041220

/**
 * What is kept of an instance, checked: known kind of object, usable UIDs, a picture whose pixels are all there. `body` gives access to
 * the bytes that offsets count in; `fileDigest` names a file that has no SOP Instance UID. Throws `DicomFault`.
 */
export function readInstanceHeader(part10: Part10, body: RandomAccess, fileDigest: string): InstanceHeader {
  const { dataSet, meta } = part10
  const sopClassUid = asciiString(dataSet, Tag.sopClassUid) || (meta === null ? '' : asciiString(meta, Tag.mediaStorageSopClassUid))
  if (sopClassUid === mediaDirectory || dataSet.elements.has(directoryRecords)) {
    throw new DicomFault('dicomdir', 'This is a directory of a medium (DICOMDIR), not an image. The files around it are read themselves.')
  }
  if (!isStorageClass(sopClassUid)) throw new DicomFault('unsupported-object', 'This DICOM object is not part of a study (not a storage object).')
  const characterSets = readCharacterSets(dataSet)
  const modality = asciiString(dataSet, Tag.modality)
  const { spacingMm, basis } = readSpacing(dataSet, modality)
  const spacingFacts = readSpacingFacts(dataSet, basis, basis === 'detector' || projections.has(modality))
  const picture = readPicture(part10, body, sopClassUid)
  const frames = readFrameFacts(dataSet, picture.frameCount, spacingMm)
  const patient = readPatient(dataSet, characterSets)
  return {
    reader: headerReader, ...readUids(part10, patient.name, fileDigest), sopClassUid, transferSyntaxUid: part10.transferSyntaxUid,
    patient, study: readStudy(dataSet, characterSets),
    series: {
      modality, number: integer(dataSet, Tag.seriesNumber), description: text(dataSet, Tag.seriesDescription, characterSets),
      bodyPart: text(dataSet, Tag.bodyPartExamined, characterSets), imageType: asciiString(dataSet, Tag.imageType).split('\\').filter((value) => value !== ''), frameOfReferenceUid: asciiString(dataSet, Tag.frameOfReferenceUid) || null
    },
    instanceNumber: integer(dataSet, Tag.instanceNumber), technique: readTechnique(dataSet, characterSets),
    spacingBasis: basis, ...(spacingFacts === undefined ? {} : { spacingFacts }), frameTimeMs: decimal(dataSet, Tag.frameTime),
    isLossy: asciiString(dataSet, Tag.lossyImageCompression) === '01' || (transferSyntax(part10.transferSyntaxUid)?.isLossy ?? false),
    frameCount: picture.frameCount, frames, pixel: picture.pixel, layout: picture.layout, ...readExtras(dataSet, modality, picture.frameCount, characterSets),
    notes: [...part10.notes, ...picture.notes, ...rescaleNotes(dataSet, frames)]
  }
}

/** What only some images have. */
function readExtras(dataSet: DataSet, modality: string, frameCount: number, characterSets: readonly string[]): Pick<InstanceHeader, 'cine' | 'overlays' | 'pet'> {
  const cine = readCineFacts(dataSet, frameCount)
  const overlays = readOverlays(dataSet, characterSets)
  return { ...(cine === null ? {} : { cine }), ...(overlays.length === 0 ? {} : { overlays }), ...(modality === 'PT' ? { pet: readPetFacts(dataSet) } : {}) }
}

export function readCharacterSets(dataSet: DataSet): string[] {
  // An empty first value means the default repertoire with extensions after it, so it must be kept.
  return asciiString(dataSet, Tag.specificCharacterSet).split('\\').map((term) => term.trim())
}

function rescaleNotes(dataSet: DataSet, frames: readonly FrameFacts[]): string[] {
  const isUnreadable = isUnreadableNumber(dataSet, Tag.rescaleSlope) || isUnreadableNumber(dataSet, Tag.rescaleIntercept)
  return isUnreadable || frames.some((frame) => frame.rescaleSlope === null || frame.rescaleIntercept === null) ? ['rescale-unreadable'] : []
}

function readPicture(part10: Part10, body: RandomAccess, sopClassUid: string): Pick<InstanceHeader, 'pixel' | 'layout' | 'frameCount' | 'notes'> {
  const { dataSet, transferSyntaxUid, isDeflated } = part10
  const element = [Tag.pixelData, Tag.floatPixelData, Tag.doublePixelData].map((tag) => dataSet.elements.get(tag)).find((found) => found !== undefined)
  if (element === undefined) {
    if (documentName(sopClassUid) !== null) return { pixel: null, layout: null, frameCount: 1, notes: [] }
    throw new DicomFault('no-pixel-data', 'This image has no pixel data. Export it again from its source.')
  }
  const pixel = readPixelFacts(dataSet, sopClassUid, transferSyntaxUid, readCharacterSets(dataSet))
  const frameCount = Math.max(1, integer(dataSet, Tag.numberOfFrames) ?? 1)
  if (frameCount > maxFrames) throw new DicomFault('malformed', `${frameCount} frames are announced, more than any real object has. The file is damaged.`)
  const syntax = transferSyntax(transferSyntaxUid)
  if (element.isUndefinedLength) return { pixel, frameCount, layout: encapsulatedLayout(dataSet, element, frameCount, syntax, body), notes: [] }
  if (syntax?.isEncapsulated === true && syntax.codec !== 'none') throw new DicomFault('malformed', 'The pixels are said to be compressed but are not stored as compressed pixels are. The file is damaged.')
  const { layout, hasExtra } = nativeLayout(element, pixel, frameCount, { totalBytes: body.totalBytes, isDeflated, isLittleEndian: transferSyntaxUid !== explicitBig || (pixel.bitsAllocated === 8 && element.vr === 'OB') })
  return { pixel, frameCount, layout, notes: hasExtra ? ['extra-bytes'] : [] }
}

/** UIDs as given; where the data set leaves one empty, the file meta's, else one made from what the files of a study or series share. */
function readUids({ dataSet, meta }: Part10, patientName: string, fileDigest: string): { sopInstanceUid: string, seriesUid: string, studyUid: string } {
  const facts = (tags: readonly number[]) => [patientName, ...tags.map((tag) => asciiString(dataSet, tag))]
  const studyFacts = facts([Tag.patientId, Tag.patientBirthDate, Tag.studyDate, Tag.studyTime, Tag.accessionNumber, Tag.studyId])
  const seriesFacts = facts([Tag.modality, Tag.seriesNumber, Tag.seriesDescription, Tag.seriesDate, Tag.seriesTime, Tag.frameOfReferenceUid, Tag.rows, Tag.columns])
  const studyUid = asciiString(dataSet, Tag.studyInstanceUid) || substituteUid('study', ...studyFacts)
  const seriesUid = asciiString(dataSet, Tag.seriesInstanceUid) || substituteUid('series', studyUid, ...studyFacts, ...seriesFacts)
  const ofMeta = meta === null ? '' : asciiString(meta, Tag.mediaStorageSopInstanceUid)
  const sopInstanceUid = asciiString(dataSet, Tag.sopInstanceUid) || ofMeta || substituteUid('instance', fileDigest)
  if (![studyUid, seriesUid, sopInstanceUid].every(isUid)) {
    throw new DicomFault('invalid-uid', 'A study, series or instance UID of this file is not a DICOM UID (digits and dots, 64 at most). It is not taken in.')
  }
  return { sopInstanceUid, seriesUid, studyUid }
}

function readPatient(dataSet: DataSet, characterSets: readonly string[]): InstanceHeader['patient'] {
  return {
    name: tidyName(text(dataSet, Tag.patientName, characterSets)), id: text(dataSet, Tag.patientId, characterSets),
    issuer: text(dataSet, Tag.issuerOfPatientId, characterSets), birthDate: isoDate(asciiString(dataSet, Tag.patientBirthDate)),
    sex: asciiString(dataSet, Tag.patientSex), age: asciiString(dataSet, Tag.patientAge)
  }
}

function readStudy(dataSet: DataSet, characterSets: readonly string[]): InstanceHeader['study'] {
  return {
    date: isoDate(asciiString(dataSet, Tag.studyDate)), time: isoTime(asciiString(dataSet, Tag.studyTime)),
    description: text(dataSet, Tag.studyDescription, characterSets), accessionNumber: text(dataSet, Tag.accessionNumber, characterSets)
  }
}

function readTechnique(dataSet: DataSet, characterSets: readonly string[]): InstanceHeader['technique'] {
  return {
    kvp: decimal(dataSet, Tag.kvp), mas: decimal(dataSet, Tag.exposure), kernel: asciiStrings(dataSet, Tag.convolutionKernel).join(' '),
    contrastAgent: text(dataSet, Tag.contrastBolusAgent, characterSets), manufacturer: text(dataSet, Tag.manufacturer, characterSets),
    model: text(dataSet, Tag.manufacturerModelName, characterSets), patientPosition: asciiString(dataSet, Tag.patientPosition)
  }
}

/** DA as YYYY-MM-DD; also the form with dots of ACR-NEMA. Null for what is no date. */
export function isoDate(value: string): string | null {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(value)
  if (match === null) return null
  const [, year = '', month = '', day = ''] = match
  const isReal = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31
  return isReal ? `${year}-${month}-${day}` : null
}

/** TM as HH:MM:SS; missing parts are zero. */
export function isoTime(value: string): string | null {
  const match = /^(\d{2}):?(\d{2})?:?(\d{2})?(?:\.\d*)?$/.exec(value)
  if (match === null) return null
  const [, hours = '', minutes = '00', seconds = '00'] = match
  return Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 61 ? `${hours}:${minutes}:${seconds}` : null
}
