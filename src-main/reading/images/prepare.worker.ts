import { serveWorker } from '../../platform/serve-worker.ts'
import type { PrepareTask } from './prepare.ts'
import { cropImage, sliceImage, uprightImage } from './volume-images.ts'

/** One picture a task: a cancel is heard between pictures, and no more than a few are under way. */
serveWorker({
  prepare(input) {
    const { volume, sizePx, picture } = input as PrepareTask
    const rgb = picture.kind === 'slice' ? sliceImage(volume, picture.sliceIndex, sizePx) : picture.kind === 'crop' ? cropImage(volume, picture, sizePx) : uprightImage(volume, picture, sizePx)
    return { output: rgb, transfer: [rgb.buffer as ArrayBuffer] }
  }
})
