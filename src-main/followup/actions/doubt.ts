import { z } from 'zod'
import { restoredKey } from '../../platform/backup/backup-store.ts'
import type { SettingsStore } from '../../platform/settings-store.ts'
import type { Ground, SyncFace } from '../faces.ts'
import type { MessageStore } from '../sms/message-store.ts'
import type { CallStore } from '../voice/call-store.ts'
import type { ActionStore } from './action-store.ts'

export type DoubtDeps = Pick<Ground, 'db' | 'audit'> & Readonly<{ settings: SettingsStore, actions: ActionStore, messages: MessageStore, calls: CallStore, sync: Pick<SyncFace, 'callOff'> }>
const note = 'A backup was put back: it may have been sent after that copy was made. Ask the patient, or look at the provider, before you send it.'
const all = 1_000_000

/**
 * After a backup was put back, what it calls planned or queued may have left since. None of it goes by itself: a person decides. Call it before
 * anything is sent. Returns how many.
 */
export function doubtRestored({ db, audit, settings, actions, messages, calls, sync }: DoubtDeps): number {
  const restoredAt = settings.get(restoredKey, z.iso.datetime())
  if (restoredAt === null) return 0
  return db.sqlite.transaction(() => {
    const [texts, spoken, due] = [messages.waiting(), calls.waiting(), actions.due(restoredAt, all)]
    for (const { id, outboxId } of texts) {
      if (outboxId !== null) sync.callOff(outboxId, note)
      messages.set(id, { state: 'unknown', note })
    }
    for (const { id, outboxId } of spoken) {
      if (outboxId !== null) sync.callOff(outboxId, note)
      calls.set(id, { state: 'unknown', outcome: note })
    }
    for (const { actionId } of [...texts, ...spoken]) if (actionId !== null) actions.set(actionId, { state: 'unknown', outcome: note })
    for (const { id, kind } of due) if (kind === 'sms' || kind === 'call') actions.set(id, { state: 'unknown', outcome: note })
    settings.remove(restoredKey)
    const count = texts.length + spoken.length + due.length
    audit.record({ actor: 'system', actorName: 'Vigil', action: 'followup.doubted', subject: 'followup', detail: { count } })
    return count
  }).immediate()
}
