import type { CommandName } from '../ui/commands.ts'

const anywhere = (id: string, title: string, keys: readonly string[], isWhileTyping = true): CommandName => ({ id, title, group: 'Anywhere', place: 'anywhere', keys, isWhileTyping })

/** What can be done on every screen. */
export const appKeys: readonly CommandName[] = [
  anywhere('app.palette', 'Command palette', ['ctrl+k']),
  anywhere('app.keys', 'Show the keys of this screen', ['?'], false),
  anywhere('app.worklist', 'Go to the worklist', ['ctrl+1']),
  anywhere('app.study', 'Go to the last study', ['ctrl+2']),
  anywhere('app.sync', 'Go to what leaves this workstation', ['ctrl+3']),
  anywhere('app.glasses', 'Go to the glasses', ['ctrl+4']),
  anywhere('app.follow-up', 'Go to the follow-up', ['ctrl+5']),
  anywhere('app.reader', 'Go to the reader’s figures', []),
  anywhere('app.settings', 'Go to the settings', ['ctrl+,']),
  anywhere('app.audit', 'Go to the audit trail', []),
  anywhere('app.lock', 'Lock the workstation', ['ctrl+l']),
  anywhere('app.sign-out', 'Sign out', [])
]
