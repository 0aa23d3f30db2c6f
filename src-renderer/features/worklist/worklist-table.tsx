import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react'
import type { WorklistRow } from '../../../src-shared/studies.ts'
import type { WorklistAsk } from '../../api/studies.ts'
import { useNow } from '../../ui/now.ts'
import { Skeleton } from '../../ui/states.tsx'
import { columns, type Column } from './columns.tsx'
import { useWorklistPages } from './worklist-rows.ts'
import { nextSort, useWorklist, useWorklistStore } from './worklist-state.ts'

export const rowHeightPx = 32

type TableProps = Readonly<{ ask: WorklistAsk, total: number, isStale: boolean, onOpen: (row: WorklistRow) => void, controls: RefObject<TableControls | null> }>

/** What the screen's keys do to the table. */
export type TableControls = Readonly<{ move: (by: number | 'first' | 'last' | 'page-up' | 'page-down') => void }>

export function WorklistTable({ ask, total, isStale, onOpen, controls }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const store = useWorklistStore()
  const selected = useWorklist((state) => state.selected)
  const virtual = useVirtualizer({
    count: total, getScrollElement: () => scroller.current, estimateSize: () => rowHeightPx, overscan: 10, initialOffset: store.getState().scrollPx
  })
  const items = virtual.getVirtualItems()
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
      <table className="worklist-table" role="grid" aria-label="Worklist" aria-rowcount={total + 1} tabIndex={0}
        {...(selected === null ? {} : { 'aria-activedescendant': `worklist-row-${selected.index}` })}>
        <thead role="rowgroup"><tr role="row" aria-rowindex={1}>{columns.map((column) => <HeaderCell key={column.id} column={column} />)}</tr></thead>
        <tbody role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <Row key={item.index} index={item.index} topPx={item.start} row={rowAt(item.index)} isSelected={selected?.index === item.index} nowMs={now} onOpen={onOpen} />
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
  if (sort === null) return <th role="columnheader" scope="col" className={className}>{column.title}</th>
  return (
    <th role="columnheader" scope="col" className={className} aria-sort={order === null ? 'none' : order === 'asc' ? 'ascending' : 'descending'}>
      <button type="button" onClick={() => { store.getState().set({ ...nextSort(store.getState(), sort), selected: null }) }}>
        {column.title}{order === null ? null : order === 'asc' ? <ArrowUp aria-hidden /> : <ArrowDown aria-hidden />}
      </button>
    </th>
  )
}

type RowProps = Readonly<{ index: number, topPx: number, row: WorklistRow | undefined, isSelected: boolean, nowMs: number, onOpen: (row: WorklistRow) => void }>

function Row({ index, topPx, row, isSelected, nowMs, onOpen }: RowProps) {
  const store = useWorklistStore()
  return (
    <tr role="row" id={`worklist-row-${index}`} aria-rowindex={index + 2} aria-selected={isSelected} className="worklist-row" style={{ transform: `translateY(${topPx}px)` }}
      onMouseDown={() => { store.getState().set({ selected: { index, studyUid: row?.studyUid ?? null } }) }} onDoubleClick={() => { if (row !== undefined) onOpen(row) }}>
      {columns.map((column) => (
        <td role="gridcell" key={column.id} className={`worklist-cell worklist-cell-${column.id}${column.isNumber ? ' worklist-number' : ''}`}>
          {row === undefined ? <Skeleton width="70%" /> : column.cell(row, nowMs)}
        </td>
      ))}
    </tr>
  )
}

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
    const element = scroller.current
    if (element !== null && element.scrollTop > 0) element.scrollTop += (index - selected.index) * rowHeightPx
    set({ selected: { index, studyUid: selected.studyUid } })
  })
}
