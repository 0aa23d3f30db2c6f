import { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { FrameDescription, PixelDescription, SeriesDescription, SeriesWarning, SliceOrientation, SpacingBasis, StudySeries } from '../../src-shared/studies.ts'
import { median } from '../../src-shared/volume.ts'
import { describeExtras, unitOf } from './describe-extras.ts'
import { documentName, segmentations } from './dicom/sop-classes.ts'
import type { FrameFacts } from './dicom/instance-header.ts'
import { transferSyntax } from './dicom/transfer-syntaxes.ts'
import { readGeometry, type GeometryWarning, type SeriesGeometry } from './geometry.ts'
import type { StoredInstance } from './store.ts'

/** One frame of one instance, with what its header says of it. */
export type PlacedFrame = Readonly<{ instance: StoredInstance, frameNumber: number, facts: FrameFacts }>
export type SeriesFacts = Readonly<{
  frames: readonly PlacedFrame[]
  geometry: SeriesGeometry
  warnings: readonly GeometryWarning[]
  sliceThicknessMm: number | null
  notVolumeReason: string | null
  /** Null where everything can be drawn. */
  notViewableReason: string | null
}>

/** Puts the frames of a series in order and says what holds for them together. `instances` must not be empty. */
export function readSeriesFacts(members: readonly StoredInstance[]): SeriesFacts {
  // A report or another object that was put into a series of images is no image of it.
  const pictured = members.filter(({ header }) => header.pixel !== null)
  const instances = pictured.length === 0 ? members : pictured
  const ordered = instances.toSorted((a, b) => (a.header.instanceNumber ?? 0) - (b.header.instanceNumber ?? 0) || (a.sopInstanceUid < b.sopInstanceUid ? -1 : 1))
  const frames = ordered.flatMap(framesOf)
  const thicknesses = frames.flatMap(({ facts }) => facts.sliceThicknessMm ?? [])
  const sliceThicknessMm = thicknesses.length === 0 ? null : median(thicknesses)
  const geometry = readGeometry(frames.map(({ instance: { header }, facts }) => ({
    positionMm: facts.positionMm, orientation: facts.orientation, pixelSpacingMm: facts.pixelSpacingMm,
    rows: header.pixel?.rows ?? 0, columns: header.pixel?.columns ?? 0, frameOfReferenceUid: header.series.frameOfReferenceUid,
    ...(facts.stack === undefined ? {} : { stack: facts.stack })
  })), sliceThicknessMm)
  const first = instances[0]?.header
  const isSpatial = first !== undefined && first.pixel !== null && !isPlanar(first.series.modality)
  // A series with one damaged or foreign member still shows the others.
  const reasons = instances.map(whyNotViewable)
  const notViewableReason = reasons.every((reason) => reason !== null) ? reasons[0] ?? null : null
  const warnings = [...(isSpatial ? geometry.warnings : geometry.warnings.filter(({ code }) => code === 'no-pixel-spacing' && first?.pixel !== null)), ...codingWarnings(instances)]
  return { frames, geometry, warnings, sliceThicknessMm, notViewableReason, notVolumeReason: whyNoVolume(instances, geometry, isSpatial) ?? reasons.find((reason) => reason !== null) ?? null }
}

/** Modalities whose images are no slices: a missing position says nothing there. */
const planar = new Set(['CR', 'DX', 'MG', 'XA', 'RF', 'IO', 'PX', 'RG', 'US', 'IVUS', 'ES', 'GM', 'SM', 'XC', 'OP', 'OT', 'SC', 'ECG', 'SR', 'KO', 'PR', 'DOC'])
const isPlanar = (modality: string) => planar.has(modality)

function whyNoVolume(instances: readonly StoredInstance[], geometry: SeriesGeometry, isSpatial: boolean): string | null {
  if (!isSpatial) return 'These images are not slices of a volume.'
  if (instances.some(({ header }) => (header.pixel?.samplesPerPixel ?? 1) > 1)) return 'Colour images are no volume.'
  if (instances.some(({ header }) => header.notes.includes('rescale-unreadable'))) return 'The rescale values can not be read, so Hounsfield units can not be computed.'
  return geometry.notVolumeReason
}

function framesOf(instance: StoredInstance): PlacedFrame[] {
  const { frameCount, frames } = instance.header
  return Array.from({ length: frameCount }, (_, index): PlacedFrame[] => {
    const facts = frames[index] ?? frames[0]
    return facts === undefined ? [] : [{ instance, frameNumber: index + 1, facts }]
  }).flat()
}

function codingWarnings(instances: readonly StoredInstance[]): GeometryWarning[] {
  const warnings: GeometryWarning[] = []
  const unsupported = instances.find(({ header }) => header.pixel !== null && transferSyntax(header.transferSyntaxUid) === null)
  if (unsupported !== undefined) warnings.push({ code: 'unsupported-transfer-syntax', text: `The images are coded in ${unsupported.header.transferSyntaxUid}, which this version can't decode.` })
  if (instances.some(({ header }) => header.isLossy && header.pixel !== null)) warnings.push({ code: 'lossy', text: 'The images were compressed with loss; small details and values may be changed.' })
  return warnings
}

/** Honest about what can't be drawn, and why. */
export function whyNotViewable({ header }: StoredInstance): string | null {
  const { pixel } = header
  const document = documentName(header.sopClassUid)
  if (pixel === null) return document === null ? 'There are no pixels to show.' : `This is ${document}; there is no image to show.`
  if (segmentations.has(header.sopClassUid) || pixel.bitsAllocated === 1) return 'This is a segmentation; it is not drawn on its own.'
  if (transferSyntax(header.transferSyntaxUid) === null) return `The images are coded in ${header.transferSyntaxUid}, which this version can't decode.`
  if (pixel.bitsAllocated > 16) return `Pixels of ${pixel.bitsAllocated} bits are not drawn by this version.`
  if (pixel.photometricInterpretation === 'PALETTE COLOR' && pixel.palette === null) return 'The colour table of these images is missing or damaged, so they are not drawn.'
  return null
}

/** The row of a series in the study's detail and in `vigil import --json`. */
export function summariseSeries(instances: readonly StoredInstance[]): StudySeries {
  const facts = readSeriesFacts(instances)
  const { stack } = facts.geometry
  const lead = leadOf(facts)
  const { header } = lead.instance
  const spacing = stack?.pixelSpacingMm ?? lead.facts.pixelSpacingMm
  return {
    seriesUid: SeriesUid.parse(header.seriesUid), modality: header.series.modality, description: header.series.description, instances: instances.length,
    rows: header.pixel?.rows ?? null, columns: header.pixel?.columns ?? null, transferSyntaxUid: header.transferSyntaxUid,
    pixelSpacingMm: spacing === null ? null : [spacing[0], spacing[1]],
    sliceSpacingMm: rounded(stack?.sliceSpacingMm ?? null), gantryTiltDeg: tiltOf(facts), warnings: codesOf(facts),
    seriesNumber: header.series.number, bodyPart: header.series.bodyPart, frames: facts.frames.length, frameOfReferenceUid: header.series.frameOfReferenceUid,
    isViewable: facts.notViewableReason === null, notViewableReason: facts.notViewableReason,
    geometryNote: facts.warnings.length === 0 ? null : facts.warnings.map(({ text }) => text).join(' '),
    orientation: orientationOf(lead.facts.orientation), isLocalizer: header.series.imageType.includes('LOCALIZER')
  }
}

/** By the axis that the normal is nearest to; the cosine of 37 degrees keeps angled brains and spines with their plane. */
export function orientationOf(cosines: readonly number[] | null): SliceOrientation | null {
  if (cosines?.length !== 6) return null
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0] = cosines
  const normal = { sagittal: ay * bz - az * by, coronal: az * bx - ax * bz, axial: ax * by - ay * bx }
  const length = Math.hypot(normal.sagittal, normal.coronal, normal.axial)
  const near = (component: number) => length > 0 && Math.abs(component) >= 0.8 * length
  return near(normal.axial) ? 'axial' : near(normal.sagittal) ? 'sagittal' : near(normal.coronal) ? 'coronal' : 'other'
}

