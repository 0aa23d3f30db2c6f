import type { ViewerCommand } from './types.ts'

export type ViewerKey = Readonly<{ keys: string; does: string; command: ViewerCommand | null }>

const tool = (keys: string, does: string, name: Extract<ViewerCommand, { name: 'tool' }>['tool']): ViewerKey =>
  ({ keys, does, command: { name: 'tool', tool: name } })

/** Every key of the viewer, for the handler, the tooltips and the `?` sheet alike. `command` null: handled by number. */
export const viewerKeys: readonly ViewerKey[] = [
  { keys: '1–9', does: 'Window preset', command: null },
  { keys: 'ArrowDown', does: 'Next slice', command: { name: 'step', by: 1 } },
  { keys: 'ArrowUp', does: 'Previous slice', command: { name: 'step', by: -1 } },
  { keys: 'PageDown', does: 'Ten slices on', command: { name: 'step', by: 10 } },
  { keys: 'PageUp', does: 'Ten slices back', command: { name: 'step', by: -10 } },
  { keys: 'Home', does: 'First slice', command: { name: 'goto', end: 'first' } },
  { keys: 'End', does: 'Last slice', command: { name: 'goto', end: 'last' } },
  tool('s', 'Scroll by dragging', 'scroll'),
  tool('w', 'Window by dragging', 'window'),
  tool('p', 'Pan by dragging', 'pan'),
  tool('z', 'Zoom by dragging', 'zoom'),
  tool('c', 'Crosshair', 'crosshair'),
  tool('l', 'Length', 'length'),
  tool('g', 'Angle', 'angle'),
  tool('o', 'Ellipse', 'ellipse'),
  tool('h', 'Probe', 'probe'),
  { keys: 'Enter', does: 'Probe at the middle', command: { name: 'probe-centre' } },
  { keys: '+', does: 'Zoom in', command: { name: 'zoom', factor: 1.25 } },
  { keys: '-', does: 'Zoom out', command: { name: 'zoom', factor: 0.8 } },
  { keys: 'Shift+ArrowLeft', does: 'Pan left', command: { name: 'pan', dxPx: -40, dyPx: 0 } },
  { keys: 'Shift+ArrowRight', does: 'Pan right', command: { name: 'pan', dxPx: 40, dyPx: 0 } },
  { keys: 'Shift+ArrowUp', does: 'Pan up', command: { name: 'pan', dxPx: 0, dyPx: -40 } },
  { keys: 'Shift+ArrowDown', does: 'Pan down', command: { name: 'pan', dxPx: 0, dyPx: 40 } },
  { keys: 'Alt+ArrowUp', does: 'Window centre up', command: { name: 'window-by', centerBy: 0.05, widthBy: 0 } },
  { keys: 'Alt+ArrowDown', does: 'Window centre down', command: { name: 'window-by', centerBy: -0.05, widthBy: 0 } },
  { keys: 'Alt+ArrowRight', does: 'Window wider', command: { name: 'window-by', centerBy: 0, widthBy: 0.1 } },
  { keys: 'Alt+ArrowLeft', does: 'Window narrower', command: { name: 'window-by', centerBy: 0, widthBy: -0.1 } },
  { keys: 'f', does: 'Fit to the pane', command: { name: 'fit' } },
  { keys: '0', does: 'Reset window, zoom and turn', command: { name: 'reset' } },
  { keys: 'i', does: 'Invert', command: { name: 'invert' } },
  { keys: 'r', does: 'Turn by 90 degrees', command: { name: 'rotate' } },
  { keys: 'x', does: 'Mirror left to right', command: { name: 'flip-horizontal' } },
  { keys: 'v', does: 'Mirror top to bottom', command: { name: 'flip-vertical' } },
  { keys: 'm', does: 'Three planes', command: { name: 'layout', layout: 'planes' } },
  { keys: 'b', does: 'One image', command: { name: 'layout', layout: 'one' } },
  { keys: 'Tab', does: 'Next pane', command: { name: 'next-pane' } },
  { keys: 'Delete', does: 'Delete the selected measurement', command: { name: 'delete' } },
  { keys: 'Ctrl+z', does: 'Undo the last measurement step', command: { name: 'undo' } }
]

type KeyPress = Readonly<{ key: string; shiftKey: boolean; altKey: boolean; ctrlKey: boolean; metaKey: boolean }>

/** The command behind a key press, or null where the key means nothing to the viewer. */
export function commandForKey(press: KeyPress): ViewerCommand | null {
  const modified = press.ctrlKey || press.metaKey
  if (!modified && !press.altKey && /^[1-9]$/.test(press.key)) return { name: 'preset', index: Number(press.key) - 1 }
  const name = keyName(press, modified)
  // Tab stays with the browser, so that focus can always leave the viewer.
  if (name === 'Tab') return null
  const aliases: Readonly<Record<string, string>> = { '=': '+', Backspace: 'Delete' }
  return viewerKeys.find((entry) => entry.keys === (aliases[name] ?? name))?.command ?? null
}

function keyName(press: KeyPress, modified: boolean): string {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
  const shift = press.shiftKey && key.length > 1 ? 'Shift+' : ''
  return `${modified ? 'Ctrl+' : ''}${press.altKey ? 'Alt+' : ''}${shift}${key}`
}
