import type { PointMm, SopInstanceUid } from '../../../src-shared/ids.ts'
import type { Picture } from '../picture.ts'
import { drawLoupe } from '../reading/magnifier.ts'
import { paletteOf, paletteWords, type PaletteName } from '../reading/palettes.ts'
import { sameView } from '../reformat/oblique-planes.ts'
import type { VolumePaneState } from '../three-d/volume-pane.ts'
import { isOnPlane, toIndex, toPatient, type Plane } from '../plane.ts'
import { createStage, drawPicture, type Stage } from './stage.ts'
import type { PaneContent, PaneDrawn, PaneId, PaneView, PointCss, WindowSetting } from '../types.ts'
import { affineOf, edgeLetters, fitted, fromScreen, panned, scaleBarOf, toScreen, zoomed, type Size, type View } from '../view-transform.ts'

/** What a picture is, beside its pixels. */
export type PictureFacts = Readonly<{ index: number; count: number; sopInstanceUid: SopInstanceUid | null; frameNumber: number | null; positionText: string }>

/** A second picture on the plane of the first, drawn over it in colours whose alpha lets it through. */
export type Over = Readonly<{ picture: Picture; window: WindowSetting; colours: Uint32Array | undefined }>
/** `keepsView`: the picture is the same place cut anew, so nothing jumps on the screen. */
export type ShowOptions = Readonly<{ keepsView?: boolean; over?: Over | null }>

const loupe = { factor: 3, radiusPx: 90 } as const

export const emptyDrawn: PaneDrawn = {
  content: { kind: 'empty' }, index: null, count: 0, sopInstanceUid: null, frameNumber: null, positionText: '', window: null,
  isInverted: false, palette: 'grey', zoom: null, letters: null, scaleBar: null, space: null, drawing: 0
}

const upright = { quarterTurns: 0, isMirroredAcross: false, isMirroredUpDown: false } as const

/** One pane: a canvas that draws one picture exactly, and the ways to move it. Draws at most once a screen refresh. */
export class Pane implements PaneView {
  readonly id: PaneId
  private readonly publish: (id: PaneId, drawn: PaneDrawn) => void
  private readonly canvas = document.createElement('canvas')
  private readonly stage: Stage = createStage()
  private overStage: Stage | null = null
  private over: Over | null = null
  private isOverShown = true
  private palette: PaletteName = 'grey'
  private colours: Uint32Array | undefined
  private loupeAt: PointCss | null = null
  private space: VolumePaneState | null = null
  private shown: Picture | null = null
  private facts: PictureFacts | null = null
  private content: PaneContent = { kind: 'empty' }
  private view: View | null = null
  private isFitted = true
  private window: WindowSetting = { center: 128, width: 256 }
  private isInverted = false
  private scheduled = 0
  private drawing = 0
  private paneSize: Size = { width: 0, height: 0 }

  constructor(id: PaneId, publish: (id: PaneId, drawn: PaneDrawn) => void) {
    this.id = id
    this.publish = publish
    this.canvas.className = 'pane-canvas'
  }

  /** Puts the canvas into an element and follows its size; answers the way back. */
  attach(element: HTMLDivElement): () => void {
    element.prepend(this.canvas)
    const observer = new ResizeObserver(() => { this.takeSize(element) })
    observer.observe(element)
    this.takeSize(element)
    return () => {
      observer.disconnect()
      if (this.scheduled !== 0) cancelAnimationFrame(this.scheduled)
      this.scheduled = 0
      this.canvas.remove()
    }
  }

  show(picture: Picture, facts: PictureFacts, { keepsView = false, over = null }: ShowOptions = {}): void {
    const before = this.shown
    const isOtherShape = before === null || !hasSameShape(before.plane, picture.plane)
    if (isOtherShape && keepsView && before !== null && this.view !== null && !this.isFitted) this.view = sameView(before.plane, picture.plane, this.view)
    this.over = over
    this.shown = picture
    this.facts = facts
    this.content = { kind: 'shown' }
    if ((isOtherShape && (this.isFitted || !keepsView)) || this.view === null) this.fit()
    this.redraw()
  }