/** Rounded where it is shown, never where it is computed with. */
const rounded = (value: number | null) => value === null ? null : Number(value.toFixed(4))
const tiltOf = (facts: SeriesFacts) => Number((facts.geometry.stack?.gantryTiltDeg ?? 0).toFixed(3))
const codesOf = (facts: SeriesFacts): SeriesWarning[] => [...new Set(facts.warnings.map(({ code }) => code))]

/** The frame that stands for the series: the first in geometric order. */
function leadOf({ frames, geometry }: SeriesFacts): PlacedFrame {
  const lead = frames[geometry.order[0] ?? 0]
  if (lead === undefined) throw new Error('A series without instances can not be described.')
  return lead
}

/** Everything the viewer needs. Frames come in geometric order; series without positions in the order of their instance numbers. */
export function describeSeries(instances: readonly StoredInstance[]): SeriesDescription {
  const facts = readSeriesFacts(instances)
  const { geometry, frames } = facts
  const { stack } = geometry
  const lead = leadOf(facts)
  const { header } = lead.instance
  const extras = describeExtras(facts, lead)
  const common = { pixel: header.pixel ?? noPixel(header.sopClassUid, header.transferSyntaxUid), orientation: lead.facts.orientation, spacing: lead.facts.pixelSpacingMm, basis: basisOf(lead), isOther: differsFrom(header.pixel) }
  return {
    seriesUid: SeriesUid.parse(header.seriesUid), studyUid: StudyUid.parse(header.studyUid), modality: header.series.modality,
    description: header.series.description, imageType: header.series.imageType, seriesNumber: header.series.number,
    patient: { name: header.patient.name, id: header.patient.id, birthDate: header.patient.birthDate, sex: header.patient.sex, age: header.patient.age },
    studyDate: header.study.date, studyDescription: header.study.description, frameOfReferenceUid: header.series.frameOfReferenceUid,
    orientation: common.orientation === null ? null : [...common.orientation], pixelSpacingMm: common.spacing, spacingBasis: common.basis,
    sliceSpacingMm: stack?.sliceSpacingMm ?? null, sliceThicknessMm: facts.sliceThicknessMm, gantryTiltDeg: tiltOf(facts),
    isVolume: facts.notVolumeReason === null, notVolumeReason: facts.notVolumeReason,
    warnings: codesOf(facts), warningTexts: [...facts.warnings.map(({ text }) => text), ...extras.notes],
    technique: header.technique, pixel: common.pixel, frameTimeMs: header.frameTimeMs, ...extras.series,
    frames: header.pixel === null ? [] : geometry.order.flatMap((index) => {
      const frame = frames[index]
      return frame === undefined ? [] : [{ ...describeFrame(frame, geometry, common), ...extras.ofFrame(frame) }]
    })
  }
}

