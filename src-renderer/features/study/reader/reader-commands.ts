import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { Statement, StatementVerdict } from '../../../../src-shared/reading.ts'
import { useCommands } from '../../../ui/commands-context.tsx'
import { useStudyScreenStore } from '../study-state.ts'
import { inOrderOfNeed } from './reader-texts.ts'
import { useReadingActions, useReadings } from './use-readings.ts'

/** The keys of the reader: ask, call off, go through its sentences and decide. */
export function useReaderCommands(studyUid: StudyUid, isReadOnly: boolean): void {
  const store = useStudyScreenStore()
  const list = useReadings(studyUid).data
  const { request, cancel, decide } = useReadingActions(studyUid)
  const statements = inOrderOfNeed((list?.isHidden === true ? [] : list?.readings ?? []).flatMap((reading) => reading.statements))
  const running = (list?.readings ?? []).filter(({ state, analysisId }) => (state === 'queued' || state === 'running') && analysisId === null)
  const at = () => statements.findIndex(({ id }) => id === store.getState().selectedStatementId)
  const select = (statement: Statement | undefined) => { if (statement !== undefined) store.getState().set({ selectedStatementId: statement.id, tab: 'reader' }) }
  const step = (by: number) => { select(statements[at() < 0 ? (by > 0 ? 0 : statements.length - 1) : (at() + by + statements.length) % statements.length]) }
  const judge = (verdict: StatementVerdict['verdict']) => {
    const statement = statements[at()]
    if (statement === undefined) { select(statements.find(({ status }) => status === 'proposed') ?? statements[0]); return }
    // Whoever has gone to another tab meanwhile is not fetched back.
    const next = statements.find(({ id, status }) => status === 'proposed' && id !== statement.id)
    decide.mutate({ statement, verdict }, { onSuccess: () => { if (next !== undefined) store.getState().set({ selectedStatementId: next.id }) } })
  }
  const hasStatements = statements.length > 0
  useCommands([
    { id: 'reader.describe', isEnabled: list?.canRead === true, run: () => { store.getState().set({ tab: 'reader' }); request.mutate({ task: 'describe-study' }) } },
    { id: 'reader.cancel', isEnabled: running.length > 0, run: () => { for (const { id } of running) cancel.mutate(id) } },
    { id: 'statement.next', isEnabled: hasStatements, run: () => { step(1) } },
    { id: 'statement.previous', isEnabled: hasStatements, run: () => { step(-1) } },
    { id: 'statement.accept', isEnabled: hasStatements && !isReadOnly, run: () => { judge('accept') } },
    { id: 'statement.reject', isEnabled: hasStatements && !isReadOnly, run: () => { judge('reject') } }
  ])
}