  /** `loading` stands on top of the last picture, which keeps its own facts; the others take the picture away. */
  say(content: PaneContent, facts: PictureFacts | null = null): void {
    this.content = content
    if (content.kind === 'empty' || content.kind === 'failed') {
      this.shown = null
      this.over = null
      this.facts = facts
    }
    this.redraw()
  }

  /** Forgets view and picture: another series comes. */
  clear(): void {
    this.view = null
    this.isFitted = true
    this.say({ kind: 'empty' })
  }

  /** The window as it stands, also while no picture shows. */
  get currentWindow(): Readonly<{ window: WindowSetting; isInverted: boolean }> { return { window: this.window, isInverted: this.isInverted } }
  get picture(): Picture | null { return this.shown }
  get shownFacts(): PictureFacts | null { return this.facts }
  get size(): Size { return this.paneSize }

  setWindow(window: WindowSetting, isInverted: boolean): void {
    this.window = window
    this.isInverted = isInverted
    this.redraw()
  }

  /** Shows greys in colours; 'grey' as they are. */
  setPalette(palette: PaletteName): void {
    this.palette = palette
    this.colours = palette === 'grey' ? undefined : paletteWords(paletteOf(palette))
    this.redraw()
  }

  /** A loupe under the mouse; null takes it away. */
  setLoupe(at: PointCss | null): void {
    this.loupeAt = at
    this.redraw()
  }

  /** What is drawn in three dimensions over the canvas, in place of a picture; null when it has gone. */
  setSpace(space: VolumePaneState | null): void {
    this.space = space
    this.content = space === null ? { kind: 'empty' } : space.kind === 'preparing' ? { kind: 'loading', note: space.note } : space.kind === 'failed' ? { kind: 'failed', reason: space.reason } : { kind: 'shown' }
    if (space !== null) this.shown = null
    // The canvas is opaque and would stand over what is drawn below it.
    this.canvas.style.visibility = space?.kind === 'shown' ? 'hidden' : ''
    this.redraw()
  }

  /** Hides what lies over the picture (the file's overlay planes, PET over CT), or shows it again. False where nothing does. */
  toggleOver(): boolean {
    if (this.over === null) return false
    this.isOverShown = !this.isOverShown
    this.redraw()
    return true
  }

  zoomBy(factor: number, about?: PointCss): void {
    this.change((plane, view) => zoomed(plane, view, this.paneSize, factor, about))
    this.isFitted = false
  }

  panBy(dx: number, dy: number): void {
    this.change((plane, view) => panned(plane, view, this.paneSize, dx, dy))
    this.isFitted = false
  }

  turn(): void {
    const next = [1, 2, 3, 0] as const
    this.change((_, view) => ({ ...view, quarterTurns: next[view.quarterTurns] }))
    if (this.isFitted) this.fit()
  }

  mirror(axis: 'across' | 'up-down'): void {
    this.change((_, view) => axis === 'across' ? { ...view, isMirroredAcross: !view.isMirroredAcross } : { ...view, isMirroredUpDown: !view.isMirroredUpDown })
  }

  fit(): void {
    if (this.shown && this.paneSize.width > 0) this.view = fitted(this.shown.plane, this.paneSize, this.view ?? upright)
    this.isFitted = true
    this.redraw()
  }

  /** As first opened: the whole picture, no turn, no mirror. */
  reset(): void {
    this.view = null
    this.fit()
  }

  /** Brings a point into the pane where it lies outside or close to the edge. */
  reveal(pointMm: PointMm): void {
    const at = this.project(pointMm)
    if (at === null) return
    const { width, height } = this.paneSize
    const isNear = at[0] > width * 0.1 && at[0] < width * 0.9 && at[1] > height * 0.1 && at[1] < height * 0.9
    if (!isNear) this.panBy(width / 2 - at[0], height / 2 - at[1])
  }

  project(pointMm: PointMm): PointCss | null {
    if (!this.shown || !this.view) return null
    return toScreen(affineOf(this.shown.plane, this.view, this.paneSize), toIndex(this.shown.plane, pointMm))
  }

