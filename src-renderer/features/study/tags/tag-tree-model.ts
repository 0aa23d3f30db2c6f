import type { TagRow } from '../../../../src-shared/tags.ts'

/** One line of the tree as it is drawn. `isOpen` is null where there is nothing to open. */
export type TreeRow = Readonly<{ row: TagRow, isOpen: boolean | null, level: number }>
/** What the user opened or closed by hand, by path. */
export type Folds = ReadonlyMap<string, boolean>
export type TreeMove = Readonly<{ select?: number, folds?: readonly (readonly [string, boolean])[] }>

type Branch = Readonly<{ end: number, children: number, holdsHit: boolean }>

/**
 * The lines that stand open. Sequences are folded, a lone item of an open one is not; under a search what holds a hit is open, and what
 * only lies within a hit is folded.
 */
export function treeRows(rows: readonly TagRow[], folds: Folds, isSearching: boolean): TreeRow[] {
  const branches = branchesOf(rows)
  const lines: TreeRow[] = []
  const siblings: number[] = []
  for (let at = 0; at < rows.length;) {
    const row = rows[at]
    const branch = branches[at]
    if (row === undefined || branch === undefined) break
    siblings[row.depth + 1] = branch.children
    const byItself = isSearching ? branch.holdsHit : row.kind === 'item' && siblings[row.depth] === 1
    const isOpen = branch.children === 0 ? null : folds.get(row.path) ?? byItself
    lines.push({ row, isOpen, level: row.depth + 1 })
    at = isOpen === false ? branch.end : at + 1
  }
  return lines
}

/** Where each row's subtree ends, how many children it has, and whether a hit lies below it. */
function branchesOf(rows: readonly TagRow[]): Branch[] {
  const branches: { end: number, children: number, holdsHit: boolean }[] = rows.map(() => ({ end: rows.length, children: 0, holdsHit: false }))
  const open: number[] = []
  for (const [at, row] of rows.entries()) {
    for (let top = open.at(-1); top !== undefined && (rows[top]?.depth ?? 0) >= row.depth; top = open.at(-1)) {
      const closed = branches[top]
      if (closed !== undefined) closed.end = at
      open.pop()
    }
    const parent = branches[open.at(-1) ?? -1]
    if (parent !== undefined) parent.children += 1
    if (row.isHit) for (const index of open) { const holder = branches[index]; if (holder !== undefined) holder.holdsHit = true }
    open.push(at)
  }
  return branches
}

const pageRows = 12

/** What a key does in a tree (WAI-ARIA tree view); null where the key is none of its own. */
export function movedBy(key: string, lines: readonly TreeRow[], selected: number): TreeMove | null {
  const last = lines.length - 1
  const line = lines[selected]
  const to = (index: number): TreeMove => ({ select: Math.min(last, Math.max(0, index)) })
  switch (key) {
    case 'ArrowDown': return to(selected + 1)
    case 'ArrowUp': return to(selected < 0 ? 0 : selected - 1)
    case 'PageDown': return to(selected + pageRows)
    case 'PageUp': return to(selected - pageRows)
    case 'Home': return to(0)
    case 'End': return to(last)
    case 'ArrowRight': return line?.isOpen === false ? { folds: [[line.row.path, true]] } : line?.isOpen === true ? to(selected + 1) : {}
    case 'ArrowLeft': return line?.isOpen === true ? { folds: [[line.row.path, false]] } : to(parentOf(lines, selected))
    case '*': return { folds: siblingsOf(lines, selected).map(({ row }) => [row.path, true]) }
    default: return null
  }
}

function parentOf(lines: readonly TreeRow[], selected: number): number {
  const level = lines[selected]?.level ?? 1
  const parent = lines.slice(0, Math.max(0, selected)).findLastIndex((line) => line.level < level)
  return parent < 0 ? selected : parent
}

/** Rows beside the selected one that can be opened, itself included. */
function siblingsOf(lines: readonly TreeRow[], selected: number): TreeRow[] {
  const level = lines[selected]?.level
  if (level === undefined) return []
  const from = lines.slice(0, selected).findLastIndex((line) => line.level < level) + 1
  const after = lines.findIndex((line, index) => index > selected && line.level < level)
  return lines.slice(from, after < 0 ? lines.length : after).filter((line) => line.level === level && line.isOpen !== null)
}
