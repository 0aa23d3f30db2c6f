import { serveWorker } from '../platform/serve-worker.ts'
import { readObject, readPdfOf } from './objects/read-object.ts'
import { summarise } from './objects/summarise.ts'
import { ObjectInput } from './objects/tasks.ts'
import { prepareCodecs } from './pixels/codecs.ts'

serveWorker({
  async read(input) {
    const { path } = ObjectInput.parse(input)
    await prepareCodecs()
    const { content, bulk, images } = readObject(path)
    const own = ownBytes(bulk)
    return { output: { content, bulk: own, images }, transfer: [own.buffer] }
  },
  async summarise(input) {
    const { path } = ObjectInput.parse(input)
    await prepareCodecs()
    return { output: summarise(readObject(path)) }
  },
  pdf(input) {
    const own = ownBytes(readPdfOf(ObjectInput.parse(input).path))
    return { output: own, transfer: [own.buffer] }
  }
})

/** Bytes that may be handed over whole: a view into a larger buffer would carry all of it along. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes)
}
