import sharp from 'sharp'
import { AppError } from '../../src-shared/errors.ts'
import type { WorkerPool } from '../platform/workers.ts'
import { whyNotViewable } from './describe.ts'
import { frameSourceOf } from './pixels/frame-source.ts'
import { DrawOutput } from './pixels/tasks.ts'
import type { StoredInstance } from './store.ts'

export type RenderOptions = Readonly<{
  /** Both or neither; without them the frame's own window, else its whole range. */
  windowCenter?: number, windowWidth?: number
  maxSizePx: number
  /** In pixels of the frame, cut to what is there. */
  crop?: Readonly<{ x: number, y: number, width: number, height: number }>
  format: 'png' | 'webp'
}>
type Deps = Readonly<{ pool: WorkerPool, pathOf: (sha256: string) => string }>

/** One frame as a picture file, upright pixels made square. Throws AppError 'not-found', 'cannot-decode' or 'unsupported'. */
export async function renderFrame({ pool, pathOf }: Deps, instance: StoredInstance, frameNumber: number, options: RenderOptions): Promise<Uint8Array> {
  const source = frameSourceOf(pathOf(instance.sha256), instance, frameNumber)
  const refusal = whyNotViewable(instance)
  if (refusal !== null) throw new AppError('cannot-decode', refusal)
  const facts = instance.header.frames[frameNumber - 1] ?? instance.header.frames[0]
  // An intercept without its slope means nothing: the stored values are drawn.
  const slope = facts?.rescaleSlope ?? null
  const rescale = { slope: slope ?? 1, intercept: slope === null ? 0 : facts?.rescaleIntercept ?? 0 }
  const picture = DrawOutput.parse(await pool.run({ name: 'draw', timeoutMs: 60_000, input: { source, rescale, window: windowOf(options, facts?.windowCenters[0], facts?.windowWidths[0]) } }))
  const { width, height, channels } = picture
  let image = sharp(picture.data, { raw: { width, height, channels } })
  const crop = options.crop === undefined ? { left: 0, top: 0, width, height } : cut(options.crop, width, height)
  if (options.crop !== undefined) image = image.extract(crop)
  const [rowMm, columnMm] = facts?.pixelSpacingMm ?? [1, 1]
  const trueHeight = crop.height * rowMm / columnMm
  const scale = options.maxSizePx / Math.max(crop.width, trueHeight)
  image = image.resize(Math.max(1, Math.round(crop.width * scale)), Math.max(1, Math.round(trueHeight * scale)), { fit: 'fill', kernel: scale > 1 ? 'cubic' : 'lanczos3' })
  return options.format === 'png' ? image.png({ compressionLevel: 6 }).toBuffer() : image.webp({ quality: 82 }).toBuffer()
}

function windowOf({ windowCenter, windowWidth }: RenderOptions, center: number | undefined, width: number | undefined): { center: number, width: number } | null {
  if (windowCenter !== undefined && windowWidth !== undefined) return { center: windowCenter, width: Math.max(1, windowWidth) }
  return center === undefined || width === undefined ? null : { center, width }
}

function cut(crop: NonNullable<RenderOptions['crop']>, width: number, height: number): { left: number, top: number, width: number, height: number } {
  const left = Math.min(width - 1, Math.max(0, Math.round(crop.x)))
  const top = Math.min(height - 1, Math.max(0, Math.round(crop.y)))
  return { left, top, width: Math.max(1, Math.min(width - left, Math.round(crop.width))), height: Math.max(1, Math.min(height - top, Math.round(crop.height))) }
}
