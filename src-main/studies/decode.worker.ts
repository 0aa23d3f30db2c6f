import { serveWorker } from '../platform/serve-worker.ts'
import { prepareCodecs } from './pixels/codecs.ts'
import { decodeFrame } from './pixels/decode.ts'
import { fillSlice } from './pixels/fill-volume.ts'
import { DecodeInput, DrawInput, FillInput } from './pixels/tasks.ts'
import { drawFrame } from './pixels/window.ts'

serveWorker({
  async decode(input) {
    const { source } = DecodeInput.parse(input)
    await prepareCodecs()
    const decoded = decodeFrame(source)
    return { output: { ...decoded, cells: ownCopy(decoded.cells) } }
  },
  async draw(input) {
    const { source, rescale, window } = DrawInput.parse(input)
    await prepareCodecs()
    return { output: drawFrame(decodeFrame(source), source.pixel, rescale, window) }
  },
  async fill(input, { signal, progress }) {
    const { voxels, slices } = FillInput.parse(input)
    await prepareCodecs()
    for (const { source, offset, slope, intercept } of slices) {
      signal.throwIfAborted()
      const { pixel } = source
      fillSlice(new Int16Array(voxels, offset * 2, pixel.rows * pixel.columns), decodeFrame(source), pixel, slope, intercept)
      progress(1)
    }
    return { output: null }
  }
})

/** A view into the codec's memory or into a pool must not carry all of it across. */
function ownCopy(cells: Uint8Array): Uint8Array {
  return cells.byteLength === cells.buffer.byteLength ? cells : cells.slice()
}
