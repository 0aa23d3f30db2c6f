import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState, type KeyboardEvent } from 'react'
import type { SopInstanceUid } from '../../../../src-shared/ids.ts'
import type { TagCopies } from './tag-copies.ts'
import { TagLine } from './tag-line.tsx'
import { movedBy, type TreeRow } from './tag-tree-model.ts'

const lineHeightPx = 42

type TreeProps = Readonly<{
  lines: readonly TreeRow[], words: readonly string[], isCovered: boolean, isStale: boolean, sopInstanceUid: SopInstanceUid
  onFold: (changes: readonly (readonly [string, boolean])[]) => void, copies: TagCopies
}>

/** The attributes as a tree: arrows move, open and close, * opens all beside, Enter shows a long value whole, Ctrl C copies. */
export function TagTree({ lines, words, isCovered, isStale, sopInstanceUid, onFold, copies }: TreeProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [selectedPath, setSelectedPath] = useState<string | null>(null)
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set())
  // oxlint-disable-next-line react/incompatible-library -- it speaks to those who compile their components; this project does not
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => lineHeightPx, overscan: 12, getItemKey: (index) => lines[index]?.row.path ?? index })
  const selected = lines.findIndex(({ row }) => row.path === selectedPath)
  const select = (index: number) => {
    setSelectedPath(lines[index]?.row.path ?? null)
    virtual.scrollToIndex(index, { align: 'auto' })
  }
  const toggleWhole = (path: string) => { setWhole((before) => { const next = new Set(before); if (!next.delete(path)) next.add(path); return next }) }
  const activate = ({ row, isOpen }: TreeRow) => {
    if (isOpen !== null) onFold([[row.path, !isOpen]])
    else if (row.isCut && !(isCovered && row.isPatientData)) toggleWhole(row.path)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const line = lines[selected]
    const isCopying = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c'
    const move = event.ctrlKey || event.metaKey || event.altKey ? null : movedBy(event.key, lines, selected)
    // A text that was marked by mouse is what Ctrl C means then.
    if (isCopying && (line === undefined || window.getSelection()?.isCollapsed === false)) return
    if (move === null && !isCopying && event.key !== 'Enter') return
    if (event.target !== event.currentTarget && event.key === 'Enter') return
    event.preventDefault()
    event.stopPropagation()
    if (isCopying && line !== undefined) (event.shiftKey ? copies.row : copies.value)(line.row)
    else if (move === null && line !== undefined) activate(line)
    if (move?.folds !== undefined) onFold(move.folds)
    if (move?.select !== undefined) select(move.select)
  }
  return (
    <div
      ref={scroller} className="tags-tree" role="tree" aria-label="Attributes" tabIndex={0} data-stale={isStale} data-keys="own" aria-busy={isStale} onKeyDown={onKeyDown}
      {...(selected < 0 ? {} : { 'aria-activedescendant': `tag-${selectedPath}` })}
    >
      <div className="tags-lines" role="presentation" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]
          return line === undefined ? null : (
            <div key={item.key} ref={virtual.measureElement} data-index={item.index} role="presentation" className="tags-place" style={{ transform: `translateY(${item.start}px)` }}>
              <TagLine
                line={line} words={words} isCovered={isCovered} isSelected={item.index === selected} isWhole={whole.has(line.row.path)} sopInstanceUid={sopInstanceUid} copies={copies}
                onSelect={() => { setSelectedPath(line.row.path) }} onActivate={() => { activate(line) }}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}
