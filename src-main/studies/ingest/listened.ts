import { PassThrough, pipeline, type Readable } from 'node:stream'

/**
 * The same stream with somebody listening from the start: one that fails before its reader is there would otherwise end the process, or
 * leave the reader waiting for ever.
 */
export function listened(source: Readable): Readable {
  const through = new PassThrough()
  // The failure reaches the reader through the stream that it reads.
  pipeline(source, through, () => undefined)
  return through
}
