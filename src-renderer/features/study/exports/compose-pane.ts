import { drawGraphics } from './graphics-drawing.ts'
import { drawOverlay } from './overlay-drawing.ts'

/** `scale`: pixels of the result for each CSS pixel of the pane. Without overlays the picture stands alone, as it is shown. */
export type ComposeOptions = Readonly<{ withOverlays: boolean, withPatientData: boolean, scale: number }>
/** `space`: the picture of a pane in three dimensions, whose own canvas forgets it once it is on the screen; null elsewhere. */
export type ComposedPane = Readonly<{ element: HTMLElement, space: () => HTMLCanvasElement | null }>

/**
 * A pane as a picture: its canvas, and where wanted the graphics and the words over it, at the places that they have on the screen.
 * Without patient data only those words are drawn that can't name anybody. Throws where the pane shows no picture.
 */
export async function composePane({ element: pane, space }: ComposedPane, { withOverlays, withPatientData, scale }: ComposeOptions): Promise<HTMLCanvasElement> {
  const picture = pane.querySelector<HTMLCanvasElement>('canvas.pane-canvas')
  const box = pane.getBoundingClientRect()
  if (picture === null || box.width === 0) throw new Error('This pane shows no image.')
  const { canvas, context } = createCanvas(Math.round(box.width * scale), Math.round(box.height * scale))
  context.fillStyle = '#000'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingQuality = 'high'
  // The pane's own canvas lies lowest, wherever it stands in the document.
  const layers = [picture, ...[...pane.querySelectorAll<HTMLCanvasElement>('canvas')].filter((layer) => layer !== picture)]
  for (const layer of layers) {
    const shown = layer === picture || layer.getContext('2d') !== null ? layer : space()
    if (shown === null || (layer !== picture && shown === layer && !withOverlays)) continue
    const { left, top, width, height } = layer.getBoundingClientRect()
    context.drawImage(shown, (left - box.left) * scale, (top - box.top) * scale, width * scale, height * scale)
  }
  if (!withOverlays) return canvas
  context.setTransform(scale, 0, 0, scale, -box.left * scale, -box.top * scale)
  for (const svg of pane.querySelectorAll<SVGSVGElement>('svg.graphics')) await drawGraphics(context, svg, withPatientData)
  for (const overlay of pane.querySelectorAll<HTMLElement>('.overlay')) drawOverlay(context, overlay, withPatientData)
  context.setTransform(1, 0, 0, 1, 0, 0)
  return canvas
}

/** Panes beside each other as they stand on the screen. */
export async function composeGrid(panes: readonly ComposedPane[], options: ComposeOptions): Promise<HTMLCanvasElement> {
  const boxes = panes.map(({ element }) => element.getBoundingClientRect())
  const left = Math.min(...boxes.map((box) => box.left))
  const top = Math.min(...boxes.map((box) => box.top))
  const right = Math.max(...boxes.map((box) => box.right))
  const bottom = Math.max(...boxes.map((box) => box.bottom))
  const { scale } = options
  const { canvas, context } = createCanvas(Math.round((right - left) * scale), Math.round((bottom - top) * scale))
  for (const [index, pane] of panes.entries()) {
    const box = boxes[index]
    if (box !== undefined) context.drawImage(await composePane(pane, options), Math.round((box.left - left) * scale), Math.round((box.top - top) * scale))
  }
  return canvas
}

/** Throws where the picture is larger than the browser can write. */
export function canvasBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('The picture is too large to be written. Choose a smaller size.'))
      else resolve(blob)
    }, 'image/png')
  })
}

export function createCanvas(width: number, height: number): { canvas: HTMLCanvasElement, context: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, width)
  canvas.height = Math.max(1, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('The browser gave no canvas to draw on.')
  return { canvas, context }
}