type Common = Readonly<{ pixel: PixelDescription, isOther: (pixel: PixelDescription) => boolean, orientation: readonly number[] | null, spacing: readonly [number, number] | null, basis: SpacingBasis }>

/** Compared once for each instance: tables make descriptions long, and frames many. */
function differsFrom(common: PixelDescription | null): (pixel: PixelDescription) => boolean {
  const text = JSON.stringify(common)
  const known = new Map<PixelDescription, boolean>()
  return (pixel) => {
    const answer = known.get(pixel) ?? (pixel !== common && JSON.stringify(pixel) !== text)
    known.set(pixel, answer)
    return answer
  }
}

const basisOf = ({ instance, facts }: PlacedFrame): SpacingBasis => facts.pixelSpacingMm === null ? 'none' : instance.header.spacingBasis

/** Of PS3.3 C.11.1.1.2: values whose unit is not known. A CT of such values has no Hounsfield units. */
const unspecified = 'US'

/** How stored values become those that are shown, and what they are called. Where the header's numbers can't be read, stored values are shown as they are. */
function rescaleOf({ instance: { header }, facts }: PlacedFrame): Pick<FrameDescription, 'rescaleSlope' | 'rescaleIntercept' | 'rescaleType'> {
  const { rescaleSlope, rescaleIntercept, rescaleType, isUnscaled } = facts
  if (rescaleSlope === null || rescaleIntercept === null) return { rescaleSlope: 1, rescaleIntercept: 0, rescaleType: header.pixel?.modalityLut?.type ?? unspecified }
  return { rescaleSlope, rescaleIntercept, rescaleType: rescaleType || unitOf(header) || (isUnscaled === true ? unspecified : '') }
}

function describeFrame(frame: PlacedFrame, { stack }: SeriesGeometry, common: Common): FrameDescription {
  const { instance, frameNumber, facts } = frame
  const { header } = instance
  const position = facts.positionMm
  const [x, y, z] = stack?.normal ?? [0, 0, 1]
  const { orientation, pixelSpacingMm } = facts
  return {
    sopInstanceUid: SopInstanceUid.parse(header.sopInstanceUid), frameNumber, instanceNumber: header.instanceNumber, positionMm: position,
    alongNormalMm: position === null || stack === null ? null : position[0] * x + position[1] * y + position[2] * z,
    ...rescaleOf(frame), windowCenters: facts.windowCenters, windowWidths: facts.windowWidths, bytes: frameBytes(instance, frameNumber),
    ...(header.pixel !== null && common.isOther(header.pixel) ? { pixel: header.pixel } : {}),
    ...(orientation !== null && orientation.join() !== common.orientation?.join() ? { orientation: [...orientation] } : {}),
    ...(pixelSpacingMm !== null && pixelSpacingMm.join() !== common.spacing?.join() ? { pixelSpacingMm } : {}),
    ...(basisOf(frame) === common.basis ? {} : { spacingBasis: basisOf(frame) }),
    ...(header.spacingFacts === undefined ? {} : { spacingFacts: header.spacingFacts })
  }
}

function frameBytes({ header: { layout } }: StoredInstance, frameNumber: number): number {
  if (layout === null) return 0
  if (layout.kind === 'native') return Math.ceil(layout.bitsPerFrame / 8)
  return (layout.frames[frameNumber - 1] ?? []).reduce((sum, [, length]) => sum + length, 0)
}

function noPixel(sopClassUid: string, transferSyntaxUid: string): PixelDescription {
  return {
    sopClassUid, transferSyntaxUid, rows: 0, columns: 0, samplesPerPixel: 1, photometricInterpretation: '', planarConfiguration: 0, bitsAllocated: 16, bitsStored: 16,
    highBit: 15, pixelRepresentation: 0, pixelPaddingValue: null, voiLutFunction: 'LINEAR', smallestPixelValue: null, largestPixelValue: null, palette: null
  }
}
