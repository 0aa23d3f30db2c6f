import { useNavigate } from '@tanstack/react-router'
import { useCallback, useRef, type RefObject } from 'react'
import type { StudyUid } from '../../../src-shared/ids.ts'
import { messageOf } from '../../api/failures.ts'
import { useLine } from '../../api/line.ts'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { EmptyWorklist, NothingMatches } from './empty-worklist.tsx'
import { Preview } from './preview.tsx'
import { StaleBanner } from './stale-banner.tsx'
import { useWorklistCommands } from './worklist-commands.ts'
import { WorklistBar } from './worklist-bar.tsx'
import { useWorklistAsk, useWorklistHead } from './worklist-rows.ts'
import { isFiltered, useWorklist } from './worklist-state.ts'
import { WorklistTable, type TableControls } from './worklist-table.tsx'
import './worklist.css'

export function WorklistScreen() {
  const navigate = useNavigate()
  const open = useCallback((studyUid: StudyUid) => { void navigate({ to: '/study', search: { uid: studyUid } }) }, [navigate])
  const table = useRef<TableControls>(null)
  const searchBox = useRef<HTMLInputElement>(null)
  useWorklistCommands({ open, table, searchBox })
  const ask = useWorklistAsk()
  const head = useWorklistHead(ask)
  const line = useLine((store) => store.state)
  return (
    <div className="worklist">
      <h1 className="visually-hidden">Worklist</h1>
      <WorklistBar head={head.data} searchBox={searchBox} />
      {line === 'down' || (head.isError && head.data !== undefined) ? <StaleBanner onRetry={() => { void head.refetch() }} /> : null}
      <div className="worklist-body">
        <List ask={ask} head={head} table={table} onOpen={open} />
        <Side onOpen={open} />
      </div>
    </div>
  )
}

type ListProps = Readonly<{
  ask: ReturnType<typeof useWorklistAsk>, head: ReturnType<typeof useWorklistHead>, table: RefObject<TableControls | null>, onOpen: (studyUid: StudyUid) => void
}>

function List({ ask, head, table, onOpen }: ListProps) {
  const hasFilter = useWorklist(isFiltered)
  if (head.data === undefined) {
    return head.isError ? <ErrorState title="The worklist can't be read" message={messageOf(head.error)} onRetry={() => { void head.refetch() }} /> : <LoadingRows />
  }
  if (head.data.total === 0) return hasFilter ? <NothingMatches /> : <EmptyWorklist />
  return <WorklistTable ask={ask} total={head.data.total} isStale={head.isPlaceholderData} onOpen={onOpen} controls={table} />
}

function Side({ onOpen }: Readonly<{ onOpen: (studyUid: StudyUid) => void }>) {
  const studyUid = useWorklist((state) => state.selected?.studyUid ?? null)
  const isOpen = useWorklist((state) => state.isPreviewOpen)
  return isOpen ? <Preview studyUid={studyUid} onOpen={onOpen} /> : null
}

function LoadingRows() {
  return <output className="worklist-loading" aria-label="Reading the worklist">{Array.from({ length: 18 }, (_, index) => <Skeleton key={index} height={14} width={`${92 - (index % 5) * 6}%`} />)}</output>
}
