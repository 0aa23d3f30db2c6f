import { ChevronDown, Circle, Contrast, Crosshair, FlipHorizontal2, FlipVertical2, Grid2x2, Hand, Layers, Maximize2, MoveVertical, Pipette, RotateCcw, RotateCw, Ruler, Square, SunMedium, Trash2, TriangleRight, Undo2, ZoomIn, type LucideIcon } from 'lucide-react'
import { DropdownMenu, Toolbar as RadixToolbar } from 'radix-ui'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { Button, IconButton, Keys } from '../../../ui/button.tsx'
import { layoutKeys, presetsFor, toolKeys, viewKeys, type StudyViewer, type ViewerKey } from '../../../viewer/index.ts'

const icons: Readonly<Record<string, LucideIcon>> = {
  'viewer.one': Square, 'viewer.planes': Grid2x2,
  'viewer.tool.scroll': Layers, 'viewer.tool.window': SunMedium, 'viewer.tool.pan': Hand, 'viewer.tool.zoom': ZoomIn, 'viewer.tool.crosshair': Crosshair,
  'viewer.tool.length': Ruler, 'viewer.tool.angle': TriangleRight, 'viewer.tool.ellipse': Circle, 'viewer.tool.probe': Pipette,
  'viewer.fit': Maximize2, 'viewer.reset': RotateCcw, 'viewer.invert': Contrast, 'viewer.rotate': RotateCw, 'viewer.mirror': FlipHorizontal2,
  'viewer.flip': FlipVertical2, 'viewer.undo': Undo2, 'viewer.delete': Trash2
}
const measuring = new Set(['length', 'angle', 'ellipse', 'probe'])

/** Every command of the viewer by name: layouts, tools, window, view. Arrow keys move within, Tab leaves. */
export function Toolbar({ viewer }: Readonly<{ viewer: StudyViewer }>) {
  const layout = useStore(viewer.store, (state) => state.layout)
  const tool = useStore(viewer.store, (state) => state.tool)
  const refused = useStore(viewer.store, (state) => state.planesRefused)
  const locked = useStore(viewer.store, (state) => state.measuringLocked)
  const isToolOff = ({ command }: ViewerKey) => command.name === 'tool' && ((measuring.has(command.tool) && locked !== null) || (command.tool === 'crosshair' && layout !== 'planes'))
  return (
    <RadixToolbar.Root className="viewer-toolbar" aria-label="Viewer tools">
      <Group>{layoutKeys.map((key) => (
        <Tool key={key.id} viewer={viewer} entry={key} isPressed={key.command.name === 'layout' && key.command.layout === layout} isOff={key.id === 'viewer.planes' && refused !== null} why={refused} />
      ))}</Group>
      <Group>{toolKeys.map((key) => (
        <Tool key={key.id} viewer={viewer} entry={key} isPressed={key.command.name === 'tool' && key.command.tool === tool} isOff={isToolOff(key)} why={locked} />
      ))}</Group>
      <Group><PresetMenu viewer={viewer} /></Group>
      <Group>{viewKeys.map((key) => <Tool key={key.id} viewer={viewer} entry={key} />)}</Group>
    </RadixToolbar.Root>
  )
}

function Group({ children }: Readonly<{ children: ReactNode }>) {
  return <div className="viewer-toolbar-group">{children}</div>
}

type ToolProps = Readonly<{ viewer: StudyViewer; entry: ViewerKey; isPressed?: boolean; isOff?: boolean; why?: string | null }>

/** A tool that is off stays reachable and says why when pressed. */
function Tool({ viewer, entry, isPressed, isOff = false, why = null }: ToolProps) {
  const Icon = icons[entry.id] ?? MoveVertical
  const name = isOff && why !== null ? `${entry.title} (off: ${why})` : entry.title
  return (
    <RadixToolbar.Button asChild>
      <IconButton
        name={name} chord={entry.chords[0] ?? ''} aria-disabled={isOff} {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        onClick={() => { viewer.run(entry.command) }}
      ><Icon aria-hidden /></IconButton>
    </RadixToolbar.Button>
  )
}

function PresetMenu({ viewer }: Readonly<{ viewer: StudyViewer }>) {
  const series = useStore(viewer.store, (state) => state.series)
  const presets = presetsFor(series.kind === 'ready' ? series.description.modality : '')
  return (
    <DropdownMenu.Root>
      <RadixToolbar.Button asChild>
        <DropdownMenu.Trigger asChild>
          <Button tone="quiet" disabled={presets.length === 0} aria-label="Window presets">Presets <ChevronDown aria-hidden /></Button>
        </DropdownMenu.Trigger>
      </RadixToolbar.Button>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="viewer-menu" align="start" sideOffset={4}>
          {presets.map(({ key, name, center, width }, index) => (
            <DropdownMenu.Item key={key} className="viewer-menu-item" onSelect={() => { viewer.run({ name: 'preset', index }) }}>
              <span>{name}</span><span className="quiet">W {width} L {center}</span><Keys chord={key} />
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
