import { getWebWorkerManager } from '@cornerstonejs/core'
import { init } from '@cornerstonejs/dicom-image-loader'
import type { PixelDescription } from '../../../src-shared/studies.ts'
import type { StoredCells } from './native-cells.ts'

/** A codec that can't start (memory, a blocked script) never answers; a pane must not wait for ever. */
const decodeTimeoutMs = 20_000

/**
 * Decodes one frame with Cornerstone3D's codecs, in its workers. This module alone imports Cornerstone3D, which is most of the bytes of the
 * page, and is itself imported when the first frame needs it.
 * @throws Error where the codec gives no picture, or none in time.
 */
export async function decodeInWorker(bytes: Uint8Array<ArrayBuffer>, pixel: PixelDescription): Promise<StoredCells> {
  startWorkers()
  const task = getWebWorkerManager().executeTask('dicomImageLoader', 'decodeTask', {
    imageFrame: { ...pixel, smallestPixelValue: undefined, largestPixelValue: undefined, palette: undefined },
    transferSyntax: pixel.transferSyntaxUid, pixelData: bytes, options: { preScale: { enabled: false } }, decodeConfig: {}
  })
  // The library types the answer as any; what is used of it is checked here.
  const answer: unknown = await Promise.race([task, timeout(decodeTimeoutMs)])
  const cells: unknown = typeof answer === 'object' && answer !== null && 'pixelData' in answer ? answer.pixelData : null
  if (!isStoredCells(cells) || cells.length < pixel.rows * pixel.columns * pixel.samplesPerPixel) throw new Error('The codec gave no picture.')
  return cells
}

/** The decode workers belong to the page and serve one viewer after the other. */
function startWorkers(): void {
  if ('dicomImageLoader' in getWebWorkerManager().workerRegistry) return
  init({ maxWebWorkers: Math.min(4, Math.max(2, navigator.hardwareConcurrency - 1)) })
}

function timeout(ms: number): Promise<never> {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error(`The codec gave no answer within ${ms / 1000} s.`)), ms) })
}

function isStoredCells(cells: unknown): cells is StoredCells {
  return cells instanceof Uint8Array || cells instanceof Int8Array || cells instanceof Uint16Array || cells instanceof Int16Array
    || cells instanceof Uint32Array || cells instanceof Int32Array
}
