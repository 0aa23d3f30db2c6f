import sharp, { type Sharp } from 'sharp'
import { z } from 'zod'
import { AppError } from '../../../src-shared/errors.ts'
import type { ImageRef } from '../../../src-shared/reading.ts'
import type { FrameDescription } from '../../../src-shared/studies.ts'
import type { Volume } from '../../../src-shared/volume.ts'
import type { WorkerPool } from '../../platform/workers.ts'
import type { PreparedImage } from '../engine.ts'
import type { CaptionInput, SecondLookInput, StudyImages } from '../task-types.ts'
import { chooseSlices, type SliceBudget } from './choose-slices.ts'
import { fitSquare } from './square.ts'
import { placeInSlice } from './volume-images.ts'

type Place = Readonly<{ sliceIndex: number, column: number, row: number, fieldMm: number }>
export type Picture = Readonly<{ kind: 'slice', sliceIndex: number }> | (Place & Readonly<{ kind: 'crop' }>) | (Place & Readonly<{ kind: 'upright', along: 'columns' | 'rows' }>)
export type PrepareTask = Readonly<{ volume: Volume, sizePx: number, picture: Picture }>
/** `label` is what the model knows a picture by and what its answers may cite; `caption` stands behind the picture in the prompt. */
export type LabelledImage = Readonly<{ label: string, caption: string, image: PreparedImage }>
export type PreparedImages = Readonly<{ images: readonly LabelledImage[], available: number, note: string }>
export type PrepareDeps = Readonly<{
  pool: WorkerPool
  renderFrame: (sopInstanceUid: string, frameNumber: number, options: Readonly<{ maxSizePx: number, format: 'png' }>) => Promise<Uint8Array>
}>
export type PrepareOptions = Readonly<{ signal?: AbortSignal, onProgress?: (done: number, total: number) => void }>

const Rgb = z.instanceof(Uint8Array)
const closeMm = 60
const contextMm = 200
/** Pictures under way: a cancel waits for no more of them. */
const atOnce = 2

/** The pictures of a study for a description, in anatomical order, each with its place. */
export async function prepareStudy({ pool, renderFrame }: PrepareDeps, images: StudyImages, sizePx: number, budget: Omit<SliceBudget, 'available'>, { signal, onProgress }: PrepareOptions = {}): Promise<PreparedImages> {
  const frames = images.kind === 'volume' ? images.refs : images.series.frames
  if (frames.length === 0) throw new AppError('not-analysable', 'The series has no images to read.')
  const { indices, note } = chooseSlices({ ...budget, available: frames.length })
  const prepare = async (sliceIndex: number): Promise<LabelledImage[]> => {
    const frame = frames[sliceIndex]
    if (frame === undefined) return []
    const label = `S${sliceIndex + 1}`
    const rgb = images.kind === 'volume' ? await inWorker(pool, { volume: images.volume, sizePx, picture: { kind: 'slice', sliceIndex } }, signal)
      : await frameRgb(await renderFrame(frame.sopInstanceUid, frame.frameNumber, { maxSizePx: sizePx, format: 'png' }), sizePx)
    return [{ label, caption: `SLICE ${label}`, image: { ref: refOf(label, images.series.seriesUid, frame), sizePx, rgb } }]
  }
  const prepared: LabelledImage[][] = []
  const queue = indices.entries()
  let done = 0
  const work = async () => {
    for (const [at, sliceIndex] of queue) {
      signal?.throwIfAborted()
      onProgress?.(done, indices.length)
      prepared[at] = await prepare(sliceIndex)
      done++
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { images: prepared.flat(), available: frames.length, note }
}

/** Four looks at one candidate: close and in its surroundings, from above; and close from the front and from the side. */
export async function prepareCandidate({ pool }: PrepareDeps, { volume, series, refs, candidate }: SecondLookInput, sizePx: number, { signal }: PrepareOptions = {}): Promise<PreparedImages> {
  const { sliceIndex } = candidate
  const place = { sliceIndex, ...placeInSlice(volume, sliceIndex, candidate.centreMm) }
  const fieldMm = Math.max(closeMm, 4 * (candidate.diameterMm ?? 0))
  const looks: readonly (readonly [Picture, string])[] = [
    [{ kind: 'crop', ...place, fieldMm }, 'axial, close'], [{ kind: 'crop', ...place, fieldMm: Math.max(contextMm, fieldMm) }, 'axial, surroundings'],
    [{ kind: 'upright', ...place, fieldMm, along: 'columns' }, 'upright through the spot, seen from the front'], [{ kind: 'upright', ...place, fieldMm, along: 'rows' }, 'upright through the spot, seen from the side']
  ]
  const frame = refs[sliceIndex]
  const images: LabelledImage[] = []
  for (const [picture, words] of looks) {
    signal?.throwIfAborted()
    const label = `C${images.length + 1}`
    const rgb = await inWorker(pool, { volume, sizePx, picture }, signal)
    images.push({ label, caption: `CROP ${label} (${words})`, image: { ref: frame === undefined ? null : refOf(label, series.seriesUid, frame), sizePx, rgb } })
  }
  return { images, available: images.length, note: '' }
}

/** Frames of a camera, in the order in which they were seen. */
export async function prepareFrames({ frames }: CaptionInput, sizePx: number): Promise<PreparedImages> {
  const images: LabelledImage[] = []
  // One after the other: these run beside live streams, whose answers must not wait for a processor.
  for (const [index, { width, height, rgb }] of frames.entries()) {
    const label = `F${index + 1}`
    images.push({ label, caption: `FRAME ${label}`, image: { ref: null, sizePx, rgb: await padded(sharp(rgb, { raw: { width, height, channels: 3 } }), { width, height }, sizePx) } })
  }
  return { images, available: images.length, note: '' }
}

async function inWorker(pool: WorkerPool, task: PrepareTask, signal: AbortSignal | undefined): Promise<Uint8Array> {
  return Rgb.parse(await pool.run({ name: 'prepare', input: task, timeoutMs: 60_000, ...(signal === undefined ? {} : { signal }) }))
}

async function frameRgb(png: Uint8Array, sizePx: number): Promise<Uint8Array> {
  const picture = sharp(png)
  const { width, height } = await picture.metadata()
  return padded(picture, { width, height }, sizePx)
}

async function padded(picture: Sharp, { width: fromWidth, height: fromHeight }: Readonly<{ width: number, height: number }>, sizePx: number): Promise<Uint8Array> {
  const { width, height, left, top } = fitSquare(fromWidth, fromHeight, sizePx)
  const { data } = await picture.flatten().removeAlpha().toColourspace('srgb').resize(width, height, { fit: 'fill', kernel: 'linear' })
    .extend({ left, right: sizePx - width - left, top, bottom: sizePx - height - top, background: { r: 0, g: 0, b: 0 } }).raw().toBuffer({ resolveWithObject: true })
  // The same bytes, not a copy: six of these a second for each stream are enough for whoever collects garbage.
  if (data.length === 3 * sizePx * sizePx) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  // A grey picture keeps one channel however it is asked.
  const rgb = new Uint8Array(3 * sizePx * sizePx)
  for (let at = 0; at < sizePx * sizePx; at++) rgb.fill(data[at * (data.length / (sizePx * sizePx))] ?? 0, 3 * at, 3 * at + 3)
  return rgb
}

function refOf(label: string, seriesUid: ImageRef['seriesUid'], { sopInstanceUid, frameNumber }: Pick<FrameDescription, 'sopInstanceUid' | 'frameNumber'>): ImageRef {
  return { label, seriesUid, sopInstanceUid, frameNumber }
}
