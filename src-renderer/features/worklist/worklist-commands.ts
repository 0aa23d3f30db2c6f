import { useMutation } from '@tanstack/react-query'
import type { RefObject } from 'react'
import type { StudyUid } from '../../../src-shared/ids.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import type { Offer } from '../../ui/commands.ts'
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
  const moves: readonly Offer[] = [
    { id: 'worklist.down', run: () => { table.current?.move(1) } },
    { id: 'worklist.up', run: () => { table.current?.move(-1) } },
    { id: 'worklist.page-down', run: () => { table.current?.move('page-down') } },
    { id: 'worklist.page-up', run: () => { table.current?.move('page-up') } },
    { id: 'worklist.first', run: () => { table.current?.move('first') } },
    { id: 'worklist.last', run: () => { table.current?.move('last') } }
  ]
  useCommands([
    ...moves,
    { id: 'worklist.open', isEnabled: studyUid !== null, run: () => { if (studyUid !== null) open(studyUid) } },
    { id: 'worklist.analyse', isEnabled: studyUid !== null, run: () => { if (studyUid !== null) analyse(studyUid) } },
    { id: 'worklist.import', run: () => { registry.run('import.folder') } },
    { id: 'worklist.search', run: () => { searchBox.current?.focus(); searchBox.current?.select() } },
    { id: 'worklist.leave-search', run: () => { searchBox.current?.blur() } },
    { id: 'worklist.preview', run: () => { store.getState().set({ isPreviewOpen: !store.getState().isPreviewOpen }) } }
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
