/** One element of a data set: tag, value representation, value. Numbers and texts are written as their VR says. */
export type DicomElement = readonly [tag: number, vr: TextVr | 'US' | 'UL' | 'OB' | 'OW', value: string | readonly number[] | Uint8Array]
type TextVr = 'AE' | 'AS' | 'CS' | 'DA' | 'DS' | 'IS' | 'LO' | 'PN' | 'SH' | 'TM' | 'UI'

const explicitLittleEndian = '1.2.840.10008.1.2.1'

/**
 * A DICOM Part 10 file (PS3.10 7.1) in Explicit VR Little Endian: preamble, file meta information, data set.
 * Elements are sorted by tag here, so callers list them by module.
 */
export function writeDicom(file: { sopClassUid: string, sopInstanceUid: string, elements: readonly DicomElement[] }): Uint8Array {
  const meta = Buffer.concat(([
    [0x00020001, 'OB', Uint8Array.of(0, 1)],
    [0x00020002, 'UI', file.sopClassUid],
    [0x00020003, 'UI', file.sopInstanceUid],
    [0x00020010, 'UI', explicitLittleEndian],
    [0x00020012, 'UI', '2.25.302043790172249692526321623266752743501'],
    [0x00020013, 'SH', 'VIGIL_PHANTOM']
  ] satisfies DicomElement[]).map(encodeElement))
  const groupLength = encodeElement([0x00020000, 'UL', [meta.length]])
  const body = file.elements.toSorted((a, b) => a[0] - b[0]).map(encodeElement)
  return Buffer.concat([new Uint8Array(128), Buffer.from('DICM', 'latin1'), groupLength, meta, ...body])
}

/** A decimal string of at most 16 characters (PS3.5 6.2, DS). */
export function decimal(value: number): string {
  const rounded = Math.round(value * 1e9) / 1e9
  const plain = String(Object.is(rounded, -0) ? 0 : rounded)
  if (plain.length <= 16 && !plain.includes('e')) return plain
  for (let digits = 9; digits >= 0; digits--) {
    const text = rounded.toFixed(digits)
    if (text.length <= 16) return text
  }
  return rounded.toPrecision(9)
}

/** Elements above tag 0x7fffffff would be negative as signed integers; none is written here. */
function encodeElement([tag, vr, value]: DicomElement): Uint8Array {
  const bytes = encodeValue(vr, value)
  const hasLongLength = vr === 'OB' || vr === 'OW'
  const header = Buffer.alloc(hasLongLength ? 12 : 8)
  header.writeUInt16LE(tag >>> 16, 0)
  header.writeUInt16LE(tag & 0xffff, 2)
  header.write(vr, 4, 'latin1')
  if (hasLongLength) header.writeUInt32LE(bytes.length, 8)
  else header.writeUInt16LE(bytes.length, 6)
  return Buffer.concat([header, bytes])
}

function encodeValue(vr: DicomElement[1], value: DicomElement[2]): Uint8Array {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'latin1')
    const padding = bytes.length % 2 === 0 ? '' : vr === 'UI' ? '\0' : ' '
    return Buffer.concat([bytes, Buffer.from(padding, 'latin1')])
  }
  if (value instanceof Uint8Array) return value.length % 2 === 0 ? value : Buffer.concat([value, Uint8Array.of(0)])
  const size = vr === 'UL' ? 4 : 2
  const bytes = Buffer.alloc(value.length * size)
  value.forEach((number, index) => (size === 4 ? bytes.writeUInt32LE(number, index * size) : bytes.writeUInt16LE(number, index * size)))
  return bytes
}
