import type { CallRow } from '../voice/call-store.ts'
import type { MessageRow } from '../sms/message-store.ts'
import type { ActionStore } from './action-store.ts'

/** Carries what became of a message or a call over to the action that caused it. Inside the caller's transaction. */
export function createFollowActions(actions: ActionStore) {
  const open = (id: string | null) => {
    const action = id === null ? null : actions.get(id)
    // A person has closed it, or it is another try's.
    return action === null || action.state === 'cancelled' || action.state === 'done' ? null : action
  }
  return {
    message({ actionId, state, note }: MessageRow): void {
      const action = open(actionId)
      if (action === null) return
      switch (state) {
        case 'queued': case 'sending': case 'received': return
        case 'held': actions.set(action.id, { outcome: note }); return
        case 'sent': actions.set(action.id, { state: 'queued', outcome: note === '' ? 'Sent. The carrier has not confirmed it yet.' : note }); return
        case 'delivered': actions.set(action.id, { state: 'done', outcome: 'Delivered.' }); return
        case 'mock': actions.set(action.id, { state: 'mock', outcome: 'Not sent: mock.' }); return
        case 'unknown': actions.set(action.id, { state: 'unknown', outcome: note }); return
        case 'failed': actions.set(action.id, { state: 'failed', outcome: note }); return
        case 'cancelled': actions.set(action.id, { state: 'cancelled', outcome: note }); return
        default: state satisfies never
      }
    },
    /** `again`: when a call that reached nobody is to be tried once more; null: it is not. */
    call({ actionId, state, outcome }: CallRow, again: string | null = null): void {
      const action = open(actionId)
      if (action === null) return
      switch (state) {
        case 'queued': return
        case 'held': actions.set(action.id, { outcome }); return
        case 'ringing': case 'in-progress': actions.set(action.id, { state: 'queued', outcome: state === 'ringing' ? 'Ringing.' : 'Speaking.' }); return
        case 'ended': actions.set(action.id, { state: 'done', outcome }); return
        case 'mock': actions.set(action.id, { state: 'mock', outcome: 'Not called: mock.' }); return
        case 'unknown': actions.set(action.id, { state: 'unknown', outcome }); return
        case 'failed': actions.set(action.id, again === null ? { state: 'failed', outcome } : { state: 'planned', dueAt: again, outcome: `${outcome} It is tried again.` }); return
        case 'cancelled': actions.set(action.id, { state: 'cancelled', outcome }); return
        default: state satisfies never
      }
    }
  }
}
export type FollowActions = ReturnType<typeof createFollowActions>
