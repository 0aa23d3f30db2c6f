import type { LookupTable, PixelDescription } from '../../../src-shared/studies.ts'
import { itemsOf, type DataSet } from './data-set.ts'
import { DicomFault } from './fault.ts'
import { readModalityLut, readTable, readVoiLuts } from './lookup-table.ts'
import { readSegmentedTable } from './segmented-palette.ts'
import { Tag } from './tags.ts'
import { asciiString, decimal, pixelValue, uint16 } from './values.ts'

/** How the pixels of an instance are to be read (PS3.3 C.7.6.3). Throws where rows, columns or bits make no picture. */
export function readPixelFacts(dataSet: DataSet, sopClassUid: string, transferSyntaxUid: string, characterSets: readonly string[]): PixelDescription {
  const rows = uint16(dataSet, Tag.rows) ?? 0
  const columns = uint16(dataSet, Tag.columns) ?? 0
  if (rows === 0 || columns === 0) throw new DicomFault('malformed', 'Rows or Columns are missing or zero, so there is no picture to show.')
  const bitsAllocated = uint16(dataSet, Tag.bitsAllocated) ?? 16
  const bitsStored = uint16(dataSet, Tag.bitsStored) ?? bitsAllocated
  const highBit = uint16(dataSet, Tag.highBit) ?? bitsStored - 1
  if (![1, 8, 16, 32, 64].includes(bitsAllocated)) throw new DicomFault('malformed', `Pixels of ${bitsAllocated} bits are not allowed by the standard and can't be read.`)
  if (bitsStored < 1 || bitsStored > bitsAllocated || highBit < bitsStored - 1 || highBit >= bitsAllocated) {
    throw new DicomFault('malformed', `The bits contradict each other: ${bitsStored} stored, high bit ${highBit}, ${bitsAllocated} allocated.`)
  }
  const pixelRepresentation = (uint16(dataSet, Tag.pixelRepresentation) ?? 0) & 1
  const isSigned = pixelRepresentation === 1
  return {
    sopClassUid, transferSyntaxUid, rows, columns, bitsAllocated, bitsStored, highBit, pixelRepresentation,
    samplesPerPixel: Math.max(1, uint16(dataSet, Tag.samplesPerPixel) ?? 1),
    photometricInterpretation: asciiString(dataSet, Tag.photometricInterpretation) || 'MONOCHROME2',
    planarConfiguration: (uint16(dataSet, Tag.planarConfiguration) ?? 0) & 1,
    pixelPaddingValue: pixelValue(dataSet, Tag.pixelPaddingValue, isSigned),
    voiLutFunction: readVoiFunction(dataSet),
    smallestPixelValue: pixelValue(dataSet, Tag.smallestPixelValue, isSigned), largestPixelValue: pixelValue(dataSet, Tag.largestPixelValue, isSigned),
    palette: readPalette(dataSet), ...readLooks(dataSet, isSigned, characterSets)
  }
}

/** Three tables widened to 16 bits, written out or in segments; null where they do not make a whole palette: the picture is then refused in words. */
function readPalette(dataSet: DataSet): PixelDescription['palette'] {
  const red = channel(dataSet, Tag.redPaletteDescriptor, Tag.redPalette, Tag.segmentedRedPalette)
  const green = channel(dataSet, Tag.greenPaletteDescriptor, Tag.greenPalette, Tag.segmentedGreenPalette)
  const blue = channel(dataSet, Tag.bluePaletteDescriptor, Tag.bluePalette, Tag.segmentedBluePalette)
  if (red === null || green === null || blue === null) return null
  return { descriptor: [red.descriptor, green.descriptor, blue.descriptor].map((one) => [...one]), red: red.data, green: green.data, blue: blue.data }
}

function channel(dataSet: DataSet, descriptor: number, data: number, segments: number): LookupTable | null {
  return readTable(dataSet, descriptor, data) ?? readSegmentedTable(dataSet, descriptor, segments)
}

/** Tables and shapes beyond window and slope; each is named only where there is one. */
function readLooks(dataSet: DataSet, isSigned: boolean, characterSets: readonly string[]): Partial<PixelDescription> {
  const limit = pixelValue(dataSet, Tag.pixelPaddingRangeLimit, isSigned)
  const modalityLut = readModalityLut(dataSet, isSigned)
  // What a Modality LUT puts out is never negative; a rescale may be, and the first value mapped with it.
  const isNegativeInput = modalityLut === null && (isSigned || (decimal(dataSet, Tag.rescaleIntercept) ?? 0) < 0)
  const voiLuts = voiSources(dataSet).map((source) => readVoiLuts(source, isNegativeInput, characterSets)).find((found) => found.length > 0) ?? []
  const isSupplemental = ['COLOR', 'MIXED'].includes(asciiString(dataSet, Tag.pixelPresentation)) && dataSet.elements.has(Tag.redPaletteDescriptor)
  return {
    ...(limit === null ? {} : { pixelPaddingRangeLimit: limit }),
    ...(asciiString(dataSet, Tag.presentationLutShape) === 'INVERSE' ? { isPresentationInverse: true } : {}),
    ...(modalityLut === null ? {} : { modalityLut }),
    ...(voiLuts.length === 0 ? {} : { voiLuts }),
    ...(isSupplemental ? { hasSupplementalPalette: true } : {})
  }
}

/** Where the display of an image stands: for an enhanced one in the functional groups of its first frame, which stand for all. */
function voiSources(dataSet: DataSet): readonly DataSet[] {
  const groups = [...itemsOf(dataSet, Tag.perFrameFunctionalGroups).slice(0, 1), ...itemsOf(dataSet, Tag.sharedFunctionalGroups).slice(0, 1)]
  return [...groups.flatMap((group) => itemsOf(group, Tag.frameVoiLutSequence)), dataSet]
}

/** LINEAR, LINEAR_EXACT or SIGMOID. */
function readVoiFunction(dataSet: DataSet): string {
  return voiSources(dataSet).map((source) => asciiString(source, Tag.voiLutFunction)).find((name) => name !== '') ?? 'LINEAR'
}
