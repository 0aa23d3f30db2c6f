import { frameOrder } from '../../src-shared/frame-pack-query.ts'
import { SeriesUid, SopInstanceUid, StudyUid } from '../../src-shared/ids.ts'
import type { FrameDescription, PixelDescription, SeriesDescription } from '../../src-shared/studies.ts'
import type { FrameRequest } from './frames/frame-decoder.ts'

const pixel: PixelDescription = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxUid: '1.2.840.10008.1.2.1', rows: 4, columns: 6, samplesPerPixel: 1, photometricInterpretation: 'MONOCHROME2',
  planarConfiguration: 0, bitsAllocated: 16, bitsStored: 16, highBit: 15, pixelRepresentation: 1, pixelPaddingValue: null, voiLutFunction: 'LINEAR',
  smallestPixelValue: null, largestPixelValue: null, palette: null
}

/** For tests: pixels like those of a plain CT, with what matters changed. */
export function aPixel(changes: Partial<PixelDescription> = {}): PixelDescription {
  return { ...pixel, ...changes }
}

/** For tests: frame `index` of an axial stack, 5 mm apart from z = 100 upwards. */
export function aFrame(index: number, changes: Partial<FrameDescription> = {}): FrameDescription {
  return {
    sopInstanceUid: SopInstanceUid.parse(`1.2.3.${index + 1}`), frameNumber: 1, instanceNumber: 40 - index, positionMm: [-10, -20, 100 + index * 5], alongNormalMm: 100 + index * 5,
    rescaleSlope: 1, rescaleIntercept: -1024, rescaleType: 'HU', windowCenters: [40], windowWidths: [400], bytes: 48, ...changes
  }
}

/** For tests: what the edge would send for a request, in its order. */
export function framesAsked({ first, limit, most, have }: FrameRequest, count: number): readonly number[] {
  const known = new Set(have)
  return frameOrder(first, count, limit).filter((index) => !known.has(index)).slice(0, most)
}

/** For tests: an axial CT of four slices of 6 × 4 pixels, 0.5 mm from column to column and 2 mm from row to row. */
export function aSeries(changes: Partial<SeriesDescription> = {}): SeriesDescription {
  return {
    seriesUid: SeriesUid.parse('1.2.3'), studyUid: StudyUid.parse('1.2'), modality: 'CT', description: 'Abdomen', seriesNumber: 2,
    patient: { name: 'Test^Ada', id: '1', birthDate: null, sex: 'F', age: '' }, studyDate: null, studyDescription: '', frameOfReferenceUid: '1.9',
    orientation: [1, 0, 0, 0, 1, 0], pixelSpacingMm: [2, 0.5], spacingBasis: 'body', sliceSpacingMm: 5, sliceThicknessMm: 5, gantryTiltDeg: 0,
    isVolume: true, notVolumeReason: null, warnings: [], warningTexts: [],
    imageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    technique: { kvp: 120, mas: 100, kernel: 'B', contrastAgent: '', manufacturer: '', model: '', patientPosition: 'HFS' },
    pixel, frameTimeMs: null, frames: [0, 1, 2, 3].map((index) => aFrame(index)), ...changes
  }
}
