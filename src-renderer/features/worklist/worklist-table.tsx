import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { memo, useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import type { StudyUid } from '../../../src-shared/ids.ts'
import type { WorklistRow } from '../../../src-shared/studies.ts'
import type { WorklistAsk } from '../../api/studies.ts'
import { useNow } from '../../ui/now.ts'
import { Skeleton } from '../../ui/states.tsx'
import { columns, type Column } from './columns.tsx'
import { useWorklistPages } from './worklist-rows.ts'
import { nextSort, useWorklist, useWorklistStore } from './worklist-state.ts'

export const rowHeightPx = 32

type TableProps = Readonly<{ ask: WorklistAsk, total: number, isStale: boolean, onOpen: (studyUid: StudyUid) => void, controls: RefObject<TableControls | null> }>

/** What the screen's keys do to the table. */
export type TableControls = Readonly<{ move: (by: number | 'first' | 'last' | 'page-up' | 'page-down') => void }>

export function WorklistTable({ ask, total, isStale, onOpen, controls }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const store = useWorklistStore()
  const selected = useWorklist((state) => state.selected)
  // oxlint-disable-next-line react/incompatible-library -- it speaks to those who compile their components; this project does not
  const virtual = useVirtualizer({
    count: total, getScrollElement: () => scroller.current, estimateSize: () => rowHeightPx, overscan: 10, initialOffset: store.getState().scrollPx
  })
  const items = virtual.getVirtualItems()
  // A row that leaves at one end comes back at the other with new text, which costs far less than taking its elements away and making others.
  const slots = Math.ceil(items.length / 8) * 8
  const rowAt = useWorklistPages(ask, items[0]?.index ?? 0, items.at(-1)?.index ?? 0)
  const move: TableControls['move'] = (by) => {
    if (total === 0) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / rowHeightPx) - 2)
    const now = store.getState().selected?.index ?? -1
    const wanted = by === 'first' ? 0 : by === 'last' ? total - 1 : by === 'page-down' ? now + page : by === 'page-up' ? now - page : now + by
    const index = Math.min(total - 1, Math.max(0, wanted))
    store.getState().set({ selected: { index, studyUid: rowAt(index)?.studyUid ?? null } })
    virtual.scrollToIndex(index, { align: 'auto' })
  }
  useEffect(() => {
    controls.current = { move }
    return () => { controls.current = null }
  })
  useFollowSelection(items.map((item) => item.index), rowAt, scroller)
  const now = useNow(60_000)
  return (
    <div className="worklist-scroller" ref={scroller} data-stale={isStale} onScroll={(event) => { store.getState().set({ scrollPx: event.currentTarget.scrollTop }) }}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- a table may be a grid (ARIA in HTML), and this one is: its rows are selected by key */}
      <table className="worklist-table" role="grid" aria-label="Worklist" aria-rowcount={total + 1} tabIndex={0}
        {...(selected === null ? {} : { 'aria-activedescendant': `worklist-row-${selected.index}` })}>
        <thead><tr aria-rowindex={1}>{columns.map((column) => <HeaderCell key={column.id} column={column} />)}</tr></thead>
        <tbody style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <Row key={item.index % slots} index={item.index} topPx={item.start} row={rowAt(item.index)} isSelected={selected?.index === item.index} nowMs={now} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function HeaderCell({ column }: Readonly<{ column: Column }>) {
  const store = useWorklistStore()
  const order = useWorklist((state) => (state.sort === column.sort ? state.order : null))
  const { sort } = column
  const className = `worklist-cell worklist-cell-${column.id}${column.isNumber ? ' worklist-number' : ''}`
  if (sort === null) return <th scope="col" className={className}>{column.title}</th>
  return (
    <th scope="col" className={className} aria-sort={order === null ? 'none' : order === 'asc' ? 'ascending' : 'descending'}>
      <button type="button" onClick={() => { store.getState().set({ ...nextSort(store.getState(), sort), selected: null }) }}>
        {column.title}{order === null ? null : order === 'asc' ? <ArrowUp aria-hidden /> : <ArrowDown aria-hidden />}
      </button>
    </th>
  )
}

type RowProps = Readonly<{ index: number, topPx: number, row: WorklistRow | undefined, isSelected: boolean, nowMs: number, onOpen: (studyUid: StudyUid) => void }>

/** Drawn again only when something of its own changes: scrolling moves dozens of them a frame. */
const Row = memo(function Row({ index, topPx, row, isSelected, nowMs, onOpen }: RowProps) {
  const store = useWorklistStore()
  return (
    <tr id={`worklist-row-${index}`} aria-rowindex={index + 2} aria-selected={isSelected} className="worklist-row" style={{ transform: `translateY(${topPx}px)` }}
      onMouseDown={() => { store.getState().set({ selected: { index, studyUid: row?.studyUid ?? null } }) }} onDoubleClick={() => { if (row !== undefined) onOpen(row.studyUid) }}>
      {columns.map((column) => {
        const content = row === undefined ? <Skeleton width="70%" /> : column.cell(row, nowMs)
        return (
          // What is too long for its column can be read whole under the mouse.
          <td key={column.id} className={`worklist-cell worklist-cell-${column.id}${column.isNumber ? ' worklist-number' : ''}`} {...(typeof content === 'string' && content.length > 5 ? { title: content } : {})}>{content}</td>
        )
      })}
    </tr>
  )
})

/**
 * Keeps the selection on its study when others come in above it, and keeps that study where it was on the screen: a list that jumps
 * under the hand opens the wrong patient.
 */
function useFollowSelection(indexes: readonly number[], rowAt: (index: number) => WorklistRow | undefined, scroller: RefObject<HTMLDivElement | null>): void {
  const store = useWorklistStore()
  useLayoutEffect(() => {
    const { selected, set } = store.getState()
    if (selected === null) return
    const row = rowAt(selected.index)
    if (selected.studyUid === null) {
      if (row !== undefined) set({ selected: { index: selected.index, studyUid: row.studyUid } })
      return
    }
    if (row === undefined || row.studyUid === selected.studyUid) return
    const index = indexes.find((candidate) => rowAt(candidate)?.studyUid === selected.studyUid)
    if (index === undefined) return
    if ((scroller.current?.scrollTop ?? 0) > 0) scroller.current?.scrollBy(0, (index - selected.index) * rowHeightPx)
    set({ selected: { index, studyUid: selected.studyUid } })
  })
}
