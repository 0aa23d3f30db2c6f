import sharp from 'sharp'
import { AppError } from '../../../src-shared/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { ReaderFace } from '../faces.ts'
import type { CaptionSession } from './session.ts'

/** What the reader takes at most, pixels; larger frames are made smaller before they are handed over. */
const edgePx = 896
/** More than any camera's picture; a bomb of few bytes and many pixels is refused. */
const maxPixels = 40_000_000

/** The reader of this workstation. `remembers`: whether what was seen before stands in the prompt. */
export function localSession({ reader, clock, remembers }: Readonly<{ reader: ReaderFace, clock: Clock, remembers: boolean }>): CaptionSession {
  const closing = new AbortController()
  return {
    async infer({ frames, prompt, history }, given) {
      const signal = AbortSignal.any([given, closing.signal])
      const beganMs = clock.monotonicMs()
      const decoded: NonNullable<Awaited<ReturnType<typeof decode>>>[] = []
      // One after the other: all at once, they would take every processor from the streams for a moment.
      for (const frame of frames) {
        const picture = await decode(frame)
        if (picture !== null) decoded.push(picture)
        signal.throwIfAborted()
      }
      if (decoded.length === 0) throw new AppError('cannot-decode', 'None of the frames of this chunk could be decoded.')
      const { statements, run, timing } = await reader.run('caption-chunk', { frames: decoded, history: remembers ? history : [], prompt }, { signal })
      // A number that nothing measured is not said on.
      const caption = statements.flatMap(({ spans }) => spans.flatMap((span) => (span.type === 'cut' ? [] : [span.text]))).join('').replaceAll(/\s+/g, ' ').trim()
      return { caption: caption === '' ? null : caption, latencyMs: clock.monotonicMs() - beganMs, tokensGenerated: timing.generatedTokens, isMock: run.isMock, extra: {} }
    },
    async close() { closing.abort(new AppError('cancelled', 'The stream has ended.')) }
  }
}

/** Null for a frame that is cut short or no picture after all: the others of its chunk are still good. */
async function decode(frame: Buffer): Promise<{ width: number, height: number, rgb: Uint8Array } | null> {
  try {
    const { data, info } = await sharp(frame, { limitInputPixels: maxPixels, failOn: 'error' }).flatten().toColourspace('srgb').removeAlpha()
      .resize(edgePx, edgePx, { fit: 'inside', withoutEnlargement: true }).raw().toBuffer({ resolveWithObject: true })
    if (info.channels === 3) return { width: info.width, height: info.height, rgb: data }
    const rgb = new Uint8Array(3 * info.width * info.height)
    for (let at = 0; at < info.width * info.height; at++) rgb.fill(data[at * info.channels] ?? 0, 3 * at, 3 * at + 3)
    return { width: info.width, height: info.height, rgb }
  } catch {
    return null
  }
}
