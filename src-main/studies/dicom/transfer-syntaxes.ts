/** `none`: pixels lie in the file as they are. */
export type Codec = 'none' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k' | 'jpeg-xl'
export type TransferSyntax = Readonly<{
  uid: string, name: string, codec: Codec, isExplicit: boolean, isLittleEndian: boolean, isDeflated: boolean, isEncapsulated: boolean, isLossy: boolean
}>

export const implicitLittle = '1.2.840.10008.1.2'
export const explicitLittle = '1.2.840.10008.1.2.1'
export const explicitBig = '1.2.840.10008.1.2.2'

const encoded = (suffix: string, name: string, codec: Codec, isLossy: boolean): TransferSyntax =>
  ({ uid: `1.2.840.10008.1.2.${suffix}`, name, codec, isExplicit: true, isLittleEndian: true, isDeflated: false, isEncapsulated: true, isLossy })
const native = (uid: string, name: string, facts: Partial<TransferSyntax> = {}): TransferSyntax =>
  ({ uid, name, codec: 'none', isExplicit: true, isLittleEndian: true, isDeflated: false, isEncapsulated: false, isLossy: false, ...facts })

const known: readonly TransferSyntax[] = [
  native(implicitLittle, 'Implicit VR Little Endian', { isExplicit: false }),
  native(explicitLittle, 'Explicit VR Little Endian'),
  native('1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', { isDeflated: true }),
  native(explicitBig, 'Explicit VR Big Endian', { isLittleEndian: false }),
  { ...native('1.2.840.10008.1.2.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian'), isEncapsulated: true },
  encoded('5', 'RLE Lossless', 'rle', false),
  encoded('4.50', 'JPEG Baseline', 'jpeg', true),
  encoded('4.51', 'JPEG Extended', 'jpeg', true),
  encoded('4.57', 'JPEG Lossless', 'jpeg', false),
  encoded('4.70', 'JPEG Lossless, Selection Value 1', 'jpeg', false),
  encoded('4.80', 'JPEG-LS Lossless', 'jpeg-ls', false),
  encoded('4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls', true),
  encoded('4.90', 'JPEG 2000 Lossless', 'jpeg-2000', false),
  encoded('4.91', 'JPEG 2000', 'jpeg-2000', true),
  encoded('4.110', 'JPEG XL Lossless', 'jpeg-xl', false),
  encoded('4.112', 'JPEG XL', 'jpeg-xl', true),
  encoded('4.201', 'High-Throughput JPEG 2000 Lossless', 'htj2k', false),
  encoded('4.202', 'High-Throughput JPEG 2000 Lossless, RPCL', 'htj2k', false),
  encoded('4.203', 'High-Throughput JPEG 2000', 'htj2k', true)
]
const byUid = new Map(known.map((syntax) => [syntax.uid, syntax]))

/** Null for one that this version knows nothing about: video, JPIP, retired JPEG processes, private ones. */
export function transferSyntax(uid: string): TransferSyntax | null {
  return byUid.get(uid) ?? null
}
