import { AppError } from '../../src-shared/errors.ts'
import type { SeriesDescription } from '../../src-shared/studies.ts'
import { describeSeries } from './describe.ts'
import type { StoredInstance, StudyStore } from './store.ts'

export type RecentSeries = Readonly<{ instances: readonly StoredInstance[], description: () => SeriesDescription }>

/** Enough for the series being read, its prior and the one loaded ahead. */
const mostSeries = 4
/** Frames of one series; more would hold too much of the memory for what it saves. */
const mostFrames = 5000

/**
 * The last few series as read and described: a window asks for the description of a series and then, more than once, for its frames, and
 * reading the headers is what takes the time. An instance never changes, so a series is another one only when it has grown.
 */
export function createRecentSeries({ instancesOfSeries, seriesRevision }: Pick<StudyStore, 'instancesOfSeries' | 'seriesRevision'>) {
  const kept = new Map<string, RecentSeries & Readonly<{ revision: string }>>()
  /** Throws AppError 'not-found'. */
  return (seriesUid: string): RecentSeries => {
    const revision = seriesRevision(seriesUid)
    const known = kept.get(seriesUid)
    kept.delete(seriesUid)
    const found = known?.revision === revision ? known : { revision, ...opened(instancesOfSeries(seriesUid)) }
    if (found.instances.reduce((sum, { header }) => sum + header.frameCount, 0) <= mostFrames) kept.set(seriesUid, found)
    for (const [oldest] of kept) if (kept.size > mostSeries) kept.delete(oldest)
    return found
  }
}

function opened(instances: readonly StoredInstance[]): RecentSeries {
  if (instances.length === 0) throw new AppError('not-found', 'There is no such series.')
  let description: SeriesDescription | null = null
  return { instances, description: () => (description ??= describeSeries(instances)) }
}
