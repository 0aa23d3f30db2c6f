import { aDicomFile, aUid, encapsulated, type Attribute } from './dicom-file.ts'

/** Builders of DICOM objects that are no images, for tests. */
export const image = '1.2.826.0.1.3680043.10.9999.1'
const ctImage = '1.2.840.10008.5.1.4.1.1.2'

const common = (sopClassUid: string, modality: string): Attribute[] => [
  [0x00080005, 'CS', 'ISO_IR 192'], [0x00080016, 'UI', sopClassUid], [0x00080018, 'UI', aUid()], [0x00080060, 'CS', modality], [0x00100010, 'PN', 'Doe^Jane'], [0x00100020, 'LO', 'P-1'],
  [0x0020000d, 'UI', '1.2.3'], [0x0020000e, 'UI', aUid()], [0x00200011, 'IS', '90'], [0x00200013, 'IS', '1']
]

/** A coded entry: [value, scheme, meaning]. */
export const code = (value: string, scheme: string, meaning: string): Attribute[] => [[0x00080100, 'SH', value], [0x00080102, 'SH', scheme], [0x00080104, 'LO', meaning]]

export function reference(sopInstanceUid: string, frames: readonly number[] = []): Attribute[] {
  return [[0x00081150, 'UI', ctImage], [0x00081155, 'UI', sopInstanceUid], ...(frames.length === 0 ? [] : [[0x00081160, 'IS', frames.join('\\')] satisfies Attribute])]
}

/** One content item of a structured report. */
export function item(relationship: string, valueType: string, more: readonly Attribute[], children: readonly (readonly Attribute[])[] = []): Attribute[] {
  return [[0x0040a010, 'CS', relationship], [0x0040a040, 'CS', valueType], ...more, ...(children.length === 0 ? [] : [[0x0040a730, 'SQ', children] satisfies Attribute])]
}

export const named = (value: string, scheme: string, meaning: string): Attribute => [0x0040a043, 'SQ', [code(value, scheme, meaning)]]

export function aReport(children: readonly (readonly Attribute[])[], { sopClassUid = '1.2.840.10008.5.1.4.1.1.88.33', title = named('126000', 'DCM', 'Imaging Measurement Report') }: { sopClassUid?: string, title?: Attribute } = {}): Buffer {
  return aDicomFile([...common(sopClassUid, sopClassUid.endsWith('59') ? 'KO' : 'SR'), [0x0040a040, 'CS', 'CONTAINER'], [0x0040a491, 'CS', 'COMPLETE'], [0x0040a493, 'CS', 'VERIFIED'], title, [0x0040a730, 'SQ', children]])
}

export function aPresentation(more: readonly Attribute[]): Buffer {
  return aDicomFile([
    ...common('1.2.840.10008.5.1.4.1.1.11.1', 'PR'), [0x00700080, 'CS', 'WINDOWED'], [0x00700081, 'LO', 'As read'],
    [0x00081115, 'SQ', [[[0x0020000e, 'UI', '1.2.3.4'], [0x00081140, 'SQ', [reference(image)]]]]], ...more
  ])
}

export function aDocument(bytes: Uint8Array, { mediaType = 'application/pdf', length = bytes.length }: { mediaType?: string, length?: number } = {}): Buffer {
  return aDicomFile([...common('1.2.840.10008.5.1.4.1.1.104.1', 'DOC'), [0x00420010, 'ST', 'Letter'], [0x00420011, 'OB', bytes], [0x00420012, 'LO', mediaType], [0x00420015, 'UL', length]])
}

/** Contours as the texts of their points; each becomes a structure of its own. */
export function aStructureSet(contours: readonly string[], type = 'CLOSED_PLANAR'): Buffer {
  return aDicomFile([
    ...common('1.2.840.10008.5.1.4.1.1.481.3', 'RTSTRUCT'), [0x30060002, 'SH', 'Plan'],
    [0x30060020, 'SQ', contours.map((_, index): Attribute[] => [[0x30060022, 'IS', String(index + 1)], [0x30060024, 'UI', '1.2.3.9'], [0x30060026, 'LO', `Röhre ${index + 1}`]])],
    [0x30060039, 'SQ', contours.map((points, index): Attribute[] => [
      [0x3006002a, 'IS', '10\\20\\300'], [0x30060040, 'SQ', [[[0x30060042, 'CS', type], [0x30060046, 'IS', '3'], [0x30060050, 'DS', points]]]], [0x30060084, 'IS', String(index + 1)]
    ])]
  ], { transferSyntaxUid: '1.2.840.10008.1.2', isExplicit: false })
}

/** Frames of 4 × 2 pixels of one bit each, all of segment 1: native, as the bytes that hold them, or compressed, as a fragment each. */
export function aSegmentation(pixels: Uint8Array | readonly Uint8Array[], { frames = 1, transferSyntaxUid = '1.2.840.10008.1.2.1' }: { frames?: number, transferSyntaxUid?: string } = {}): Buffer {
  const isNative = pixels instanceof Uint8Array
  const header = aDicomFile([
    ...common('1.2.840.10008.5.1.4.1.1.66.4', 'SEG'), [0x00200052, 'UI', '1.2.3.9'], [0x00280002, 'US', 1], [0x00280004, 'CS', 'MONOCHROME2'], [0x00280008, 'IS', String(frames)],
    [0x00280010, 'US', 2], [0x00280011, 'US', 4], [0x00280100, 'US', 1], [0x00280101, 'US', 1], [0x00280102, 'US', 0], [0x00280103, 'US', 0], [0x00620001, 'CS', 'BINARY'],
    [0x00620002, 'SQ', [[[0x00620004, 'US', 1], [0x00620005, 'LO', 'Stone'], [0x00620008, 'CS', 'AUTOMATIC'], [0x0062000d, 'US', [65535, 32896, 32896]]]]],
    ...(isNative ? [[0x7fe00010, 'OB', pixels] satisfies Attribute] : [])
  ], { transferSyntaxUid })
  return isNative ? header : Buffer.concat([header, encapsulated(pixels)])
}
