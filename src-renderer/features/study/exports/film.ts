import { createCanvas } from './compose-pane.ts'
import { writeMp4 } from './film-mp4.ts'
import { writeWebm, type FilmFrame } from './film-webm.ts'

export type FilmOrder = Readonly<{
  count: number
  ratePerS: number
  /** The picture of an image, counted from 0; asked for each once, in order. All of one size. */
  step: (index: number) => Promise<HTMLCanvasElement>
  signal: AbortSignal
  onProgress: (done: number) => void
}>
export type Film = Readonly<{ blob: Blob, ending: 'mp4' | 'webm', frames: number }>

type Codec = Readonly<{ codec: string, container: 'mp4' | 'V_VP9' | 'V_VP8' }>
/** H.264 first, because slides and mail take it; then what is free everywhere. */
const codecs: readonly Codec[] = [
  { codec: 'avc1.640033', container: 'mp4' }, { codec: 'avc1.420033', container: 'mp4' }, { codec: 'vp09.00.51.08', container: 'V_VP9' }, { codec: 'vp8', container: 'V_VP8' }
]
/** Each so many pictures one stands alone, so that a film can be wound. */
const keyEvery = 15
const mostWaiting = 4

/**
 * A film of each image exactly once, at an even rate, whatever time the encoder takes: a recorder that films a screen drops what it is
 * late for. Throws where the browser has no encoder, where it loses a picture, and when `signal` aborts.
 */
export async function makeFilm({ count, ratePerS, step, signal, onProgress }: FilmOrder): Promise<Film> {
  const first = evenSized(await step(0))
  signal.throwIfAborted()
  const { width, height } = first
  const chosen = await chooseCodec(width, height, ratePerS)
  if (chosen === null) throw new Error('This browser has no encoder for films. Export the images one by one, or open Vigil in a current Chromium.')
  const encoder = createEncoder(chosen.config)
  try {
    for (let index = 0; index < count; index += 1) {
      const picture = index === 0 ? first : evenSized(await step(index))
      signal.throwIfAborted()
      if (picture.width !== width || picture.height !== height) throw new Error('The pane changed its size while the film was made. Try again, and leave it as it is.')
      await encoder.add(picture, Math.round(index * 1e6 / ratePerS), Math.round(1e6 / ratePerS), index % keyEvery === 0)
      onProgress(index + 1)
    }
    const frames = await encoder.finish()
    if (frames.length !== count) throw new Error(`The encoder gave ${frames.length} of ${count} images back. No film was made.`)
    const track = { width, height, frameMs: 1000 / ratePerS }
    if (chosen.container !== 'mp4') return { blob: writeWebm(chosen.container, track, frames), ending: 'webm', frames: count }
    const description = encoder.description()
    if (description === null) throw new Error('The encoder told no settings for its decoder. No film was made.')
    return { blob: writeMp4(description, track, frames), ending: 'mp4', frames: count }
  } finally {
    encoder.close()
  }
}

async function chooseCodec(width: number, height: number, ratePerS: number): Promise<{ config: VideoEncoderConfig, container: Codec['container'] } | null> {
  if (!('VideoEncoder' in globalThis)) return null
  for (const { codec, container } of codecs) {
    // Grain matters in these pictures: far more than a film of people would take.
    const bitrate = Math.round(Math.min(60e6, Math.max(3e6, width * height * ratePerS * 0.4)))
    const config: VideoEncoderConfig = { codec, width, height, framerate: ratePerS, bitrate, latencyMode: 'quality', ...(container === 'mp4' ? { avc: { format: 'avc' } } : {}) }
    if ((await VideoEncoder.isConfigSupported(config)).supported === true) return { config, container }
  }
  return null
}

function createEncoder(config: VideoEncoderConfig) {
  const frames: FilmFrame[] = []
  const told: { description: Uint8Array | null, failure: Error | null } = { description: null, failure: null }
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const bytes = new Uint8Array(chunk.byteLength)
      chunk.copyTo(bytes)
      const description = metadata?.decoderConfig?.description
      if (description !== undefined) told.description = copyOf(description)
      frames.push({ bytes, timeMs: chunk.timestamp / 1000, isKey: chunk.type === 'key' })
    },
    error: (failure) => { told.failure = failure }
  })
  encoder.configure(config)
  const check = () => { if (told.failure !== null) throw new Error(`The film could not be encoded: ${told.failure.message}`) }
  return {
    async add(picture: HTMLCanvasElement, timestamp: number, duration: number, keyFrame: boolean): Promise<void> {
      while (encoder.encodeQueueSize > mostWaiting && told.failure === null) await new Promise((resolve) => { encoder.addEventListener('dequeue', resolve, { once: true }) })
      check()
      const frame = new VideoFrame(picture, { timestamp, duration })
      try { encoder.encode(frame, { keyFrame }) } finally { frame.close() }
    },
    /** In the order in which they came, which is that of the images: pictures that wait for later ones are not asked for. */
    async finish(): Promise<readonly FilmFrame[]> {
      await encoder.flush()
      check()
      if (frames.some(({ timeMs }, index) => index > 0 && timeMs <= (frames[index - 1]?.timeMs ?? 0))) throw new Error('The encoder changed the order of the images. No film was made.')
      return frames
    },
    description: () => told.description,
    close: () => { if (encoder.state !== 'closed') encoder.close() }
  }
}

function copyOf(source: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice() : new Uint8Array(source).slice()
}

/** Encoders want even sizes: a black row or column is added where one is odd. */
function evenSized(picture: HTMLCanvasElement): HTMLCanvasElement {
  const width = picture.width + picture.width % 2
  const height = picture.height + picture.height % 2
  if (width === picture.width && height === picture.height) return picture
  const { canvas, context } = createCanvas(width, height)
  context.fillStyle = '#000'
  context.fillRect(0, 0, width, height)
  context.drawImage(picture, 0, 0)
  return canvas
}
