import type { CommandName } from '../../ui/commands.ts'

const onQueue = (id: string, title: string, keys: readonly string[]): CommandName => ({ id: `sync.${id}`, title, group: 'Sync', place: 'sync', keys })

/** The keys of the queue. */
export const syncKeys: readonly CommandName[] = [
  onQueue('down', 'Next item', ['arrowdown']),
  onQueue('up', 'Previous item', ['arrowup']),
  onQueue('retry', 'Try the selected item again', ['r']),
  onQueue('cancel', 'Call the selected item off', ['delete']),
  onQueue('pause', 'Pause everything that leaves, or let it go on', ['p']),
  onQueue('search', 'Search the queue', ['/']),
  onQueue('queue', 'Show the queue', ['alt+1']),
  onQueue('left', 'Show what has left', ['alt+2'])
]
