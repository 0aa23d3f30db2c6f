import { assertNever } from '../../src-shared/errors.ts'
import type { EdgeEvent } from '../../src-shared/events.ts'

export type EventQueue = Readonly<{ put: (event: EdgeEvent) => void, take: () => EdgeEvent | undefined }>

/**
 * What one window has not read yet. A later event about the same thing replaces the earlier one, and past `max` things all of it gives
 * way to one `system-changed`, upon which the window asks for everything anew. So a window that falls behind costs little memory.
 */
export function createEventQueue(max: number): EventQueue {
  const waiting = new Map<string, EdgeEvent>()
  return {
    put(event) {
      const subject = subjectOf(event)
      waiting.delete(subject)
      if (waiting.size < max) {
        waiting.set(subject, event)
        return
      }
      waiting.clear()
      waiting.set('system-changed', { type: 'system-changed' })
    },
    take() {
      const [first] = waiting
      if (first === undefined) return undefined
      waiting.delete(first[0])
      return first[1]
    }
  }
}

function subjectOf(event: EdgeEvent): string {
  switch (event.type) {
    case 'import': return `import ${event.progress.id}`
    case 'analysis': return `analysis ${event.analysis.id}`
    case 'study-changed': case 'findings-changed': case 'report-changed': case 'key-images-changed': case 'readings-changed': return `${event.type} ${event.studyUid}`
    case 'annotations-changed': return `${event.type} ${event.studyUid} ${event.annotationId ?? ''}`
    case 'reading-progress': return `${event.type} ${event.readingId}`
    case 'series-thumbnail': return `${event.type} ${event.seriesUid}`
    case 'hello': case 'session-changed': case 'system-changed': case 'hanging-protocols-changed': case 'viewer-preferences-changed': case 'reader-changed': case 'models-changed': case 'sync-changed':
    case 'glasses-changed': case 'glasses-data': case 'followup-changed': return event.type
    case 'intervention': return `${event.type} ${event.interventionId}`
    default: return assertNever(event)
  }
}
