import { drawText, fontOf } from './text-drawing.ts'

/** What stands over an image only while something goes on. */
const passing = '.overlay-progress, .overlay-loading, .overlay-middle, progress, button, input, select, textarea, .visually-hidden, [data-export="never"]'
/**
 * All that is written without patient data: side, scale, position, window, warnings. A list of what may be, so that a corner that comes
 * later is left out until somebody has thought about it.
 */
const impersonal = '.overlay-letters, .scale-bar, .overlay-banner, .overlay-corner[data-at="bottom-left"], .overlay-corner[data-at="bottom-right"], [data-export="always"]'
const shadow = 'rgb(0 0 0 / 90%)'

/** Draws boxes and words of an overlay where they stand; the context counts in CSS pixels of the page. */
export function drawOverlay(context: CanvasRenderingContext2D, overlay: HTMLElement, withPatientData: boolean): void {
  const roots = withPatientData ? [overlay] : [...overlay.querySelectorAll<HTMLElement>(impersonal)]
  for (const root of roots) drawElement(context, root)
}

function drawElement(context: CanvasRenderingContext2D, element: Element): void {
  const style = getComputedStyle(element)
  if (element.matches(passing) || style.display === 'none' || style.visibility === 'hidden' || Number(style.opacity) === 0) return
  const box = element.getBoundingClientRect()
  drawBox(context, box, style)
  for (const child of element.childNodes) {
    if (child instanceof Element) drawElement(context, child)
    else if (child instanceof Text && child.data.trim() !== '') drawWords(context, child, style, style.overflow === 'visible' ? null : box)
  }
}

function drawBox(context: CanvasRenderingContext2D, { left, top, width, height }: DOMRect, style: CSSStyleDeclaration): void {
  if (width === 0 || height === 0) return
  if (!isTransparent(style.backgroundColor)) {
    context.fillStyle = style.backgroundColor
    context.beginPath()
    context.roundRect(left, top, width, height, parseFloat(style.borderTopLeftRadius) || 0)
    context.fill()
  }
  const sides = [
    { width: style.borderTopWidth, look: style.borderTopStyle, color: style.borderTopColor, rect: (px: number) => [left, top, width, px] as const },
    { width: style.borderBottomWidth, look: style.borderBottomStyle, color: style.borderBottomColor, rect: (px: number) => [left, top + height - px, width, px] as const },
    { width: style.borderLeftWidth, look: style.borderLeftStyle, color: style.borderLeftColor, rect: (px: number) => [left, top, px, height] as const },
    { width: style.borderRightWidth, look: style.borderRightStyle, color: style.borderRightColor, rect: (px: number) => [left + width - px, top, px, height] as const }
  ]
  for (const side of sides) {
    const px = parseFloat(side.width)
    if (px === 0 || side.look === 'none' || isTransparent(side.color)) continue
    context.fillStyle = side.color
    context.fillRect(...side.rect(px))
  }
}

/** Each line of a text node by itself. `clip`: where an element shows only so much of its text. */
function drawWords(context: CanvasRenderingContext2D, node: Text, style: CSSStyleDeclaration, clip: DOMRect | null): void {
  context.save()
  if (clip !== null) {
    context.beginPath()
    context.rect(clip.left, clip.top - 2, clip.width, clip.height + 4)
    context.clip()
  }
  context.font = fontOf(style)
  for (const { text, box } of linesOf(node)) {
    const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText(text)
    const y = box.top + (box.height - ascent - descent) / 2 + ascent
    drawText(context, text, { x: box.left, y, style, color: style.color, halo: style.textShadow === 'none' ? null : { color: shadow, width: 2.5 } })
  }
  context.restore()
}

function linesOf(node: Text): { text: string, box: DOMRect }[] {
  const range = document.createRange()
  range.selectNodeContents(node)
  const rects = range.getClientRects()
  const [only] = rects
  if (only === undefined) return []
  if (rects.length === 1) return [{ text: node.data, box: only }]
  const lines: { text: string, box: DOMRect }[] = []
  // By characters: a name without spaces may break anywhere.
  for (const { index, 0: piece } of node.data.matchAll(/\S\s*/gu)) {
    range.setStart(node, index)
    range.setEnd(node, index + piece.trimEnd().length)
    const box = range.getBoundingClientRect()
    const last = lines.at(-1)
    if (last !== undefined && Math.abs(last.box.top - box.top) < 2) last.text += piece
    else lines.push({ text: piece, box })
  }
  return lines.map(({ text, box }) => ({ text: text.trimEnd(), box }))
}

const isTransparent = (color: string) => color === 'transparent' || /[,/]\s*0(?:\.0+)?%?\)$/.test(color)
