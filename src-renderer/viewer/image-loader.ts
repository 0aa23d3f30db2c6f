import { Enums, cache, getWebWorkerManager, imageLoader, metaData, utilities, type Types } from '@cornerstonejs/core'
import { init as startDecoders } from '@cornerstonejs/dicom-image-loader'
import type { SeriesDescription } from '../../src-shared/studies.ts'
import type { DecodedFrame, FrameDecoder } from './frame-decoder.ts'
import { frameMetadata, type KnownFrame } from './frame-metadata.ts'
import { imageIdOf, scheme } from './image-id.ts'
import { arrayFor, type PixelArrayName } from './pixel-type.ts'
import { planeOfFrame } from './plane.ts'

/** What ties one viewer to Cornerstone3D: which frames it knows, and how they are loaded. */
export interface FrameSource {
  /** Makes the frames of a series loadable; answers their image ids in geometric order. */
  add(series: SeriesDescription): readonly string[]
  remove(series: SeriesDescription): void
  /** Loads one frame into Cornerstone3D's cache. */
  load(imageId: string, signal: AbortSignal): Promise<void>
  dispose(): void
}

/** Registers the `vigil:` loader and metadata. Both are global to the page in Cornerstone3D, so one viewer lives at a time. */
export function createFrameSource(decode: FrameDecoder): FrameSource {
  const known = new Map<string, KnownFrame & Readonly<{ type: PixelArrayName }>>()
  const provider = (module: string, imageId: unknown) => {
    const found = typeof imageId === 'string' ? known.get(imageId) : undefined
    return found === undefined ? undefined : frameMetadata(module, found)
  }
  startWorkers()
  metaData.addProvider(provider, 10_000)
  const fetchImage = async (imageId: string, signal: AbortSignal) => {
    const found = known.get(imageId)
    if (found === undefined) throw new Error('This frame belongs to no open series.')
    return toImage(imageId, found, await decode(found.series, found.frame, found.type, signal))
  }
  imageLoader.registerImageLoader(scheme, (imageId: string) => {
    const abort = new AbortController()
    return { promise: fetchImage(imageId, abort.signal), cancelFn: () => { abort.abort() } }
  })
  return {
    async load(imageId, signal) {
      // Put in by hand: the library's own way leaves a second, unhandled rejection behind each frame that fails.
      const image = await fetchImage(imageId, signal)
      if (!signal.aborted && cache.getImageLoadObject(imageId) === undefined) cache.putImageSync(imageId, image)
    },
    add(series) {
      const type = seriesType(series)
      return series.frames.map((frame) => {
        const imageId = imageIdOf(series.seriesUid, frame)
        known.set(imageId, { series, frame, type })
        return imageId
      })
    },
    remove(series) {
      for (const frame of series.frames) known.delete(imageIdOf(series.seriesUid, frame))
    },
    dispose() {
      metaData.removeProvider(provider)
      known.clear()
    }
  }
}

/** The decode workers belong to the page and serve one viewer after the other. */
function startWorkers(): void {
  if ('dicomImageLoader' in getWebWorkerManager().workerRegistry) return
  startDecoders({ maxWebWorkers: Math.min(4, Math.max(2, navigator.hardwareConcurrency - 1)) })
}

function seriesType(series: SeriesDescription): PixelArrayName {
  const rescales = series.frames.map(({ rescaleSlope, rescaleIntercept }) => ({ slope: rescaleSlope, intercept: rescaleIntercept }))
  const kinds = new Set([series.pixel, ...series.frames.flatMap((frame) => frame.pixel ?? [])].map((pixel) => arrayFor(pixel, rescales)))
  const [only] = kinds
  return kinds.size === 1 && only !== undefined ? only : 'Float32Array'
}

function toImage(imageId: string, { series, frame }: KnownFrame, decoded: DecodedFrame): Types.IImage {
  const plane = planeOfFrame(series, frame)
  const pixel = frame.pixel ?? series.pixel
  const { rows, columns } = plane
  const isColour = decoded.kind === 'colour'
  const data = isColour ? new Uint8Array(decoded.rgba.buffer) : decoded.values
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({ scalarData: data, width: columns, height: rows, numberOfComponents: isColour ? 4 : 1 })
  return {
    imageId, rows, columns, height: rows, width: columns, color: isColour, rgba: isColour, numberOfComponents: isColour ? 4 : 1,
    // The rescale is already in the values: slope and intercept of the picture are 1 and 0.
    slope: 1, intercept: 0, isPreScaled: true,
    preScale: { enabled: true, scaled: true, scalingParameters: { modality: series.modality, rescaleSlope: frame.rescaleSlope, rescaleIntercept: frame.rescaleIntercept } },
    minPixelValue: isColour ? 0 : decoded.minimum, maxPixelValue: isColour ? 255 : decoded.maximum,
    windowCenter: frame.windowCenters, windowWidth: frame.windowWidths, voiLUTFunction: Enums.VOILUTFunctionType.LINEAR,
    rowPixelSpacing: plane.rowStepMm, columnPixelSpacing: plane.columnStepMm, invert: pixel.photometricInterpretation === 'MONOCHROME1',
    photometricInterpretation: isColour ? 'RGB' : pixel.photometricInterpretation,
    sizeInBytes: data.byteLength, dataType: isColour ? 'Uint8Array' : arrayName(decoded.values), voxelManager,
    getPixelData: () => data, getCanvas: () => document.createElement('canvas')
  }
}

function arrayName(values: Extract<DecodedFrame, { kind: 'grey' }>['values']): PixelArrayName {
  if (values instanceof Uint8Array) return 'Uint8Array'
  if (values instanceof Int16Array) return 'Int16Array'
  return values instanceof Uint16Array ? 'Uint16Array' : 'Float32Array'
}
