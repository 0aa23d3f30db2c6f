import type { AnnotationTool } from '../../../src-shared/annotations.ts'

/** What a tool is called, in the list, in undo and in the palette. */
export const toolNames: Readonly<Record<AnnotationTool, string>> = {
  length: 'Length', bidirectional: 'Two diameters', angle: 'Angle', cobb: 'Cobb angle', ellipse: 'Ellipse', rectangle: 'Rectangle', freehand: 'Freehand', probe: 'Probe',
  arrow: 'Arrow', text: 'Text'
}

/** How many points each tool takes; `freehand` at least so many. */
export const pointsOf: Readonly<Record<AnnotationTool, number>> = {
  length: 2, bidirectional: 4, angle: 3, cobb: 4, ellipse: 2, rectangle: 2, freehand: 3, probe: 1, arrow: 2, text: 1
}

/** Measures values of pixels over an area. */
export function isRegion(tool: AnnotationTool): tool is 'ellipse' | 'rectangle' | 'freehand' {
  return tool === 'ellipse' || tool === 'rectangle' || tool === 'freehand'
}

/** Says something in words instead of measuring; its label is what it says. */
export function isRemark(tool: AnnotationTool): tool is 'arrow' | 'text' {
  return tool === 'arrow' || tool === 'text'
}

/** Gives lengths or areas, which mean nothing without the basis of the millimetres. */
export function hasLengths(tool: AnnotationTool): boolean {
  return tool === 'length' || tool === 'bidirectional' || isRegion(tool)
}
