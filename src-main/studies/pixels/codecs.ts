import dcmjsCodecs from 'dcmjs-codecs'
import { AppError } from '../../../src-shared/errors.ts'
import type { PixelDescription } from '../../../src-shared/studies.ts'
import { transferSyntax, type Codec } from '../dicom/transfer-syntaxes.ts'
import { shortestSegment, streamSize } from './stream-size.ts'

const { Context, NativeCodecs, log } = dcmjsCodecs

/** Decoded cells and what the code stream says of them where it differs from the header. */
export type Decoded = Readonly<{ cells: Uint8Array, pixelRepresentation: number, photometricInterpretation: string }>

/** Rows and columns come from the header; what they ask for is reserved before the code stream shows whether it is true. */
const maxFrameBytes = 512 * 1024 * 1024

/** Compiles the codecs (60 ms, once a thread). */
export async function prepareCodecs(): Promise<void> {
  // Their failures come back as exceptions; the console is not theirs.
  log.setLevel('silent')
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync()
}

/**
 * Decodes one encapsulated frame into cells: little endian, Bits Allocated wide, samples interleaved, no colour conversion. Call
 * `prepareCodecs` first. Throws AppError 'cannot-decode' for damaged streams and 'unsupported' for unknown transfer syntaxes.
 */
export function decodeEncapsulated(encoded: Uint8Array, pixel: PixelDescription): Decoded {
  const syntax = transferSyntax(pixel.transferSyntaxUid)
  if (syntax === null) throw new AppError('unsupported', `The images are coded in ${pixel.transferSyntaxUid}, which this version can't decode.`)
  if (syntax.codec === 'none') return { cells: encoded, pixelRepresentation: pixel.pixelRepresentation, photometricInterpretation: pixel.photometricInterpretation }
  if (pixel.bitsAllocated === 1 && syntax.codec === 'rle') throw new AppError('unsupported', 'Single-bit images in RLE are not decoded by this version.')
  const wanted = pixel.rows * pixel.columns * pixel.samplesPerPixel * Math.max(8, pixel.bitsAllocated) / 8
  if (wanted > maxFrameBytes) throw new AppError('too-large', `A frame of ${pixel.columns} × ${pixel.rows} pixels is too large to be decoded here.`)
  const own = streamSize(encoded, syntax.codec)
  if (own !== null && (own.rows !== pixel.rows || own.columns !== pixel.columns)) {
    throw new AppError('cannot-decode', `The compressed image has ${own.columns} × ${own.rows} pixels, but its header says ${pixel.columns} × ${pixel.rows}. It is not shown, since it would be drawn out of place.`)
  }
  if (syntax.codec === 'rle' && shortestSegment(encoded) < pixel.rows * pixel.columns) throw tooShort(syntax.name)
  const context = new Context({
    width: pixel.columns, height: pixel.rows, bitsAllocated: pixel.bitsAllocated, bitsStored: pixel.bitsStored, samplesPerPixel: pixel.samplesPerPixel,
    pixelRepresentation: pixel.pixelRepresentation, planarConfiguration: pixel.planarConfiguration, photometricInterpretation: pixel.photometricInterpretation,
    encodedBuffer: encoded
  })
  const cells = run(syntax.codec, context, syntax.name)
  if (cells.length < wanted) throw tooShort(syntax.name)
  return {
    cells: cells.length === wanted ? cells : cells.subarray(0, wanted),
    pixelRepresentation: signOf(encoded, syntax.codec) ?? pixel.pixelRepresentation,
    photometricInterpretation: syntax.codec === 'jpeg-2000' || syntax.codec === 'htj2k' ? withoutTransform(pixel.photometricInterpretation) : pixel.photometricInterpretation
  }
}

const tooShort = (name: string) => new AppError('cannot-decode', `The compressed image (${name}) is damaged: it decodes to less than its size.`)

function run(codec: Exclude<Codec, 'none'>, context: InstanceType<typeof Context>, name: string): Uint8Array {
  try {
    const decoded = decoders[codec](context).getDecodedBuffer()
    if (decoded === undefined) throw new Error('no output')
    return decoded
  } catch (cause) {
    // A trap in the middle of a decoder may leave its memory in any state; the next `prepareCodecs` makes a fresh one.
    NativeCodecs.release()
    throw new AppError('cannot-decode', `The compressed image (${name}) is damaged and can't be decoded.`, { cause })
  }
}

type Decode = (context: InstanceType<typeof Context>) => InstanceType<typeof Context>
const decoders: Readonly<Record<Exclude<Codec, 'none'>, Decode>> = {
  rle: (context) => NativeCodecs.decodeRle(context),
  jpeg: (context) => NativeCodecs.decodeJpeg(context, { convertColorspaceToRgb: false }),
  'jpeg-ls': (context) => NativeCodecs.decodeJpegLs(context),
  'jpeg-2000': (context) => NativeCodecs.decodeJpeg2000(context),
  htj2k: (context) => NativeCodecs.decodeHtJpeg2000(context),
  'jpeg-xl': (context) => NativeCodecs.decodeJpegXl(context)
}

/** The transforms of JPEG 2000 are undone by its decoder, so what comes out is RGB (PS3.5 8.2.4). */
const withoutTransform = (photometric: string) => photometric === 'YBR_RCT' || photometric === 'YBR_ICT' ? 'RGB' : photometric

/** Sign of the first component of a JPEG 2000 code stream (ISO 15444-1 A.5.1): where it contradicts the header, the stream is right. */
function signOf(encoded: Uint8Array, codec: Codec): number | null {
  if (codec !== 'jpeg-2000' && codec !== 'htj2k') return null
  const start = encoded[0] === 0xff ? 0 : Buffer.from(encoded.buffer, encoded.byteOffset, Math.min(encoded.length, 4096)).indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]))
  const depth = start < 0 ? undefined : encoded[start + 42]
  return depth === undefined ? null : depth >> 7
}
