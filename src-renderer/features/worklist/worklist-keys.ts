import type { CommandName } from '../../ui/commands.ts'

const onList = (id: string, title: string, keys: readonly string[], isWhileTyping = false): CommandName =>
  ({ id: `worklist.${id}`, title, group: 'Worklist', place: 'worklist', keys, isWhileTyping })

/** The keys of the worklist. Those that move and open work from the search box too. */
export const worklistKeys: readonly CommandName[] = [
  onList('down', 'Next study', ['arrowdown'], true),
  onList('up', 'Previous study', ['arrowup'], true),
  onList('page-down', 'One screen down', ['pagedown'], true),
  onList('page-up', 'One screen up', ['pageup'], true),
  onList('first', 'First study', ['home']),
  onList('last', 'Last study', ['end']),
  onList('open', 'Open the selected study', ['enter'], true),
  onList('analyse', 'Analyse the selected study', ['a']),
  onList('import', 'Import a folder', ['i']),
  onList('search', 'Search', ['/']),
  onList('leave-search', 'Leave the search', ['escape'], true),
  onList('preview', 'Show or hide the preview', ['p'])
]
