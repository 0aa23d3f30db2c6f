import { z } from 'zod'
import type { EdgeEvent } from '../../src-shared/events.ts'
import { SeriesUid } from '../../src-shared/ids.ts'
import { AppError } from '../../src-shared/errors.ts'
import type { BlobStore } from '../platform/blobs.ts'
import type { Bus } from '../platform/bus.ts'
import type { Jobs } from '../platform/jobs.ts'
import { readSeriesFacts, whyNotViewable, type PlacedFrame } from './describe.ts'
import type { RenderOptions } from './render.ts'
import type { StoredInstance, StudyStore } from './store.ts'

export const thumbnailSizePx = 192
const kind = 'series-thumbnail'
type Deps = Readonly<{
  store: StudyStore, blobs: BlobStore, events: Bus<EdgeEvent>, jobs: Jobs
  render: (instance: StoredInstance, frameNumber: number, options: RenderOptions) => Promise<Uint8Array>
}>

/** Pictures for the series strip: made once after import in the background, kept as blobs; made on the spot where one is asked for earlier. */
export function createThumbnails({ store, blobs, events, jobs, render }: Deps) {
  const make = async (seriesUid: string): Promise<string> => {
    const frame = leadFrame(store.instancesOfSeries(seriesUid))
    if (frame === null) throw new AppError('cannot-decode', 'There is nothing to show in this series.')
    const picture = await render(frame.instance, frame.frameNumber, { maxSizePx: thumbnailSizePx, format: 'webp' })
    const { sha256 } = await blobs.put(once(picture))
    store.saveThumbnail(seriesUid, sha256)
    events.publish({ type: 'series-thumbnail', seriesUid: SeriesUid.parse(seriesUid) })
    return sha256
  }

  jobs.register({
    kind, payload: z.object({ seriesUid: z.string() }), concurrency: 1, maxAttempts: 2,
    run: async ({ seriesUid }) => {
      if (store.series(seriesUid)?.thumbnailSha256 === null) await make(seriesUid)
    }
  })

  return {
    /** Call it inside the transaction of the import, then `jobs.wake()`. */
    enqueue: (seriesUid: string): void => { jobs.enqueue(kind, seriesUid, { seriesUid }, { priority: -1 }) },
    /** Path of the picture's file. Throws AppError 'not-found' or 'cannot-decode'. */
    async pathOf(seriesUid: string): Promise<string> {
      const series = store.series(seriesUid)
      if (series === null) throw new AppError('not-found', 'There is no such series.')
      return blobs.pathOf(series.thumbnailSha256 ?? await make(seriesUid))
    }
  }
}

/** The middle of the stack shows more of the patient than its ends. */
function leadFrame(instances: readonly StoredInstance[]): PlacedFrame | null {
  if (instances.length === 0) return null
  const { frames, geometry } = readSeriesFacts(instances)
  const drawable = (geometry.stack?.members ?? geometry.order).flatMap((index) => frames[index] ?? []).filter(({ instance }) => whyNotViewable(instance) === null)
  return drawable[drawable.length >> 1] ?? null
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
