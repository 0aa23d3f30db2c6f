import { DropdownMenu } from 'radix-ui'
import { ChevronDown } from 'lucide-react'
import { useStore } from 'zustand'
import type { SlabMode } from '../../../../src-shared/viewing.ts'
import { isPlane, modeKeys, slabKeys, type PaneId, type StudyViewer } from '../../../viewer/index.ts'
import { MenuItem } from './tool-menu.tsx'

const slabNames: Readonly<Record<SlabMode, string>> = { mip: 'MIP', minip: 'MinIP', average: 'Average' }

/** What the pane makes of its series, and how thick its plane is. Stands in every pane that is more than a stack. */
export function PaneControls({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const mode = useStore(viewer.store, (state) => state.panes[id].mode)
  const slab = useStore(viewer.store, (state) => state.panes[id].slab)
  const refused = useStore(viewer.store, (state) => state.planesRefused)
  if (mode === 'stack') return null
  const name = modeKeys.find(({ command }) => command.name === 'mode' && command.mode === mode)?.title ?? mode
  return (
    <div className="pane-controls">
      <DropdownMenu.Root onOpenChange={() => { viewer.activate(id) }}>
        <DropdownMenu.Trigger asChild><button type="button" className="pane-control" aria-label={`This pane shows: ${name}. Change`}>{name}<ChevronDown aria-hidden /></button></DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="viewer-menu" align="center" sideOffset={4}>
            {modeKeys.map((entry) => <MenuItem key={entry.id} viewer={viewer} entry={entry} isOn={entry.command.name === 'mode' && entry.command.mode === mode} why={entry.id === 'viewer.mode.stack' ? null : refused} />)}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {isPlane(mode) ? <SlabMenu viewer={viewer} id={id} text={slab === null ? 'Thin' : `${slabNames[slab.mode]} ${Number(slab.thicknessMm.toFixed(1))} mm`} /> : null}
    </div>
  )
}

function SlabMenu({ viewer, id, text }: Readonly<{ viewer: StudyViewer; id: PaneId; text: string }>) {
  const slab = useStore(viewer.store, (state) => state.panes[id].slab)
  return (
    <DropdownMenu.Root onOpenChange={() => { viewer.activate(id) }}>
      <DropdownMenu.Trigger asChild><button type="button" className="pane-control" aria-label={`Slab: ${text}. Change`}>{text}<ChevronDown aria-hidden /></button></DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="viewer-menu" align="center" sideOffset={4}>
          {slabKeys.map((entry) => <MenuItem key={entry.id} viewer={viewer} entry={entry} isOn={entry.command.name === 'slab-mode' && entry.command.mode === (slab?.mode ?? null)} />)}
          <DropdownMenu.Separator className="viewer-menu-line" />
          {[5, 10, 20, 40].map((thicknessMm) => (
            <DropdownMenu.Item key={thicknessMm} className="viewer-menu-item" onSelect={() => { viewer.run({ name: 'slab', thicknessMm }) }}><span className="viewer-menu-name"><span className="viewer-menu-check" />{thicknessMm} mm thick</span></DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
