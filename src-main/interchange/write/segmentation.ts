import type { Engine, Finding } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { FindingMask } from '../../../src-shared/masks.ts'
import type { SeriesDescription } from '../../../src-shared/studies.ts'
import type { DicomElement, DicomItem, DraftObject } from '../../studies/index.ts'
import { codeItem, concept, findingSites, findingTypes, sides } from './codes.ts'
import { referencedSeries, referenceItem, type Images, type ImageReference } from './images.ts'
import { doOverlap, framesOfMask, packFrames, type MaskFrame } from './mask-frames.ts'
import { commonModules, newest, shortened, type StudyFacts } from './study-facts.ts'
import { derivedUid, uidOfRow } from './uids.ts'

export type Segment = Readonly<{ finding: Finding, mask: FindingMask, engine: Engine | null }>
export type SegmentationFacts = Readonly<{ study: StudyFacts, images: Images, series: SeriesDescription, segments: readonly Segment[], measuredAt: string | null }>

const segmentationStorage = '1.2.840.10008.5.1.4.1.1.66.4'
type Shown = Readonly<{ segmentNumber: number, frame: MaskFrame, positionMm: readonly [number, number, number], reference: ImageReference }>

/**
 * Masks of stones as a binary Segmentation (PS3.3 A.51): one segment a finding, one frame for each slice of it, of the size and at the place of
 * the image it was measured on. Throws AppError 'geometry-refused' where the series has no frame of reference.
 */
export function segmentationOf({ study, images, series, segments, measuredAt }: SegmentationFacts): DraftObject {
  const { frameOfReferenceUid, orientation, pixelSpacingMm, pixel: { rows, columns } } = series
  if (frameOfReferenceUid === null || orientation === null || pixelSpacingMm === null) {
    throw new AppError('geometry-refused', 'The series of these stones names no frame of reference, so nobody could tell where their outlines lie. No segmentation is made of it.')
  }
  const byMask = segments.map(({ mask }) => framesOfMask(mask, columns))
  const shown = byMask.flatMap((frames, index) => frames.map((frame) => placed(images, series, index + 1, frame)))
  const contentAt = newest([measuredAt, ...segments.map(({ finding }) => finding.decidedAt)])
  const instances = shown.map(({ reference }) => reference)
  return {
    sopClassUid: segmentationStorage,
    elements: [
      ...commonModules(study, { modality: 'SEG', seriesNumber: 9002, seriesDescription: 'Outlines of stones', contentAt }),
      [0x00200052, 'UI', frameOfReferenceUid], [0x00201040, 'LO', ''], [0x00081115, 'SQ', referencedSeries(instances, 0x0008114a)],
      ...imageModule(rows, columns, shown.length), [0x00620001, 'CS', 'BINARY'], [0x00620013, 'CS', doOverlap(byMask) ? 'YES' : 'NO'],
      [0x00620002, 'SQ', segments.map(segmentItem)], ...dimensionModule(frameOfReferenceUid, segments),
      [0x52009229, 'SQ', [sharedGroups(series, orientation, pixelSpacingMm)]], [0x52009230, 'SQ', perFrameGroups(shown, series)],
      [0x7fe00010, 'OB', packFrames(shown.map(({ frame }) => frame), rows * columns)]
    ]
  }
}

function placed(images: Images, { seriesUid }: SeriesDescription, segmentNumber: number, frame: MaskFrame): Shown {
  const found = images.find(seriesUid, frame.sopInstanceUid, frame.frameNumber)
  if (found === null || found.frame.positionMm === null) throw new AppError('geometry-refused', 'An image that a stone was measured on is not in the series any more. Analyse the study again.')
  return { segmentNumber, frame, positionMm: found.frame.positionMm, reference: found.reference }
}

/** Segmentation Image and Image Pixel (PS3.3 C.8.20.2, C.7.6.3) for one bit a pixel. */
function imageModule(rows: number, columns: number, frames: number): DicomElement[] {
  return [
    [0x00080008, 'CS', ['DERIVED', 'PRIMARY']], [0x00700080, 'CS', 'STONES'], [0x00700081, 'LO', 'Voxels behind the volumes of stones'], [0x00700084, 'PN', 'Vigil'],
    [0x00280002, 'US', 1], [0x00280004, 'CS', 'MONOCHROME2'], [0x00280008, 'IS', frames], [0x00280010, 'US', rows], [0x00280011, 'US', columns],
    [0x00280100, 'US', 1], [0x00280101, 'US', 1], [0x00280102, 'US', 0], [0x00280103, 'US', 0], [0x00282110, 'CS', '00']
  ]
}

