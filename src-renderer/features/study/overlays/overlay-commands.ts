import { useQueryClient } from '@tanstack/react-query'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { overlaysQuery } from '../../../api/overlays.ts'
import { useCommands } from '../../../ui/commands-context.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import { useStudyScreenStore } from '../study-state.ts'
import { allOrNone } from './overlay-switches.ts'

/** Hides all overlays at once, to see what lies under them, or shows all that can be drawn. */
export function useOverlayCommands(studyUid: StudyUid): void {
  const api = useApi()
  const queries = useQueryClient()
  const notify = useNotify()
  const store = useStudyScreenStore()
  const toggleAll = async () => {
    const { overlays } = await queries.ensureQueryData(overlaysQuery(api, studyUid))
    const { overlaysOn, set } = store.getState()
    const next = allOrNone(overlaysOn, overlays)
    if (next.length === 0 && overlaysOn.length === 0) notify('info', 'This study has nothing that could be drawn over its images.')
    set({ overlaysOn: next })
  }
  useCommands([{ id: 'study.overlays.toggle', run: () => { toggleAll().catch((error: unknown) => { notify('error', messageOf(error)) }) } }])
}
