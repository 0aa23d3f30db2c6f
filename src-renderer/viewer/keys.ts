import type { ToolName, ViewerCommand } from './types.ts'

/** A command with its name for tooltip, palette and key help. `chords`: as `ui/keys.ts` writes them. */
export type ViewerKey = Readonly<{ id: string; title: string; chords: readonly string[]; command: ViewerCommand }>

const tool = (chord: string, title: string, name: ToolName): ViewerKey => ({ id: `viewer.tool.${name}`, title, chords: [chord], command: { name: 'tool', tool: name } })
const key = (id: string, title: string, chords: readonly string[], command: ViewerCommand): ViewerKey => ({ id: `viewer.${id}`, title, chords, command })

export const toolKeys: readonly ViewerKey[] = [
  tool('s', 'Scroll', 'scroll'), tool('w', 'Window', 'window'), tool('p', 'Pan', 'pan'), tool('z', 'Zoom', 'zoom'), tool('c', 'Crosshair', 'crosshair'),
  tool('l', 'Length', 'length'), tool('g', 'Angle', 'angle'), tool('o', 'Ellipse', 'ellipse'), tool('h', 'Probe', 'probe')
]

export const viewKeys: readonly ViewerKey[] = [
  key('fit', 'Fit to the pane', ['f'], { name: 'fit' }),
  key('reset', 'Reset window, zoom and turn', ['0'], { name: 'reset' }),
  key('invert', 'Invert', ['i'], { name: 'invert' }),
  key('rotate', 'Turn by 90 degrees', ['r'], { name: 'rotate' }),
  key('mirror', 'Mirror left to right', ['x'], { name: 'flip-horizontal' }),
  key('flip', 'Mirror top to bottom', ['v'], { name: 'flip-vertical' }),
  key('undo', 'Undo the last measurement step', ['ctrl+z'], { name: 'undo' }),
  key('delete', 'Delete the selected measurement', ['delete', 'backspace'], { name: 'delete' })
]

export const layoutKeys: readonly ViewerKey[] = [
  key('one', 'One image', ['b'], { name: 'layout', layout: 'one' }),
  key('planes', 'Three planes', ['m'], { name: 'layout', layout: 'planes' })
]

/** Not of digits: with Shift they send a sign that differs from keyboard to keyboard. */
const gridChords: Readonly<Record<number, readonly string[]>> = { 2: ['alt+g'], 3: ['alt+shift+g'] }

export const gridKeys: readonly ViewerKey[] = [1, 2, 3].flatMap((rows) => [1, 2, 3].map((columns) =>
  key(`grid-${rows}-${columns}`, `${rows} × ${columns} panes`, rows === columns ? gridChords[rows] ?? [] : [], { name: 'grid', rows, columns })))

const moveKeys: readonly ViewerKey[] = [
  key('next', 'Next image', ['arrowdown'], { name: 'step', by: 1 }),
  key('previous', 'Previous image', ['arrowup'], { name: 'step', by: -1 }),
  key('next-series', 'Next series', ['arrowright', ']'], { name: 'step-series', by: 1 }),
  key('previous-series', 'Previous series', ['arrowleft', '['], { name: 'step-series', by: -1 }),
  key('page-down', 'Ten images on', ['pagedown'], { name: 'step', by: 10 }),
  key('page-up', 'Ten images back', ['pageup'], { name: 'step', by: -10 }),
  key('first', 'First image', ['home'], { name: 'goto', end: 'first' }),
  key('last', 'Last image', ['end'], { name: 'goto', end: 'last' }),
  key('place', 'Place a point, or probe, at the middle of the pane', ['enter'], { name: 'place' }),
  key('cancel', 'Give up the measurement being drawn', ['escape'], { name: 'cancel' }),
  key('zoom-in', 'Zoom in', ['=', '+'], { name: 'zoom', factor: 1.25 }),
  key('zoom-out', 'Zoom out', ['-'], { name: 'zoom', factor: 0.8 }),
  key('pan-left', 'Pan left', ['shift+arrowleft'], { name: 'pan', dxPx: -20, dyPx: 0 }),
  key('pan-right', 'Pan right', ['shift+arrowright'], { name: 'pan', dxPx: 20, dyPx: 0 }),
  key('pan-up', 'Pan up', ['shift+arrowup'], { name: 'pan', dxPx: 0, dyPx: -20 }),
  key('pan-down', 'Pan down', ['shift+arrowdown'], { name: 'pan', dxPx: 0, dyPx: 20 }),
  key('brighter', 'Window centre down (brighter)', ['alt+arrowup'], { name: 'window-by', centerBy: -0.05, widthBy: 0 }),
  key('darker', 'Window centre up (darker)', ['alt+arrowdown'], { name: 'window-by', centerBy: 0.05, widthBy: 0 }),
  key('wider', 'Window wider', ['alt+arrowright'], { name: 'window-by', centerBy: 0, widthBy: 0.1 }),
  key('narrower', 'Window narrower', ['alt+arrowleft'], { name: 'window-by', centerBy: 0, widthBy: -0.1 }),
  key('next-pane', 'Next pane', ['.'], { name: 'next-pane' }),
  key('maximise', 'Fill the screen with the active pane, and back', ['shift+f'], { name: 'maximise' }),
  key('link', 'Link scrolling', ['shift+s'], { name: 'link' }),
  key('reference-lines', 'Reference lines', ['shift+l'], { name: 'reference-lines' })
]

const presetKeys: readonly ViewerKey[] = Array.from({ length: 9 }, (_, index) =>
  key(`preset-${index + 1}`, `Window preset ${index + 1}`, [String(index + 1)], { name: 'preset', index }))

/** Every command of the viewer that has a key. */
export const viewerKeys: readonly ViewerKey[] = [...layoutKeys, ...gridKeys, ...toolKeys, ...viewKeys, ...moveKeys, ...presetKeys]
