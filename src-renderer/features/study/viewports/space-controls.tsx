import { ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { paletteKeys, spaceKeys, stoneLegend, type PaneId, type StudyViewer } from '../../../viewer/index.ts'
import { MenuItem } from './tool-menu.tsx'

/** How the voxels become light, from where they are looked at, and which stones show. */
export function SpaceControls({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const space = useStore(viewer.store, (state) => state.panes[id].space)
  const mode = useStore(viewer.store, (state) => state.panes[id].mode)
  const showsRejected = useStore(viewer.store, (state) => state.areRejectedStonesShown)
  if (space?.kind !== 'shown') return null
  const shown = space.appearances.find(({ name }) => name === space.appearance)?.label ?? space.appearance
  const views = spaceKeys.filter(({ command }) => command.name === 'look-from')
  const rejected = spaceKeys.find(({ command }) => command.name === 'rejected-stones')
  return (
    <>
      <PaneMenu viewer={viewer} id={id} text={shown} name={`Drawn as: ${shown}. Change`}>
        {space.appearances.map(({ name, label }) => (
          <DropdownMenu.Item key={name} className="viewer-menu-item" onSelect={() => { viewer.run({ name: 'appearance', appearance: name }) }}>
            <span className="viewer-menu-name"><span className="viewer-menu-check">{name === space.appearance ? '•' : ''}</span>{label}</span>
          </DropdownMenu.Item>
        ))}
      </PaneMenu>
      <PaneMenu viewer={viewer} id={id} text="View" name="View from another side">{views.map((entry) => <MenuItem key={entry.id} viewer={viewer} entry={entry} />)}</PaneMenu>
      {mode === 'stones' && rejected !== undefined ? <PaneMenu viewer={viewer} id={id} text={showsRejected ? 'With rejected' : 'Without rejected'} name={`Stones: ${showsRejected ? 'With rejected' : 'Without rejected'}. Change`}><MenuItem viewer={viewer} entry={rejected} isOn={showsRejected} /></PaneMenu> : null}
    </>
  )
}

/** The words for the colours of the stones: status is never told by colour alone. */
export function StoneLegend({ viewer }: Readonly<{ viewer: StudyViewer }>) {
  const showsRejected = useStore(viewer.store, (state) => state.areRejectedStonesShown)
  return (
    <ul className="stone-legend" data-export="always">
      {stoneLegend.filter(({ status }) => showsRejected || status !== 'rejected').map(({ status, colour, label }) => <li key={status}><span style={{ background: colour }} />{label}</li>)}
    </ul>
  )
}

const densities = [0.3, 0.45, 0.6, 0.8, 1] as const

/** Colours and density of what is laid over. */
export function FusionControls({ viewer, id }: Readonly<{ viewer: StudyViewer; id: PaneId }>) {
  const look = useStore(viewer.store, (state) => state.fusion)
  const title = paletteKeys.find(({ command }) => command.name === 'palette' && command.palette === look.palette)?.title.replace('Colours: ', '') ?? ''
  return (
    <PaneMenu viewer={viewer} id={id} text={`${title} ${Math.round(look.opacity * 100)} %`} name={`PET: ${title} ${Math.round(look.opacity * 100)} %. Change colours and density`}>
      {paletteKeys.flatMap(({ command, title: words }) => command.name !== 'palette' ? [] : [
        <DropdownMenu.Item key={command.palette} className="viewer-menu-item" onSelect={() => { viewer.run({ name: 'fusion', look: { palette: command.palette } }) }}>
          <span className="viewer-menu-name"><span className="viewer-menu-check">{command.palette === look.palette ? '•' : ''}</span>{words}</span>
        </DropdownMenu.Item>
      ])}
      <DropdownMenu.Separator className="viewer-menu-line" />
      {densities.map((opacity) => (
        <DropdownMenu.Item key={opacity} className="viewer-menu-item" onSelect={() => { viewer.run({ name: 'fusion', look: { opacity } }) }}>
          <span className="viewer-menu-name"><span className="viewer-menu-check">{opacity === look.opacity ? '•' : ''}</span>{Math.round(opacity * 100)} % at most</span>
        </DropdownMenu.Item>
      ))}
    </PaneMenu>
  )
}

/** A small menu that hangs in a pane. */
export function PaneMenu({ viewer, id, text, name, children }: Readonly<{ viewer: StudyViewer; id: PaneId; text: string; name: string; children: ReactNode }>) {
  return (
    <DropdownMenu.Root modal={false} onOpenChange={() => { viewer.activate(id) }}>
      <DropdownMenu.Trigger asChild><button type="button" className="pane-control" aria-label={name}>{text}<ChevronDown aria-hidden /></button></DropdownMenu.Trigger>
      <DropdownMenu.Portal><DropdownMenu.Content className="viewer-menu" align="start" sideOffset={4}>{children}</DropdownMenu.Content></DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
