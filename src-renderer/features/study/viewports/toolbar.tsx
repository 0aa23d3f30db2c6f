import {
  Circle, Contrast, Crosshair, Hand, Layers, MoveVertical, Pipette, Play, Redo2, RotateCcw, RotateCw, Ruler, Search, Square, SunMedium, Trash2, TriangleRight,
  Undo2, ZoomIn, Grid2x2, type LucideIcon
} from 'lucide-react'
import { DropdownMenu, Toolbar as RadixToolbar } from 'radix-ui'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { IconButton, Keys } from '../../../ui/button.tsx'
import { useChordOf } from '../../../ui/commands-context.tsx'
import { cineKeys, editKeys, handKeys, layoutKeys, measureKeys, paletteKeys, viewKeys, windowChoices, type StudyViewer, type ViewerKey, type WindowChoice } from '../../../viewer/index.ts'
import { LayoutMenu } from './layout-menu.tsx'
import { MenuItem, ToolMenu } from './tool-menu.tsx'

const icons: Readonly<Record<string, LucideIcon>> = {
  'viewer.one': Square, 'viewer.planes': Grid2x2,
  'viewer.tool.scroll': Layers, 'viewer.tool.window': SunMedium, 'viewer.tool.pan': Hand, 'viewer.tool.zoom': ZoomIn, 'viewer.tool.crosshair': Crosshair, 'viewer.tool.magnify': Search,
  'viewer.tool.length': Ruler, 'viewer.tool.angle': TriangleRight, 'viewer.tool.ellipse': Circle, 'viewer.tool.probe': Pipette,
  'viewer.reset': RotateCcw, 'viewer.invert': Contrast, 'viewer.rotate': RotateCw,
  'viewer.undo': Undo2, 'viewer.redo': Redo2, 'viewer.cine': Play, 'viewer.delete': Trash2
}
/** Tools and views with a button of their own; the others of their kind hang on a menu beside them. */
const shownMeasures = 4
const shownViews: ReadonlySet<string> = new Set(['viewer.reset', 'viewer.invert', 'viewer.rotate'])

type ToolbarProps = Readonly<{
  viewer: StudyViewer
  /** Further parts of the layout's menu. */
  layouts?: ReactNode
  /** Further groups at the end. */
  children?: ReactNode
}>

/** Every command of the viewer by name: layouts, tools, window, view. Arrow keys move within, Tab leaves. */
export function Toolbar({ viewer, layouts, children }: ToolbarProps) {
  const layout = useStore(viewer.store, (state) => state.layout)
  const refused = useStore(viewer.store, (state) => state.planesRefused)
  const isPlaying = useStore(viewer.store, (state) => state.cine !== null)
  const palette = useStore(viewer.store, (state) => state.panes[state.activePane].palette)
  return (
    <RadixToolbar.Root className="viewer-toolbar" aria-label="Viewer tools">
      <Group>
        <LayoutMenu viewer={viewer}>{layouts}</LayoutMenu>
        {layoutKeys.slice(0, 2).map((key) => (
          <Tool isSpare key={key.id} viewer={viewer} entry={key} isPressed={key.command.name === 'layout' && key.command.layout === layout} isOff={key.id === 'viewer.planes' && refused !== null} why={refused} />
        ))}
      </Group>
      <Tools viewer={viewer} />
      <Group><PresetMenu viewer={viewer} /></Group>
      <Group>
        {viewKeys.filter(({ id }) => shownViews.has(id)).map((key) => <Tool key={key.id} viewer={viewer} entry={key} />)}
        {cineKeys.slice(0, 1).map((key) => <Tool key={key.id} viewer={viewer} entry={key} isPressed={isPlaying} />)}
        <ToolMenu name="More of the view">
          {viewKeys.filter(({ id }) => !shownViews.has(id)).map((key) => <MenuItem key={key.id} viewer={viewer} entry={key} />)}
          <DropdownMenu.Separator className="viewer-menu-line" />
          {paletteKeys.map((key) => <MenuItem key={key.id} viewer={viewer} entry={key} isOn={key.command.name === 'palette' && key.command.palette === palette} />)}
        </ToolMenu>
      </Group>
      <Group>{editKeys.map((key) => <Tool key={key.id} viewer={viewer} entry={key} isSpare={key.id === 'viewer.delete'} />)}</Group>
      {children}
    </RadixToolbar.Root>
  )
}

