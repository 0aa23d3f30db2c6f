import type { PixelDescription } from '../../../src-shared/studies.ts'
import type { DataSet } from './data-set.ts'
import { DicomFault } from './fault.ts'
import { Tag } from './tags.ts'
import { asciiString, pixelValue, uint16, valueBytes } from './values.ts'

/** How the pixels of an instance are to be read (PS3.3 C.7.6.3). Throws where rows, columns or bits make no picture. */
export function readPixelFacts(dataSet: DataSet, sopClassUid: string, transferSyntaxUid: string): PixelDescription {
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
    voiLutFunction: asciiString(dataSet, Tag.voiLutFunction) || 'LINEAR',
    smallestPixelValue: pixelValue(dataSet, Tag.smallestPixelValue, isSigned), largestPixelValue: pixelValue(dataSet, Tag.largestPixelValue, isSigned),
    palette: readPalette(dataSet)
  }
}

/** Three tables widened to 16 bits. Segmented tables (0028,1221…) are not read: the picture is then refused in words, not drawn wrong. */
function readPalette(dataSet: DataSet): PixelDescription['palette'] {
  const channels = [
    paletteChannel(dataSet, Tag.redPaletteDescriptor, Tag.redPalette),
    paletteChannel(dataSet, Tag.greenPaletteDescriptor, Tag.greenPalette),
    paletteChannel(dataSet, Tag.bluePaletteDescriptor, Tag.bluePalette)
  ]
  const [red, green, blue] = channels
  if (red === null || green === null || blue === null || red === undefined || green === undefined || blue === undefined) return null
  return { descriptor: [red.descriptor, green.descriptor, blue.descriptor], red: red.data, green: green.data, blue: blue.data }
}

function paletteChannel(dataSet: DataSet, descriptorTag: number, dataTag: number): { descriptor: number[], data: string } | null {
  const bytes = valueBytes(dataSet, dataTag)
  const stated = uint16(dataSet, descriptorTag, 0)
  if (bytes === null || stated === null) return null
  const entries = stated === 0 ? 65536 : stated
  const bits = uint16(dataSet, descriptorTag, 2) ?? 16
  const firstMapped = uint16(dataSet, descriptorTag, 1) ?? 0
  const isByteWide = bytes.length < entries * 2
  if (isByteWide && bytes.length < entries) return null
  const values = Buffer.alloc(entries * 2)
  for (let index = 0; index < entries; index++) {
    const value = isByteWide ? bytes.readUInt8(index) : readWord(dataSet, bytes, index)
    values.writeUInt16LE(value, index * 2)
  }
  return { descriptor: [entries, firstMapped, isByteWide ? 8 : bits], data: values.toString('base64') }
}

function readWord(dataSet: DataSet, bytes: Buffer, index: number): number {
  return dataSet.encoding.isLittleEndian ? bytes.readUInt16LE(index * 2) : bytes.readUInt16BE(index * 2)
}
