import sharp from 'sharp'
import { AppError } from '../../../src-shared/errors.ts'
import type { FrameDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import type { PointMm } from '../../../src-shared/ids.ts'
import type { KeyImage } from '../../../src-shared/reports.ts'
import type { FrameOptions, StudiesFace } from '../faces.ts'
import { placeInFrame } from '../findings/place.ts'
import { shortened } from './coverage.ts'
import type { DrawnImage } from './facts.ts'
import { marksOf } from './picture-marks.ts'

/** Soft tissue window of the abdomen, HU. */
export const softTissue = { windowCenter: 40, windowWidth: 400 } as const
/** Wide enough that the inside of a dense stone is not plain white. */
const stoneWindow = { windowCenter: 350, windowWidth: 1500 } as const
const sizePx = 640
const closeUpMm = 60

export type Spot = Readonly<{ centreMm: PointMm, diameterMm: number | null }>

/** A key image: whole slice and close-up. A frame that can't be drawn says why and does not stop the report. */
export async function drawKeyImage(studies: Pick<StudiesFace, 'describeSeries' | 'renderFrame'>, image: KeyImage, spot: Spot): Promise<DrawnImage> {
  const series = await studies.describeSeries(image.seriesUid)
  const index = series.frames.findIndex((frame) => frame.sopInstanceUid === image.sopInstanceUid && frame.frameNumber === image.frameNumber)
  const frame = series.frames[index]
  const named = series.description === '' ? '' : ` (${shortened(series.description)})`
  const seriesWords = `${shortened(series.modality, 16)} series ${series.seriesNumber ?? '–'}${named}, slice ${index + 1} of ${series.frames.length} · close-up in the window 350/1500 HU`
  if (frame === undefined) return { caption: image.caption, seriesWords, pictures: [], problem: 'This image is not in the study any more.' }
  try {
    const whole = await wholeSlice(studies, series, frame, spot)
    const close = await closeUp(studies, series, frame, spot)
    return { caption: image.caption, seriesWords, pictures: close === null ? [whole] : [whole, close], problem: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { caption: image.caption, seriesWords, pictures: [], problem: error.message }
  }
}

/** The whole slice with the ring drawn into the picture, PNG: for screens that show no graphics of their own over it. */
export async function ringedSlice(studies: Pick<StudiesFace, 'describeSeries' | 'renderFrame'>, image: KeyImage, spot: Spot): Promise<Uint8Array> {
  const series = await studies.describeSeries(image.seriesUid)
  const frame = series.frames.find((one) => one.sopInstanceUid === image.sopInstanceUid && one.frameNumber === image.frameNumber)
  if (frame === undefined) throw new AppError('not-found', 'This image is not in the study any more.')
  const { png, ring } = await wholeSlice(studies, series, frame, spot)
  if (ring === null) return png
  const picture = sharp(png)
  const { width, height } = await picture.metadata()
  const circle = `<circle cx="${ring.x * width}" cy="${ring.y * height}" r="${Math.max(8, ring.radius * width)}" fill="none" stroke="#ffd479" stroke-width="2"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${circle}</svg>`
  return picture.composite([{ input: Buffer.from(svg), left: 0, top: 0 }]).png().toBuffer()
}

async function wholeSlice(studies: Pick<StudiesFace, 'renderFrame'>, series: SeriesDescription, frame: FrameDescription, { centreMm, diameterMm }: Spot) {
  const { rows, columns } = frame.pixel ?? series.pixel
  const place = placeInFrame(series, frame, centreMm)
  const spacing = frame.pixelSpacingMm ?? series.pixelSpacingMm
  const png = await studies.renderFrame(frame.sopInstanceUid, frame.frameNumber, { ...softTissue, maxSizePx: sizePx, format: 'png' })
  const ring = place === null || spacing === null ? null
    : { x: (place.column + 0.5) / columns, y: (place.row + 0.5) / rows, radius: ((diameterMm ?? 4) / 2 + 4) / (columns * spacing[1]) }
  const width = columns * (spacing?.[1] ?? 1)
  return { png, width, height: rows * (spacing?.[0] ?? 1), ring, ...marksOf(series, frame, width) }
}

async function closeUp(studies: Pick<StudiesFace, 'renderFrame'>, series: SeriesDescription, frame: FrameDescription, { centreMm, diameterMm }: Spot) {
  const crop = cropAround(series, frame, centreMm, Math.max(closeUpMm, (diameterMm ?? 0) * 2))
  const spacing = frame.pixelSpacingMm ?? series.pixelSpacingMm
  if (crop === null || spacing === null) return null
  const png = await studies.renderFrame(frame.sopInstanceUid, frame.frameNumber, { ...stoneWindow, maxSizePx: sizePx, crop, format: 'png' })
  const width = crop.width * spacing[1]
  return { png, width, height: crop.height * spacing[0], ring: null, ...marksOf(series, frame, width) }
}

/** A square of the patient around a point, in pixels, moved inside the frame where it would stick out. Null where nothing ties the frame to the patient. */
export function cropAround(series: SeriesDescription, frame: FrameDescription, centreMm: PointMm, sideMm: number): NonNullable<FrameOptions['crop']> | null {
  const spacing = frame.pixelSpacingMm ?? series.pixelSpacingMm
  const place = placeInFrame(series, frame, centreMm)
  if (spacing === null || place === null) return null
  const { rows, columns } = frame.pixel ?? series.pixel
  const width = Math.min(columns, Math.max(8, Math.round(sideMm / spacing[1])))
  const height = Math.min(rows, Math.max(8, Math.round(sideMm / spacing[0])))
  const clamp = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)))
  return { x: clamp(place.column - width / 2, columns - width), y: clamp(place.row - height / 2, rows - height), width, height }
}
