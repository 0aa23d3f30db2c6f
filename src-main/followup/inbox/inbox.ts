import { jsonOf } from '../../platform/json.ts'
import type { Ground } from '../faces.ts'
import type { EventRow, InboxStore, NewEvent } from './inbox-store.ts'

/** Acts on one event, inside the transaction that marks it as done. */
export type Handle = (body: unknown, event: EventRow) => void
export type InboxDeps = Pick<Ground, 'db' | 'clock' | 'log'> & Readonly<{ store: InboxStore, handle: Readonly<Record<EventRow['provider'], Handle>>, changed: () => void }>
const mostAttempts = 5
const keptMs = 30 * 24 * 3600 * 1000

/** Events of providers: written before they are answered, acted on once, again after a crash. */
export function createInbox({ db, clock, log, store, handle, changed }: InboxDeps) {
  const process = (row: EventRow): void => {
    try {
      db.sqlite.transaction(() => {
        if (store.get(row.id)?.state !== 'new') return
        handle[row.provider](jsonOf(row.body), row)
        store.done(row.id)
      }).immediate()
    } catch (error) {
      log.error('event-not-taken', error, { provider: row.provider, type: row.type, eventRow: row.id })
      store.failed(row.id, error instanceof Error ? error.name : 'error', row.attempts + 1 >= mostAttempts)
    }
  }
  const work = (): void => {
    const rows = store.fresh(200)
    for (const row of rows) process(row)
    if (rows.length > 0) changed()
  }
  return {
    /** Durable when it returns. False for a repeat. */
    take: (event: NewEvent): boolean => store.add(event) !== null,
    /** After the answer has left. */
    workSoon(): void { setImmediate(() => { try { work() } catch (error) { log.error('inbox-not-worked', error) } }) },
    work,
    tidy: (): void => { store.forgetBefore(new Date(clock.now().getTime() - keptMs).toISOString()) }
  }
}
export type Inbox = ReturnType<typeof createInbox>
