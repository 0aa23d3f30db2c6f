import type { ActionState, Board } from '../../src-shared/followup.ts'
import type { Ground } from './faces.ts'
import type { ActionStore } from './actions/action-store.ts'
import type { Actions } from './actions/actions.ts'
import type { Dispatcher } from './actions/dispatcher.ts'

export type BoardDeps = Pick<Ground, 'clock' | 'config'> & Readonly<{ rows: ActionStore, actions: Actions, dispatcher: Dispatcher }>
const most = 200
const doneDays = 7
const waiting: readonly ActionState[] = ['planned', 'queued']
const failed: readonly ActionState[] = ['failed', 'unknown']
const over: readonly ActionState[] = ['done', 'mock', 'skipped', 'cancelled']

/** What is to be done now, what waits, what went wrong, what is done: risk first. */
export function createBoard({ clock, config, rows, actions, dispatcher }: BoardDeps) {
  return (): Board => {
    const now = clock.iso()
    const since = new Date(clock.now().getTime() - doneDays * 24 * 3600 * 1000).toISOString()
    const isDue = ({ state, dueAt }: Readonly<{ state: ActionState, dueAt: string }>) => state === 'open' || (state === 'planned' && dueAt <= now)
    const open = rows.list({ states: ['open', ...waiting], limit: 2 * most })
    const due = open.filter(isDue)
    const dueCount = rows.countIn(['open']) + rows.countDue(now)
    return {
      mode: config.mode, held: dispatcher.held(), lastDispatchAt: dispatcher.lastAt(),
      due: due.slice(0, most).map(actions.view), waiting: open.filter((row) => !isDue(row)).slice(0, most).map(actions.view),
      failed: rows.list({ states: failed, limit: most }).map(actions.view), done: rows.list({ states: over, limit: most, newestFirst: true, since }).map(actions.view),
      counts: { due: dueCount, waiting: rows.countIn(['open', ...waiting]) - dueCount, failed: rows.countIn(failed), done: rows.countIn(over, since) }
    }
  }
}
