import { AppError } from '../../src-shared/errors.ts'
import type { ViewerPreferences } from '../../src-shared/viewing.ts'
import type { Principal } from '../platform/http.ts'
import type { ViewingDeps } from './faces.ts'
import type { ViewingStore } from './store.ts'

/** Keys and habits of the one who asks, the same on every window of the workstation. */
export function createPreferences({ db, clock, events }: ViewingDeps, store: ViewingStore['preferences']) {
  const of = (by: Principal): ViewerPreferences => {
    const row = store.of(by.id)
    return row === null ? { keys: {}, revision: 0 } : { ...row.body, revision: row.revision }
  }

  return {
    of,
    /** Throws 'stale-revision' where another window has written in between; a repeat after a lost answer is none. */
    write({ revision, ...body }: ViewerPreferences, by: Principal): ViewerPreferences {
      const { kept, isNew } = db.sqlite.transaction(() => {
        const known = of(by)
        if (known.revision === revision + 1 && isSame(known.keys, body.keys)) return { kept: known, isNew: false }
        if (known.revision !== revision) throw new AppError('stale-revision', 'The keys were changed in another window. The newer ones are shown.')
        store.put({ owner: by.id, body, revision: revision + 1, updatedAt: clock.iso() })
        return { kept: { ...body, revision: revision + 1 }, isNew: true }
      }).immediate()
      if (isNew) events.publish({ type: 'viewer-preferences-changed' })
      return kept
    }
  }
}

/** The order in which commands are named means nothing; that of a command's chords does. */
function isSame(a: ViewerPreferences['keys'], b: ViewerPreferences['keys']): boolean {
  const text = (keys: ViewerPreferences['keys']) => JSON.stringify(Object.entries(keys).toSorted(([one], [other]) => one < other ? -1 : 1))
  return text(a) === text(b)
}
