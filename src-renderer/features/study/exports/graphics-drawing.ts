import { drawText } from './text-drawing.ts'

/** What the style sheets say of shapes must go along: a picture made of SVG sees none of them. */
const shapeProperties = [
  'fill', 'fill-opacity', 'fill-rule', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-dashoffset', 'stroke-linecap', 'stroke-linejoin',
  'opacity', 'visibility', 'display', 'marker-start', 'marker-end', 'vector-effect'
]

/**
 * Draws the shapes and then the texts of an SVG; the context counts in CSS pixels of the page. Without patient data the words of overlays stay
 * out: they were written elsewhere, by hand, and may name anybody.
 */
export async function drawGraphics(context: CanvasRenderingContext2D, svg: SVGSVGElement, withPatientData: boolean): Promise<void> {
  const { left, top, width, height } = svg.getBoundingClientRect()
  if (width === 0 || height === 0) return
  if (svg.querySelector('path, circle, ellipse, rect, line, polyline, polygon') !== null) {
    const url = URL.createObjectURL(new Blob([selfContained(svg, width, height, context.getTransform().a)], { type: 'image/svg+xml' }))
    try {
      const image = new Image()
      image.src = url
      await image.decode()
      context.drawImage(image, left, top, width, height)
    } finally {
      URL.revokeObjectURL(url)
    }
  }
  for (const text of svg.querySelectorAll<SVGTextElement>(withPatientData ? 'text' : 'text:not(.object-text)')) drawTextElement(context, text)
}

/** `scale`: the picture is rendered at its final size, so that lines stay sharp. */
function selfContained(svg: SVGSVGElement, width: number, height: number, scale: number): string {
  const copy = svg.cloneNode(true)
  if (!(copy instanceof SVGSVGElement)) throw new Error('A drawing could not be copied.')
  const originals = svg.querySelectorAll<SVGElement>('*')
  for (const [index, element] of copy.querySelectorAll<SVGElement>('*').entries()) {
    const original = originals[index]
    if (original === undefined) continue
    const style = getComputedStyle(original)
    element.removeAttribute('class')
    for (const property of shapeProperties) {
      const value = style.getPropertyValue(property)
      if (value !== '') element.setAttribute(property, value)
    }
  }
  // The fonts of the page are not those of a picture either: texts are drawn by hand.
  for (const text of copy.querySelectorAll('text, foreignObject')) text.remove()
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('viewBox', `0 0 ${width} ${height}`)
  copy.setAttribute('width', String(width * scale))
  copy.setAttribute('height', String(height * scale))
  return new XMLSerializer().serializeToString(copy)
}

function drawTextElement(context: CanvasRenderingContext2D, text: SVGTextElement): void {
  const lines = text.querySelectorAll<SVGTSpanElement>('tspan')
  for (const line of lines.length === 0 ? [text] : lines) {
    const words = line.textContent ?? ''
    const matrix = line.getScreenCTM()
    const style = getComputedStyle(line)
    if (words === '' || matrix === null || line.getNumberOfChars() === 0 || style.visibility === 'hidden' || style.display === 'none') continue
    const start = line.getStartPositionOfChar(0).matrixTransform(matrix)
    drawText(context, words, { x: start.x, y: start.y, style, color: style.fill, halo: style.stroke === 'none' ? null : { color: style.stroke, width: parseFloat(style.strokeWidth) } })
  }
}
