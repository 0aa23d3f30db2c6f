import { paletteNames, paletteOf } from './reading/palettes.ts'
import { sides, type Side } from './three-d/camera.ts'
import type { ToolName, ViewerCommand } from './types.ts'

const sideWords: Readonly<Record<Side, string>> = { anterior: 'the front', posterior: 'the back', left: 'the left', right: 'the right', head: 'the head', feet: 'the feet' }

/** A command with its name for tooltip, palette and key help. `chords`: as `ui/keys.ts` writes them. */
export type ViewerKey = Readonly<{ id: string; title: string; chords: readonly string[]; command: ViewerCommand }>

const tool = (chord: string, title: string, name: ToolName): ViewerKey => ({ id: `viewer.tool.${name}`, title, chords: [chord], command: { name: 'tool', tool: name } })
const key = (id: string, title: string, chords: readonly string[], command: ViewerCommand): ViewerKey => ({ id: `viewer.${id}`, title, chords, command })

/** Tools of the hand. */
export const handKeys: readonly ViewerKey[] = [
  tool('s', 'Scroll', 'scroll'), tool('w', 'Window', 'window'), tool('p', 'Pan', 'pan'), tool('z', 'Zoom', 'zoom'), tool('c', 'Crosshair', 'crosshair'),
  tool('shift+z', 'Magnifier', 'magnify')
]

/** Tools that measure and mark; the first four have a button of their own. */
export const measureKeys: readonly ViewerKey[] = [
  tool('l', 'Length', 'length'), tool('g', 'Angle', 'angle'), tool('o', 'Ellipse', 'ellipse'), tool('h', 'Probe', 'probe'),
  tool('shift+b', 'Two diameters', 'bidirectional'), tool('shift+c', 'Cobb angle', 'cobb'), tool('shift+r', 'Rectangle', 'rectangle'), tool('shift+d', 'Freehand', 'freehand'),
  tool('shift+a', 'Arrow', 'arrow'), tool('t', 'Text', 'text')
]

export const viewKeys: readonly ViewerKey[] = [
  key('reset', 'Reset window, zoom and turn', ['0'], { name: 'reset' }),
  key('fit', 'Fit to the pane', ['f'], { name: 'fit' }),
  key('invert', 'Invert', ['i'], { name: 'invert' }),
  key('rotate', 'Turn by 90 degrees', ['r'], { name: 'rotate' }),
  key('mirror', 'Mirror left to right', ['x'], { name: 'flip-horizontal' }),
  key('flip', 'Mirror top to bottom', ['v'], { name: 'flip-vertical' }),
  key('over', 'Hide or show what lies over the image', ['shift+h'], { name: 'over' })
]

export const editKeys: readonly ViewerKey[] = [
  key('undo', 'Undo the last step', ['ctrl+z'], { name: 'undo' }),
  key('redo', 'Do the undone step again', ['ctrl+shift+z', 'ctrl+y'], { name: 'redo' }),
  key('delete', 'Delete the selected measurement', ['delete', 'backspace'], { name: 'delete' })
]

export const layoutKeys: readonly ViewerKey[] = [
  key('one', 'One image', ['b'], { name: 'layout', layout: 'one' }),
  key('planes', 'Three planes', ['m'], { name: 'layout', layout: 'planes' }),
  key('oblique', 'Oblique planes', ['shift+m'], { name: 'layout', layout: 'oblique' }),
  key('volume', 'Volume in three dimensions', ['shift+v'], { name: 'layout', layout: 'volume' }),
  key('stones', 'Stones in three dimensions', ['shift+t'], { name: 'layout', layout: 'stones' }),
  key('fusion', 'PET over CT', ['shift+p'], { name: 'layout', layout: 'fusion' })
]

/** Not of digits: with Shift they send a sign that differs from keyboard to keyboard. */
const gridChords: Readonly<Record<number, readonly string[]>> = { 2: ['alt+g'], 3: ['alt+shift+g'] }

