import { DropdownMenu } from 'radix-ui'
import { useStore } from 'zustand'
import type { SlabMode } from '../../../../src-shared/viewing.ts'
import { isPlane, modeKeys, slabKeys, type PaneId, type StudyViewer } from '../../../viewer/index.ts'
import { FusionControls, PaneMenu, SpaceControls } from './space-controls.tsx'
import { MenuItem } from './tool-menu.tsx'

const slabNames: Readonly<Record<SlabMode, string>> = { mip: 'MIP', minip: 'MinIP', average: 'Average' }
const thicknessesMm = [5, 10, 20, 40] as const

/** What the pane makes of its series, and how. Stands in every pane that is more than a stack. */
export function PaneControls({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const mode = useStore(viewer.store, (state) => state.panes[id].mode)
  const refused = useStore(viewer.store, (state) => state.planesRefused)
  if (mode === 'stack') return null
  const name = modeKeys.find(({ command }) => command.name === 'mode' && command.mode === mode)?.title ?? 'PET over CT'
  return (
    <div className="pane-controls">
      <PaneMenu viewer={viewer} id={id} text={name.replace(/ (plane|in this pane)$/, '')} name={`This pane shows: ${name}. Change`}>
        {modeKeys.map((entry) => <MenuItem key={entry.id} viewer={viewer} entry={entry} isOn={entry.command.name === 'mode' && entry.command.mode === mode} why={entry.id === 'viewer.mode.stack' ? null : refused} />)}
      </PaneMenu>
      {isPlane(mode) ? <SlabMenu viewer={viewer} id={id} /> : null}
      {mode === 'volume' || mode === 'stones' ? <SpaceControls viewer={viewer} id={id} /> : null}
      {mode === 'fusion' ? <FusionControls viewer={viewer} id={id} /> : null}
    </div>
  )
}

function SlabMenu({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const slab = useStore(viewer.store, (state) => state.panes[id].slab)
  const text = slab === null ? 'Thin' : `${slabNames[slab.mode]} ${Number(slab.thicknessMm.toFixed(1))} mm`
  return (
    <PaneMenu viewer={viewer} id={id} text={text} name={`Slab: ${text}. Change`}>
      {slabKeys.map((entry) => <MenuItem key={entry.id} viewer={viewer} entry={entry} isOn={entry.command.name === 'slab-mode' && entry.command.mode === (slab?.mode ?? null)} />)}
      <DropdownMenu.Separator className="viewer-menu-line" />
      {thicknessesMm.map((thicknessMm) => (
        <DropdownMenu.Item key={thicknessMm} className="viewer-menu-item" onSelect={() => { viewer.run({ name: 'slab', thicknessMm }) }}><span className="viewer-menu-name"><span className="viewer-menu-check" />{thicknessMm} mm thick</span></DropdownMenu.Item>
      ))}
    </PaneMenu>
  )
}
