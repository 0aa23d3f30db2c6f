import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { CircleCheck, Inbox, Search } from 'lucide-react'
import { useRef, useState } from 'react'
import { SyncItemsQuery, type SyncStatus } from '../../../src-shared/sync.ts'
import type { SyncAsk } from '../../api/sync.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { queryKeys } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { useCommands } from '../../ui/commands-context.tsx'
import { useDebounced } from '../../ui/debounced.ts'
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'
import { QueueRow } from './queue-row.tsx'
import { useSyncActs } from './use-sync.ts'

const filters: readonly (readonly [SyncAsk['state'], string])[] = [['open', 'Open'], ['dead', 'Given up'], ['done', 'Done'], ['cancelled', 'Called off'], ['all', 'All']]
const firstPage: string | null = null

/** Items as rows: what, whose, how far, why not yet. Those that were given up stand first, because they wait for a person. */
export function Queue({ status }: Readonly<{ status: SyncStatus }>) {
  const api = useApi()
  const [state, setState] = useState<SyncAsk['state']>('open')
  const [search, setSearch] = useState('')
  const [selected, setSelected] = useState<string | null>(null)
  const box = useRef<HTMLInputElement>(null)
  const ask: SyncAsk = { state, search: useDebounced(search.trim(), 200), target: null }
  const pages = useInfiniteQuery({
    queryKey: [...queryKeys.sync, 'items', ask], initialPageParam: firstPage, placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) => api.sync.items(ask, pageParam, signal), getNextPageParam: ({ items, more }) => (more ? items.at(-1)?.id ?? null : null)
  })
  const { retry, cancel } = useSyncActs()
  const mayCancel = useHasRole('clinician', 'admin')
  const found = pages.data?.pages.flatMap(({ items }) => items) ?? []
  const items = state === 'open' ? [...found.filter((item) => item.state === 'dead'), ...found.filter((item) => item.state !== 'dead')] : found
  const current = items.find(({ id }) => id === selected)
  const move = (by: number) => {
    const at = items.findIndex(({ id }) => id === selected)
    const next = items[Math.min(items.length - 1, Math.max(0, at < 0 ? 0 : at + by))]
    if (next === undefined) return
    setSelected(next.id)
    document.getElementById(`sync-item-${next.id}`)?.scrollIntoView({ block: 'nearest' })
  }
  useCommands([
    { id: 'sync.down', run: () => { move(1) } }, { id: 'sync.up', run: () => { move(-1) } },
    { id: 'sync.retry', isEnabled: current?.isRetryable === true, run: () => { if (current !== undefined) retry.mutate(current.id) } },
    { id: 'sync.cancel', isEnabled: mayCancel && current?.isCancellable === true, run: () => { if (current !== undefined) cancel.mutate(current.id) } },
    { id: 'sync.search', run: () => { box.current?.focus() } }
  ])
  return (
    <>
      <div className="row sync-bar">
        <div className="sync-search"><Search aria-hidden /><input ref={box} className="input" aria-label="Search the queue" placeholder="Patient or study" spellCheck={false} value={search} onChange={(event) => { setSearch(event.target.value) }} /></div>
        <fieldset className="row fieldset-plain" aria-label="State">{filters.map(([value, name]) => <Button key={value} aria-pressed={state === value} onClick={() => { setState(SyncItemsQuery.shape.state.parse(value)); setSelected(null) }}>{name}</Button>)}</fieldset>
        <span className="grow" />
        <output className="quiet small">{status.counts.waiting + status.counts.sending + status.counts.unknown} open · {status.counts.doneToday} left today</output>
      </div>
      {pages.data === undefined ? (pages.isError ? <ErrorState title="The queue can't be read" message={messageOf(pages.error)} onRetry={() => { void pages.refetch() }} /> : <Skeleton height={160} />)
        : items.length === 0 ? <NothingThere isFiltered={search !== '' || state !== 'open'} status={status} />
          : (
            <div className="sync-scroller">
              {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- rows are selected by key, as in the worklist */}
              <table className="plain-table sync-queue" role="grid" aria-label="Queue" tabIndex={0} {...(current === undefined ? {} : { 'aria-activedescendant': `sync-item-${current.id}` })}>
                <thead><tr><th scope="col">What</th><th scope="col">Patient</th><th scope="col">Where to</th><th scope="col">Size</th><th scope="col">State</th><th scope="col">Tries</th><th scope="col">Why, and when</th><th scope="col"><span className="visually-hidden">Acts</span></th></tr></thead>
                <tbody>{items.map((item) => <QueueRow key={item.id} item={item} isSelected={item.id === selected} mayCancel={mayCancel} onSelect={() => { setSelected(item.id) }} onRetry={() => { retry.mutate(item.id) }} onCancel={() => { cancel.mutate(item.id) }} />)}</tbody>
              </table>
              {pages.hasNextPage ? <div className="sync-more"><Button disabled={pages.isFetchingNextPage} onClick={() => { void pages.fetchNextPage() }}>Show older</Button></div> : null}
            </div>
          )}
    </>
  )
}

function NothingThere({ isFiltered, status }: Readonly<{ isFiltered: boolean, status: SyncStatus }>) {
  if (isFiltered) return <EmptyState icon={<Inbox aria-hidden />} title="No item of that kind" text="Another filter or another search shows others." />
  if (status.storage.mode === 'off') return <EmptyState icon={<Inbox aria-hidden />} title="Nothing leaves this workstation" text={status.storage.text} />
  return <EmptyState icon={<CircleCheck aria-hidden />} title="Nothing waits" text="Everything that should be off-site is, or nothing has to leave yet. Signed reports and their studies come here by themselves." />
}
