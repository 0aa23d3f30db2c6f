import type { Finding, VerdictRequest } from '../../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useCommands } from '../../../ui/commands-context.tsx'
import { useStudyScreenStore } from '../study-state.ts'
import { useJumpToFinding } from '../viewer-link.tsx'
import { useFindingActions } from './finding-actions.ts'
import { groupFindings, neighbour, nextUndecided } from './finding-groups.ts'

/** The keys of review: `y` and `n` decide and go on to the next undecided finding, so that a list is worked through with one hand. */
export function useFindingCommands(studyUid: StudyUid, findings: readonly Finding[], isReadOnly: boolean): void {
  const store = useStudyScreenStore()
  const jump = useJumpToFinding()
  const { verdict } = useFindingActions(studyUid)
  const groups = groupFindings(findings)
  const selected = () => findings.find((finding) => finding.id === store.getState().selectedFindingId)
  const select = (finding: Finding | null) => {
    if (finding === null) return
    store.getState().set({ selectedFindingId: finding.id, tab: 'findings' })
    jump(finding)
  }
  const decide = (given: VerdictRequest['verdict']) => {
    const finding = selected()
    if (finding === undefined) {
      select(nextUndecided(groups.standing, null) ?? groups.standing[0] ?? null)
      return
    }
    const goOn = () => { if (given !== 'reopen') select(nextUndecided(groups.standing, finding.id)) }
    // A key pressed once too often is no second verdict.
    if (isDecided(finding, given)) goOn()
    else verdict.mutate({ finding, verdict: given }, { onSuccess: goOn })
  }
  const isEnabled = !isReadOnly && findings.length > 0
  useCommands([
    { id: 'finding.next', isEnabled: findings.length > 0, run: () => { select(neighbour(groups.standing, store.getState().selectedFindingId, 1)) } },
    { id: 'finding.previous', isEnabled: findings.length > 0, run: () => { select(neighbour(groups.standing, store.getState().selectedFindingId, -1)) } },
    { id: 'finding.accept', isEnabled, run: () => { decide('accept') } },
    { id: 'finding.reject', isEnabled, run: () => { decide('reject') } },
    { id: 'finding.reopen', isEnabled, run: () => { decide('reopen') } },
    { id: 'finding.edit', isEnabled, run: () => { store.getState().set({ editingFindingId: selected()?.id ?? null }) } },
    { id: 'finding.add', isEnabled: !isReadOnly, run: () => { store.getState().set({ editingFindingId: 'new' }) } }
  ])
}

function isDecided({ status }: Finding, verdict: VerdictRequest['verdict']): boolean {
  switch (verdict) {
    case 'accept': return status === 'accepted' || status === 'amended'
    case 'reject': return status === 'rejected'
    case 'reopen': return status === 'proposed'
  }
}
