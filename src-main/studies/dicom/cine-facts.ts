import type { CineFacts } from '../../../src-shared/studies.ts'
import type { DataSet } from './data-set.ts'
import { Tag } from './tags.ts'
import { decimal, decimals, uint16 } from './values.ts'

/**
 * How fast a multi-frame image wants to be played (PS3.3 C.7.6.5): the recommended rate, the rate it was taken at, else what the times of
 * its frames make. Null where the header says nothing. Preferred Playback Sequencing 1 is there and back.
 */
export function readCineFacts(dataSet: DataSet, frameCount: number): CineFacts | null {
  if (frameCount < 2) return null
  const isSweeping = uint16(dataSet, Tag.playbackSequencing) === 1
  const recommended = positive(decimal(dataSet, Tag.recommendedRate))
  const cineRate = positive(decimal(dataSet, Tag.cineRate))
  const frameTimeMs = positive(decimal(dataSet, Tag.frameTime))
  const intervals = intervalsOf(dataSet, frameCount)
  if (recommended !== null) return { ratePerS: recommended, source: 'recommended-rate', isSweeping }
  if (cineRate !== null) return { ratePerS: cineRate, source: 'cine-rate', isSweeping }
  if (frameTimeMs !== null) return { ratePerS: 1000 / frameTimeMs, source: 'frame-time', isSweeping }
  if (intervals === null) return null
  const meanMs = intervals.reduce((sum, one) => sum + one, 0) / intervals.length
  const isEven = intervals.every((one) => Math.abs(one - meanMs) < 0.01)
  return { ratePerS: 1000 / meanMs, source: 'frame-time-vector', ...(isEven ? {} : { intervalsMs: intervals }), isSweeping }
}

const positive = (value: number | null) => value === null || value <= 0 ? null : value

/** Frame Time Vector holds the time from the frame before, so the first is zero; the last frame stands as long as the mean. */
function intervalsOf(dataSet: DataSet, frameCount: number): number[] | null {
  const vector = decimals(dataSet, Tag.frameTimeVector)
  const steps = vector.slice(1).flatMap((step) => step === null || step < 0 ? [] : [step])
  const total = steps.reduce((sum, step) => sum + step, 0)
  return vector.length === frameCount && steps.length === frameCount - 1 && total > 0 ? [...steps, total / steps.length] : null
}
