import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { importsQuery, importSummaryQuery } from '../../api/queries.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { instantText } from '../../ui/format.ts'
import { useNow } from '../../ui/now.ts'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { outcomeText, stateText } from './import-texts.ts'
import { useImports } from './imports-state.ts'

/** Every import of late; each opens its summary again. */
export function ImportHistory() {
  const isOpen = useImports((state) => state.isHistoryOpen)
  const openHistory = useImports((state) => state.openHistory)
  return (
    <Dialog isOpen={isOpen} onClose={() => { openHistory(false) }} title="Imports" isWide>
      {isOpen ? <HistoryList /> : null}
    </Dialog>
  )
}

function HistoryList() {
  const { data, isError, error, refetch } = useQuery(importsQuery(useApi()))
  const openSummary = useImports((state) => state.openSummary)
  const now = useNow(60_000)
  if (data === undefined) return isError ? <ErrorState title="The imports can't be read" message={messageOf(error)} onRetry={() => { void refetch() }} /> : <Skeleton height={80} />
  if (data.length === 0) return <p className="quiet">Nothing was imported yet.</p>
  return (
    <ul className="import-history">
      {data.map((one) => (
        <li key={one.id}>
          <button type="button" onClick={() => { openSummary(one.id) }}>
            <span className="grow ellipsis">{one.label}</span><span>{stateText(one)}</span><span className="quiet">{outcomeText(one)}</span><span className="quiet">{instantText(one.startedAt, now)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

/** What came in and, file by file, what did not and why. */
export function ImportSummaryDialog() {
  const id = useImports((state) => state.openSummaryId)
  const openSummary = useImports((state) => state.openSummary)
  return (
    <Dialog isOpen={id !== null} onClose={() => { openSummary(null) }} title="Import summary" isWide>
      {id === null ? null : <Summary id={id} />}
    </Dialog>
  )
}

function Summary({ id }: Readonly<{ id: string }>) {
  const { data, isError, error, refetch } = useQuery(importSummaryQuery(useApi(), id))
  if (data === undefined) return isError ? <ErrorState title="The summary can't be read" message={messageOf(error)} onRetry={() => { void refetch() }} /> : <Skeleton height={80} />
  const { progress, rejections } = data
  return (
    <div className="stack">
      <p><strong>{progress.label}</strong>: {stateText(progress)}. {outcomeText(progress)}. {progress.message}</p>
      {rejections.length === 0 ? <p className="quiet">Every file was taken in.</p> : (
        <table className="plain-table">
          <thead><tr><th scope="col">File</th><th scope="col">Why it was not taken in</th></tr></thead>
          <tbody>{rejections.map((one) => <tr key={`${one.path}${one.code}`}><td className="import-path">{one.path}</td><td>{one.reason}</td></tr>)}</tbody>
        </table>
      )}
    </div>
  )
}