export const gridKeys: readonly ViewerKey[] = [1, 2, 3].flatMap((rows) => [1, 2, 3].map((columns) =>
  key(`grid-${rows}-${columns}`, rows * columns === 1 ? 'One pane' : `${rows} × ${columns} panes`, rows === columns ? gridChords[rows] ?? [] : [], { name: 'grid', rows, columns })))

/** What goes for the screen as a whole. */
export const screenKeys: readonly ViewerKey[] = [
  key('maximise', 'Fill the screen with the active pane, and back', ['shift+f'], { name: 'maximise' }),
  key('link', 'Link scrolling', ['shift+s'], { name: 'link' }),
  key('reference-lines', 'Reference lines', ['shift+l'], { name: 'reference-lines' })
]

/** What the active pane makes of its series. */
export const modeKeys: readonly ViewerKey[] = [
  key('mode.stack', 'Images as they are', [], { name: 'mode', mode: 'stack' }),
  key('mode.axial', 'Axial plane', [], { name: 'mode', mode: 'axial' }),
  key('mode.sagittal', 'Sagittal plane', [], { name: 'mode', mode: 'sagittal' }),
  key('mode.coronal', 'Coronal plane', [], { name: 'mode', mode: 'coronal' }),
  key('mode.oblique', 'Oblique plane', [], { name: 'mode', mode: 'oblique' }),
  key('mode.volume', 'Volume in this pane', [], { name: 'mode', mode: 'volume' }),
  key('mode.stones', 'Stones in this pane', [], { name: 'mode', mode: 'stones' })
]

export const slabKeys: readonly ViewerKey[] = [
  key('slab.off', 'Thin plane', [], { name: 'slab-mode', mode: null }),
  key('slab.mip', 'Slab: largest value (MIP)', [], { name: 'slab-mode', mode: 'mip' }),
  key('slab.minip', 'Slab: smallest value (MinIP)', [], { name: 'slab-mode', mode: 'minip' }),
  key('slab.average', 'Slab: average', [], { name: 'slab-mode', mode: 'average' }),
  key('slab.thicker', 'Slab thicker', ['alt+='], { name: 'slab-by', mm: 5 }),
  key('slab.thinner', 'Slab thinner', ['alt+-'], { name: 'slab-by', mm: -5 })
]

/** Playing a stack. */
export const cineKeys: readonly ViewerKey[] = [
  key('cine', 'Play, or stop', ['space'], { name: 'cine' }),
  key('cine-faster', 'Play faster', ['alt+.'], { name: 'cine-rate', factor: 1.25 }),
  key('cine-slower', 'Play slower', ['alt+,'], { name: 'cine-rate', factor: 0.8 }),
  key('cine-sweep', 'Play there and back, or round', [], { name: 'cine-sweep' })
]

/** What is drawn in three dimensions. */
export const spaceKeys: readonly ViewerKey[] = [
  key('rejected-stones', 'Show rejected stones too', [], { name: 'rejected-stones' }),
  ...sides.map((side) => key(`look.${side}`, `Look from ${sideWords[side]}`, [], { name: 'look-from', side }))
]

export const paletteKeys: readonly ViewerKey[] = paletteNames.map((palette) => key(`palette.${palette}`, `Colours: ${paletteOf(palette).title}`, [], { name: 'palette', palette }))

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
  key('label', 'Write the label of the selected measurement', ['f2'], { name: 'label' }),
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
  key('next-pane', 'Next pane', ['.'], { name: 'next-pane' })
]

const presetKeys: readonly ViewerKey[] = Array.from({ length: 9 }, (_, index) =>
  key(`preset-${index + 1}`, `Window preset ${index + 1}`, [String(index + 1)], { name: 'preset', index }))

/** Every command of the viewer that has a key. */
export const viewerKeys: readonly ViewerKey[] = [
  ...layoutKeys, ...gridKeys, ...screenKeys, ...handKeys, ...measureKeys, ...viewKeys, ...editKeys, ...modeKeys, ...slabKeys, ...cineKeys, ...spaceKeys, ...paletteKeys, ...moveKeys, ...presetKeys
]