  unproject(point: PointCss): PointMm | null {
    if (!this.shown || !this.view) return null
    return toPatient(this.shown.plane, fromScreen(affineOf(this.shown.plane, this.view, this.paneSize), point))
  }

  isInPlane(pointMm: PointMm, radiusMm = 0): boolean {
    if (this.shown === null || !this.shown.plane.isInPatient) return false
    return isOnPlane(this.shown.plane, pointMm, Math.max(radiusMm, this.shown.plane.halfThicknessMm) + 0.01)
  }

  native(): ReturnType<PaneView['native']> {
    return this.shown === null ? null : { canvas: this.stage.canvas, columnStepMm: this.shown.plane.columnStepMm, rowStepMm: this.shown.plane.rowStepMm }
  }

  private change(next: (plane: Plane, view: View) => View): void {
    if (!this.shown || !this.view) return
    this.view = next(this.shown.plane, this.view)
    this.redraw()
  }

  private takeSize(element: HTMLElement): void {
    const { clientWidth: width, clientHeight: height } = element
    const pixels = Math.max(1, Math.round(width * devicePixelRatio))
    if (width === this.paneSize.width && height === this.paneSize.height && this.canvas.width === pixels) return
    this.paneSize = { width, height }
    this.canvas.width = pixels
    this.canvas.height = Math.max(1, Math.round(height * devicePixelRatio))
    if (this.isFitted || this.view === null) this.fit()
    // A resized canvas is blank: waiting for the next refresh would flicker.
    this.draw()
  }

  private redraw(): void {
    if (this.scheduled === 0) this.scheduled = requestAnimationFrame(() => { this.draw() })
  }

  private draw(): void {
    if (this.scheduled !== 0) cancelAnimationFrame(this.scheduled)
    this.scheduled = 0
    const context = this.canvas.getContext('2d', { alpha: false })
    if (context === null || this.paneSize.width === 0) return
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = '#000'
    context.fillRect(0, 0, this.canvas.width, this.canvas.height)
    if (this.shown && this.view) this.drawShown(context, this.shown, this.view)
    // What is on the canvas, for whoever measures from outside: told in the frame that draws it, before any words follow.
    this.canvas.dataset['image'] = this.shown && this.facts ? `${this.facts.index}/${this.facts.count}` : ''
    this.drawing += 1
    this.publish(this.id, this.state())
  }

  private drawShown(context: CanvasRenderingContext2D, picture: Picture, view: View): void {
    const affine = affineOf(picture.plane, view, this.paneSize)
    this.stage.update(picture, this.window, this.isInverted, this.colours)
    drawPicture(context, this.stage.canvas, affine)
    const isOver = this.over !== null && this.isOverShown
    if (this.over !== null && isOver) {
      this.overStage ??= createStage(true)
      this.overStage.update(this.over.picture, this.over.window, false, this.over.colours)
      drawPicture(context, this.overStage.canvas, affine)
    }
    if (this.loupeAt !== null) drawLoupe(context, [this.stage.canvas, ...(isOver && this.overStage !== null ? [this.overStage.canvas] : [])], affine, { at: this.loupeAt, ...loupe }, devicePixelRatio)
  }

  private state(): PaneDrawn {
    const { shown, view, facts, content, drawing, space, palette } = this
    const about = facts === null ? {} : facts
    if (space !== null) return { ...emptyDrawn, content, drawing, space, letters: space.kind === 'shown' ? space.letters : null }
    if (shown === null || view === null) return { ...emptyDrawn, ...about, content, drawing }
    return {
      ...emptyDrawn, ...about, content, drawing,
      window: shown.kind === 'grey' ? this.window : null, isInverted: this.isInverted, palette,
      zoom: view.pxPerMm * shown.plane.columnStepMm, letters: edgeLetters(shown.plane, view), scaleBar: scaleBarOf(shown.plane, view, this.paneSize)
    }
  }
}

function hasSameShape(a: Plane, b: Plane): boolean {
  return a.columns === b.columns && a.rows === b.rows && a.columnStepMm === b.columnStepMm && a.rowStepMm === b.rowStepMm
}
