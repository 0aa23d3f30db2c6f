import { ChevronDown, LayoutGrid } from 'lucide-react'
import { DropdownMenu, Toolbar as RadixToolbar } from 'radix-ui'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { Button } from '../../../ui/button.tsx'
import { layoutKeys, screenKeys, type StudyViewer, type ViewerKey } from '../../../viewer/index.ts'
import { GridPicker } from './grid-picker.tsx'
import { MenuItem } from './tool-menu.tsx'

type LayoutMenuProps = Readonly<{
  viewer: StudyViewer
  /** Further parts of the menu: hanging protocols, earlier studies. */
  children?: ReactNode
}>

/** How the screen is divided, and what its panes make of the series. */
export function LayoutMenu({ viewer, children }: LayoutMenuProps) {
  const layout = useStore(viewer.store, (state) => state.layout)
  const refused = useStore(viewer.store, (state) => state.planesRefused)
  const isLinked = useStore(viewer.store, (state) => state.isLinked)
  const hasLines = useStore(viewer.store, (state) => state.areReferenceLinesOn)
  const grid = useStore(viewer.store, (state) => state.grid)
  const isOn = ({ command }: ViewerKey) => command.name === 'layout' ? command.layout === layout : command.name === 'link' ? isLinked : command.name === 'reference-lines' ? hasLines : false
  const isOff = ({ command }: ViewerKey) => command.name === 'layout' && command.layout !== 'one' && command.layout !== 'fusion' && refused !== null
  return (
    <DropdownMenu.Root modal={false}>
      <RadixToolbar.Button asChild>
        <DropdownMenu.Trigger asChild>
          <Button tone="quiet" aria-label={`Layout: ${grid.rows} × ${grid.columns} panes`}><LayoutGrid aria-hidden /><ChevronDown aria-hidden /></Button>
        </DropdownMenu.Trigger>
      </RadixToolbar.Button>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="viewer-menu" align="start" sideOffset={4}>
          <GridPicker current={grid} onPick={(rows, columns) => { viewer.run({ name: 'grid', rows, columns }) }} />
          <DropdownMenu.Separator className="viewer-menu-line" />
          {layoutKeys.map((entry) => <MenuItem key={entry.id} viewer={viewer} entry={entry} isOn={isOn(entry)} why={isOff(entry) ? refused : null} />)}
          <DropdownMenu.Separator className="viewer-menu-line" />
          {screenKeys.map((entry) => <MenuItem key={entry.id} viewer={viewer} entry={entry} isOn={isOn(entry)} />)}
          {children === undefined ? null : <><DropdownMenu.Separator className="viewer-menu-line" />{children}</>}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
