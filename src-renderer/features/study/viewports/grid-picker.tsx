import { DropdownMenu } from 'radix-ui'
import type { PaneGrid } from '../../../../src-shared/viewing.ts'

const sizes = [1, 2, 3] as const

type GridPickerProps = Readonly<{ current: PaneGrid; onPick: (rows: number, columns: number) => void }>

/** Nine cells: choosing one divides the screen up to it. */
export function GridPicker({ current, onPick }: GridPickerProps) {
  return (
    <DropdownMenu.Group className="grid-picker" aria-label="Panes">
      {sizes.flatMap((rows) => sizes.map((columns) => (
        <DropdownMenu.Item
          key={`${rows}-${columns}`} className="grid-picker-cell" data-on={rows <= current.rows && columns <= current.columns} textValue=""
          onSelect={() => { onPick(rows, columns) }} aria-label={`${rows} × ${columns} ${rows * columns === 1 ? 'pane' : 'panes'}`}
        />
      )))}
    </DropdownMenu.Group>
  )
}
