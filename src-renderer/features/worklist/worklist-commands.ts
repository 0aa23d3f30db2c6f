import { useMutation } from '@tanstack/react-query'
import type { RefObject } from 'react'
import type { StudyUid } from '../../../src-shared/ids.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import type { Command } from '../../ui/commands.ts'
import { useCommandRegistry, useCommands } from '../../ui/commands-context.tsx'
import { useNotify } from '../../ui/notices.tsx'
import { useWorklist, useWorklistStore } from './worklist-state.ts'
import type { TableControls } from './worklist-table.tsx'

type Deps = Readonly<{
  open: (studyUid: StudyUid) => void
  table: RefObject<TableControls | null>
  searchBox: RefObject<HTMLInputElement | null>
}>

/** The keys of the worklist. Arrows work from the search box too, so that one can type, go down and open without the mouse. */
export function useWorklistCommands({ open, table, searchBox }: Deps): void {
  const registry = useCommandRegistry()
  const store = useWorklistStore()
  const analyse = useAnalyse()
  const studyUid = useWorklist((state) => state.selected?.studyUid ?? null)
  const group = 'Worklist'
  const moves: readonly Command[] = [
    { id: 'worklist.down', title: 'Next study', group, keys: ['arrowdown'], isWhileTyping: true, run: () => { table.current?.move(1) } },
    { id: 'worklist.up', title: 'Previous study', group, keys: ['arrowup'], isWhileTyping: true, run: () => { table.current?.move(-1) } },
    { id: 'worklist.page-down', title: 'One screen down', group, keys: ['pagedown'], isWhileTyping: true, run: () => { table.current?.move('page-down') } },
    { id: 'worklist.page-up', title: 'One screen up', group, keys: ['pageup'], isWhileTyping: true, run: () => { table.current?.move('page-up') } },
    { id: 'worklist.first', title: 'First study', group, keys: ['home'], run: () => { table.current?.move('first') } },
    { id: 'worklist.last', title: 'Last study', group, keys: ['end'], run: () => { table.current?.move('last') } }
  ]
  useCommands([
    ...moves,
    { id: 'worklist.open', title: 'Open the selected study', group, keys: ['enter'], isWhileTyping: true, isEnabled: studyUid !== null, run: () => { if (studyUid !== null) open(studyUid) } },
    { id: 'worklist.analyse', title: 'Analyse the selected study', group, keys: ['a'], isEnabled: studyUid !== null, run: () => { if (studyUid !== null) analyse(studyUid) } },
    { id: 'worklist.import', title: 'Import a folder', group, keys: ['i'], run: () => { registry.run('import.folder') } },
    { id: 'worklist.search', title: 'Search', group, keys: ['/'], run: () => { searchBox.current?.focus(); searchBox.current?.select() } },
    { id: 'worklist.leave-search', title: 'Leave the search', group, keys: ['escape'], isWhileTyping: true, run: () => { searchBox.current?.blur() } },
    { id: 'worklist.preview', title: 'Show or hide the preview', group, keys: ['p'], run: () => { store.getState().set({ isPreviewOpen: !store.getState().isPreviewOpen }) } }
  ])
}

function useAnalyse(): (studyUid: StudyUid) => void {
  const api = useApi()
  const notify = useNotify()
  const { mutate } = useMutation({
    mutationFn: (studyUid: StudyUid) => api.analysis.start(studyUid, { protocol: 'auto' }),
    onSuccess: (analysis) => { notify('done', `Analysis queued: ${analysis.protocolReason}`) },
    onError: (error) => { notify('error', messageOf(error)) }
  })
  return mutate
}
