import { serveWorker } from '../platform/serve-worker.ts'
import type { MeasureMessage } from './graph/measure.ts'
import { runProtocol, sharedSignal } from './protocols/index.ts'

serveWorker({
  measure: (input, { progress }) => {
    // Only `measureInWorker` sends to this thread, and it sends exactly this.
    const { protocol, volume, context, cancelFlag } = input as MeasureMessage
    return { output: runProtocol(protocol, volume, context, { signal: sharedSignal(cancelFlag), onProgress: progress }) }
  }
})
