import { assertNever } from '../../src-shared/errors.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'
import { queryKeys } from './queries.ts'

type Key = readonly string[]

/** Which queries an event makes stale. Everything at `hello`: the window may have missed what happened while the line was down. */
export function staleKeys(event: EdgeEvent): readonly Key[] {
  switch (event.type) {
    case 'hello': return [[]]
    case 'import': return [queryKeys.imports, ...(event.progress.finishedAt === null ? [] : [queryKeys.worklist])]
    case 'study-changed': return [queryKeys.worklist, queryKeys.detail(event.studyUid), queryKeys.timeline(event.studyUid), queryKeys.everyPriors]
    case 'series-thumbnail': return []
    case 'analysis': return [queryKeys.analysis(event.analysis.studyUid), queryKeys.timeline(event.analysis.studyUid), queryKeys.system]
    case 'findings-changed': return [queryKeys.analysis(event.studyUid), queryKeys.masks(event.studyUid), queryKeys.report(event.studyUid), queryKeys.timeline(event.studyUid)]
    case 'report-changed': return [queryKeys.report(event.studyUid), queryKeys.timeline(event.studyUid)]
    case 'annotations-changed': return [queryKeys.annotations(event.studyUid)]
    case 'key-images-changed': return [queryKeys.keyImages(event.studyUid)]
    case 'hanging-protocols-changed': return [queryKeys.hangingProtocols]
    case 'viewer-preferences-changed': return [queryKeys.viewerPreferences]
    case 'readings-changed': return [queryKeys.readings(event.studyUid), queryKeys.report(event.studyUid), queryKeys.timeline(event.studyUid), queryKeys.readerQuality]
    // Told several times a second; the screen that shows it listens by itself.
    case 'reading-progress': return []
    case 'reader-changed': return [queryKeys.reader, queryKeys.system]
    case 'models-changed': return [queryKeys.models, queryKeys.reader, queryKeys.system]
    case 'sync-changed': return [queryKeys.sync, queryKeys.system]
    case 'glasses-changed': return [queryKeys.glasses]
    case 'glasses-data': return [queryKeys.glassesTimeline]
    case 'intervention': return [queryKeys.glasses, queryKeys.glassesTimeline]
    case 'followup-changed': return [queryKeys.followup]
    case 'session-changed': return [queryKeys.session]
    case 'system-changed': return [queryKeys.system, queryKeys.backups]
    default: return assertNever(event)
  }
}

/** Collects keys and hands each over once per pause, so that an import of thousands of files asks a few times a second and not thousands. */
export function createCoalescer(deps: Readonly<{ flush: (keys: readonly Key[]) => void, everyMs: number }>) {
  const waiting = new Map<string, Key>()
  let timer: ReturnType<typeof setTimeout> | null = null
  const flush = () => {
    timer = null
    const keys = [...waiting.values()]
    waiting.clear()
    deps.flush(keys)
  }
  return {
    add: (keys: readonly Key[]) => {
      for (const key of keys) waiting.set(JSON.stringify(key), key)
      if (waiting.size > 0) timer ??= setTimeout(flush, deps.everyMs)
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer)
      timer = null
      waiting.clear()
    }
  }
}
