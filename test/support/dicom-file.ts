/** Builders of small DICOM files for tests: they say only what matters, and they can be wrong on purpose. */
export type Attribute = readonly [tag: number, vr: string, value: string | number | readonly number[] | Uint8Array | readonly (readonly Attribute[])[]]
export type FileOptions = Readonly<{
  transferSyntaxUid?: string, isExplicit?: boolean, isLittleEndian?: boolean
  /** false: a bare data set without preamble and file meta information. */
  hasMeta?: boolean
}>

const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'UC', 'UN', 'UR', 'UT'])
const widths: Readonly<Record<string, number>> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, AT: 4 }

/** A Part 10 file of these attributes, which are written in the order of their tags. */
export function aDicomFile(attributes: readonly Attribute[], { transferSyntaxUid = '1.2.840.10008.1.2.1', isExplicit = true, isLittleEndian = true, hasMeta = true }: FileOptions = {}): Buffer {
  const dataSet = writeDataSet(attributes, { isExplicit, isLittleEndian })
  if (!hasMeta) return dataSet
  const sop = attributes.find(([tag]) => tag === 0x00080018)?.[2]
  const meta = writeDataSet([
    [0x00020001, 'OB', Uint8Array.of(0, 1)], [0x00020002, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00020003, 'UI', typeof sop === 'string' ? sop : ''], [0x00020010, 'UI', transferSyntaxUid]
  ], { isExplicit: true, isLittleEndian: true })
  const group = writeDataSet([[0x00020000, 'UL', meta.length]], { isExplicit: true, isLittleEndian: true })
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), group, meta, dataSet])
}

type Encoding = Readonly<{ isExplicit: boolean, isLittleEndian: boolean }>

export function writeDataSet(attributes: readonly Attribute[], encoding: Encoding): Buffer {
  const parts = [...new Map(attributes.map((attribute) => [attribute[0], attribute])).values()].toSorted((a, b) => a[0] - b[0])
  return Buffer.concat(parts.map((attribute) => writeElement(attribute, encoding)))
}

function writeElement([tag, vr, value]: Attribute, encoding: Encoding): Buffer {
  const body = bodyOf(vr, value, encoding)
  const { isExplicit, isLittleEndian } = encoding
  const head = Buffer.alloc(isExplicit && longVrs.has(vr) ? 12 : 8)
  const u16 = (number: number, at: number) => { if (isLittleEndian) head.writeUInt16LE(number, at); else head.writeUInt16BE(number, at) }
  const u32 = (number: number, at: number) => { if (isLittleEndian) head.writeUInt32LE(number, at); else head.writeUInt32BE(number, at) }
  u16(tag >>> 16, 0)
  u16(tag & 0xffff, 2)
  if (!isExplicit) u32(body.length, 4)
  else {
    head.write(vr, 4, 'latin1')
    if (longVrs.has(vr)) u32(body.length, 8)
    else u16(body.length, 6)
  }
  return Buffer.concat([head, body])
}

function bodyOf(vr: string, value: Attribute[2], encoding: Encoding): Buffer {
  if (typeof value === 'string') return padded(Buffer.from(value, 'utf8'), vr === 'UI' ? 0 : 0x20)
  if (value instanceof Uint8Array) return padded(Buffer.from(value), 0)
  const list = typeof value === 'number' ? [value] : value
  if (vr === 'SQ') return Buffer.concat((list as readonly (readonly Attribute[])[]).map((attributes) => itemOf(writeDataSet(attributes, encoding), encoding)))
  return Buffer.concat((list as readonly number[]).map((number) => numberOf(vr, number, encoding)))
}

function itemOf(content: Buffer, { isLittleEndian }: Encoding): Buffer {
  const head = Buffer.alloc(8)
  for (const [at, word] of [0xfffe, 0xe000].entries()) {
    if (isLittleEndian) head.writeUInt16LE(word, at * 2)
    else head.writeUInt16BE(word, at * 2)
  }
  if (isLittleEndian) head.writeUInt32LE(content.length, 4)
  else head.writeUInt32BE(content.length, 4)
  return Buffer.concat([head, content])
}