/** Segment Description (PS3.3 C.8.20.4). The tracking UID is the one under which the structured report speaks of the finding. */
function segmentItem({ finding, engine }: Segment, index: number): DicomItem {
  const site = findingSites[finding.location]
  const side = sides[finding.laterality]
  const place = [side?.[2].toLowerCase(), site?.[2].toLowerCase()].filter((word) => word !== undefined).join(' ')
  const status = finding.status === 'proposed' ? 'Proposed, not reviewed by a clinician' : `Accepted by ${finding.decidedBy ?? 'a clinician'}`
  const label = `Stone ${index + 1}${place === '' ? '' : `, ${place}`}`
  const modifier: DicomItem = side === null ? [] : [[0x00082220, 'SQ', [codeItem(side)]]]
  return [
    [0x00620004, 'US', index + 1], [0x00620005, 'LO', shortened(label, 64)], [0x00620006, 'ST', shortened(status, 1000)], [0x00620008, 'CS', 'AUTOMATIC'],
    [0x00620009, 'LO', shortened(`Vigil ${engine?.protocol ?? 'stones'} ${engine?.protocolVersion ?? ''}`, 64)],
    [0x00620003, 'SQ', [codeItem(concept.morphologicallyAbnormal)]], [0x0062000f, 'SQ', [codeItem(findingTypes.stone)]],
    ...(site === null ? [] : [[0x00082218, 'SQ', [[...codeItem(site), ...modifier]]] as const]),
    [0x00620020, 'UT', label], [0x00620021, 'UI', uidOfRow(finding.id)], [0x0062000d, 'US', finding.status === 'proposed' ? proposedColour : acceptedColour]
  ]
}

/** CIELab as PS3.3 C.10.7.1.1 scales it to 16 bits: amber, and green. */
const proposedColour = [48_233, 37_779, 51_143]
const acceptedColour = [43_581, 19_532, 43_947]

/** Multi-frame Dimension (PS3.3 C.7.6.17): first the segment, then the place. */
function dimensionModule(frameOfReferenceUid: string, segments: readonly Segment[]): DicomElement[] {
  // Derived like everything else, so that the same outlines give the same object.
  const organisation = derivedUid('dimensions', frameOfReferenceUid, ...segments.map(({ finding }) => finding.id))
  const index = (pointer: number, group: number): DicomItem => [[0x00209164, 'UI', organisation], [0x00209165, 'AT', pointer], [0x00209167, 'AT', group]]
  return [[0x00209221, 'SQ', [[[0x00209164, 'UI', organisation]]]], [0x00209222, 'SQ', [index(0x0062000b, 0x0062000a), index(0x00200032, 0x00209113)]]]
}

function sharedGroups({ sliceThicknessMm, sliceSpacingMm, warnings }: SeriesDescription, orientation: readonly number[], spacingMm: readonly [number, number]): DicomItem {
  const isEven = !warnings.includes('uneven-spacing') && !warnings.includes('missing-slices')
  const thickness = sliceThicknessMm ?? sliceSpacingMm
  return [
    [0x00209116, 'SQ', [[[0x00200037, 'DS', orientation]]]],
    [0x00289110, 'SQ', [[
      ...(thickness === null ? [] : [[0x00180050, 'DS', thickness] as const]), ...(isEven && sliceSpacingMm !== null ? [[0x00180088, 'DS', sliceSpacingMm] as const] : []), [0x00280030, 'DS', spacingMm]
    ]]]
  ]
}

function perFrameGroups(shown: readonly Shown[], series: SeriesDescription): DicomItem[] {
  // The same place is the same index in every segment.
  const order = new Map(series.frames.map(({ sopInstanceUid, frameNumber }, index) => [`${sopInstanceUid} ${frameNumber}`, index]))
  const placeOf = ({ sopInstanceUid, frameNumber }: MaskFrame): number => order.get(`${sopInstanceUid} ${frameNumber}`) ?? 0
  const places = [...new Set(shown.map(({ frame }) => placeOf(frame)))].toSorted((a, b) => a - b)
  return shown.map(({ segmentNumber, frame, positionMm, reference }): DicomItem => [
    [0x00089124, 'SQ', [[[0x00082112, 'SQ', [sourceItem(reference)]], [0x00089215, 'SQ', [codeItem(['113076', 'DCM', 'Segmentation'])]]]]],
    [0x00209111, 'SQ', [[[0x00209157, 'UL', [segmentNumber, places.indexOf(placeOf(frame)) + 1]]]]],
    [0x00209113, 'SQ', [[[0x00200032, 'DS', positionMm]]]], [0x0062000a, 'SQ', [[[0x0062000b, 'US', segmentNumber]]]]
  ])
}

function sourceItem(reference: ImageReference): DicomItem {
  return [...referenceItem(reference), [0x0028135a, 'CS', 'YES'], [0x0040a170, 'SQ', [codeItem(['121322', 'DCM', 'Source image for image processing operation'])]]]
}