function Tools({ viewer }: Readonly<{ viewer: StudyViewer }>) {
  const tool = useStore(viewer.store, (state) => state.tool)
  const locked = useStore(viewer.store, (state) => state.measuringLocked)
  const isTool = ({ command }: ViewerKey) => command.name === 'tool' && command.tool === tool
  const [shown, more] = [measureKeys.slice(0, shownMeasures), measureKeys.slice(shownMeasures)]
  return (
    <>
      <Group>{handKeys.map((key) => <Tool key={key.id} viewer={viewer} entry={key} isPressed={isTool(key)} />)}</Group>
      <Group>
        {shown.map((key) => <Tool key={key.id} viewer={viewer} entry={key} isPressed={isTool(key)} isOff={locked !== null} why={locked} />)}
        {more.length === 0 ? null : <ToolMenu name="More measuring tools" isPressed={more.some(isTool)}>{more.map((key) => <MenuItem key={key.id} viewer={viewer} entry={key} isOn={isTool(key)} why={locked} />)}<DropdownMenu.Separator className="viewer-menu-line" />{editKeys.slice(2).map((key) => <MenuItem key={key.id} viewer={viewer} entry={key} />)}</ToolMenu>}
      </Group>
    </>
  )
}

function Group({ children }: Readonly<{ children: ReactNode }>) {
  return <div className="viewer-toolbar-group">{children}</div>
}

type ToolProps = Readonly<{
  viewer: StudyViewer
  entry: ViewerKey
  isPressed?: boolean
  isOff?: boolean
  why?: string | null
  /** Stands in a menu too, and gives up its place where the toolbar is narrow: the tools stay in one row. */
  isSpare?: boolean
}>

/** A tool that is off stays reachable and says why when pressed. */
function Tool({ viewer, entry, isPressed, isOff = false, why = null, isSpare = false }: ToolProps) {
  const Icon = icons[entry.id] ?? MoveVertical
  const name = isOff && why !== null ? `${entry.title} (off: ${why})` : entry.title
  return (
    <RadixToolbar.Button asChild>
      <IconButton
        name={name} chord={useChordOf(entry.id)} aria-disabled={isOff} data-spare={isSpare} {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        onClick={() => { viewer.run(entry.command) }}
      ><Icon aria-hidden /></IconButton>
    </RadixToolbar.Button>
  )
}

function PresetMenu({ viewer }: Readonly<{ viewer: StudyViewer }>) {
  const series = useStore(viewer.store, (state) => state.series)
  const presets = series.kind === 'ready' ? windowChoices(series.description) : []
  return (
    <ToolMenu name="Window presets" label="Presets">
      {presets.length > 0 ? null : <DropdownMenu.Item className="viewer-menu-item viewer-menu-note" disabled>These images have no window to choose.</DropdownMenu.Item>}
      {presets.map((preset, index) => <PresetItem key={preset.name} preset={preset} index={index} viewer={viewer} />)}
    </ToolMenu>
  )
}

function PresetItem({ preset, index, viewer }: Readonly<{ preset: WindowChoice; index: number; viewer: StudyViewer }>) {
  const chord = useChordOf(`viewer.preset-${index + 1}`)
  return (
    <DropdownMenu.Item className="viewer-menu-item" onSelect={() => { viewer.run({ name: 'preset', index }) }}>
      <span>{preset.name}</span><span className="quiet">{preset.kind === 'fixed' ? `W ${preset.window.width} L ${preset.window.center}` : ''}</span>{chord === undefined ? <span /> : <Keys chord={chord} />}
    </DropdownMenu.Item>
  )
}