function numberOf(vr: string, number: number, { isLittleEndian }: Encoding): Buffer {
  const bytes = Buffer.alloc(widths[vr] ?? 2)
  if (vr === 'FD') bytes.writeDoubleLE(number)
  else if (vr === 'FL') bytes.writeFloatLE(number)
  else if (vr === 'SL') bytes.writeInt32LE(number)
  else if (vr === 'AT') bytes.writeUInt32LE((number >>> 16) | (number & 0xffff) << 16)
  else bytes.writeUIntLE(number < 0 ? number + 0x10000 : number, 0, bytes.length)
  return isLittleEndian ? bytes : bytes.reverse()
}

const padded = (bytes: Buffer, padding: number) => bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(padding)])

/** Encapsulated pixel data with undefined length: an offset table, the fragments, the delimiter. */
export function encapsulated(fragments: readonly Uint8Array[], { offsetTable = [], hasDelimiter = true }: { offsetTable?: readonly number[], hasDelimiter?: boolean } = {}): Buffer {
  const head = Buffer.from([0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff])
  const table = Buffer.alloc(offsetTable.length * 4)
  for (const [index, offset] of offsetTable.entries()) table.writeUInt32LE(offset, index * 4)
  const items = [table, ...fragments.map((fragment) => Buffer.from(fragment))].map((content) => itemOf(content, { isExplicit: true, isLittleEndian: true }))
  return Buffer.concat([head, ...items, hasDelimiter ? Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]) : Buffer.alloc(0)])
}

export type SliceOptions = Readonly<{
  study?: string, series?: string, instance?: string, number?: number, positionMm?: readonly [number, number, number] | null, orientation?: readonly number[]
  name?: string, patientId?: string, modality?: string, rows?: number, columns?: number, fill?: number, more?: readonly Attribute[]
}>

let counter = 0
/** UIDs that no other builder call gave out. */
export const aUid = (): string => `1.2.826.0.1.3680043.10.9999.${process.pid}.${++counter}`

/** Attributes of a small CT slice: 4 × 4 pixels of 16 bits, slope 1, intercept −1024. Later attributes win. */
export function aSlice(options: SliceOptions = {}): Attribute[] {
  const { rows = 4, columns = 4, fill = 1024, number = 1, positionMm = [0, 0, number], orientation = [1, 0, 0, 0, 1, 0] } = options
  const pixels = Buffer.alloc(rows * columns * 2)
  for (let at = 0; at < pixels.length; at += 2) pixels.writeUInt16LE(fill, at)
  return [
    [0x00080005, 'CS', 'ISO_IR 192'], [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'], [0x00080018, 'UI', options.instance ?? aUid()],
    [0x00080020, 'DA', '20260102'], [0x00080030, 'TM', '101112'], [0x00080050, 'SH', 'ACC-1'], [0x00080060, 'CS', options.modality ?? 'CT'],
    [0x00081030, 'LO', 'Abdomen'], [0x0008103e, 'LO', 'Axial'], [0x00100010, 'PN', options.name ?? 'Doe^Jane'], [0x00100020, 'LO', options.patientId ?? 'P-1'],
    [0x00100030, 'DA', '19700203'], [0x00100040, 'CS', 'F'], [0x00180050, 'DS', '1'],
    [0x0020000d, 'UI', options.study ?? '1.2.3'], [0x0020000e, 'UI', options.series ?? '1.2.3.4'], [0x00200011, 'IS', '2'], [0x00200013, 'IS', String(number)],
    ...(positionMm === null ? [] : [[0x00200032, 'DS', positionMm.join('\\')], [0x00200037, 'DS', orientation.join('\\')]] satisfies Attribute[]),
    [0x00200052, 'UI', '1.2.3.9'], [0x00280002, 'US', 1], [0x00280004, 'CS', 'MONOCHROME2'], [0x00280010, 'US', rows], [0x00280011, 'US', columns],
    [0x00280030, 'DS', '0.5\\0.5'], [0x00280100, 'US', 16], [0x00280101, 'US', 16], [0x00280102, 'US', 15], [0x00280103, 'US', 0],
    [0x00281050, 'DS', '40'], [0x00281051, 'DS', '400'], [0x00281052, 'DS', '-1024'], [0x00281053, 'DS', '1'], [0x7fe00010, 'OW', pixels],
    ...options.more ?? []
  ]
}
