import type { EdgeLetters, PointCss } from '../types.ts'
import { add, distance, scale, type Vector } from '../../../src-shared/vector.ts'
import { cornersOf, type Volume } from '../reformat/volume.ts'
import type { Size } from '../view-transform.ts'
import { appearancesFor, type Appearance } from './appearances.ts'
import { blockNote, blockOf, type BlockLimits } from './block.ts'
import { cameraLetters, fittedTo, lookingFrom, moved, projected, rayThrough, turned, zoomedIn, type Camera, type Side } from './camera.ts'
import { pick, type Picked } from './pick.ts'
import { createQuality, type Level, type Purpose } from './quality.ts'
import { createScene, type Scene } from './scene.ts'
import { paintOf, type StoneMesh } from './stones.ts'

/** `camera`: where the eyes were before, in the same volume. */
export type Volume3dInput = Readonly<{ volume: Volume; modality: string; limits: BlockLimits; camera: Camera | null }>
export type Drawn = Readonly<{ letters: EdgeLetters; appearance: string; note: string | null; ms: number; level: Level }>

/** Eight places each at 3 and at 6 pixels from a point. */
const rings: readonly PointCss[] = [3, 6].flatMap((radius) => [0, 1, 2, 3, 4, 5, 6, 7].map((eighth): PointCss => [radius * Math.cos(eighth * Math.PI / 4), radius * Math.sin(eighth * Math.PI / 4)]))

/** A volume drawn in three dimensions in an element, lit and seen without perspective. Everything moves at once and is drawn at the next refresh. */
export class Volume3d {
  readonly appearances: readonly Appearance[]
  readonly canvas: HTMLCanvasElement
  private readonly scene: Scene
  private readonly onDrawn: (drawn: Drawn) => void
  private readonly corners: readonly Vector[]
  private readonly centreMm: Vector
  private readonly spanMm: number
  /** Whether the whole volume is to fit, whatever size the pane takes. */
  private isFitted: boolean
  private readonly stepMm: number
  private readonly note: string | null
  private readonly quality = createQuality()
  private eyes: Camera
  private appearance: Appearance
  private meshes: readonly StoneMesh[] = []
  private selected: string | null = null
  private hovered: string | null = null
  private size: Size = { width: 0, height: 0 }
  private scheduled = 0
  private stilling: ReturnType<typeof setTimeout> | null = null
  private isFirst = true
  private isDrawing = false
  private waiting: Purpose | null = null
  private isReleased = false

  constructor(element: HTMLElement, { volume, modality, limits, camera }: Volume3dInput, onDrawn: (drawn: Drawn) => void) {
    const [first] = this.appearances = appearancesFor(modality, volume)
    if (first === undefined) throw new Error('Every modality has an appearance.')
    const block = blockOf(volume, limits)
    this.corners = cornersOf(volume.grid)
    const [near = volume.grid.originMm] = this.corners, far = this.corners.at(-1) ?? near
    this.centreMm = scale(add(near, far), 0.5)
    this.spanMm = distance(near, far)
    this.isFitted = camera === null
    this.stepMm = Math.min(...block.stepsMm) * 0.7
    this.note = blockNote(block, volume)
    this.onDrawn = onDrawn
    this.appearance = first
    this.eyes = camera ?? lookingFrom('anterior', this.centreMm, this.spanMm)
    this.scene = createScene(element, block)
    this.canvas = this.scene.canvas
    this.scene.setAppearance(first)
  }

  get camera(): Camera { return this.eyes }

  /** Draws once, coarsely; false where the card has too little memory for the volume. */
  async start(size: Size): Promise<boolean> {
    this.takeSize(size)
    if (this.isEmpty) return true
    await this.show('moving')
    if (this.isReleased) return true
    this.redraw(false)
    return !this.scene.hasRunOut()
  }

  /** `name` is one of `appearances`; another is refused by doing nothing. */
  setAppearance(name: string): void {
    this.appearance = this.appearances.find((candidate) => candidate.name === name) ?? this.appearance
    this.scene.setAppearance(this.appearance)
    this.redraw(false)
  }

  setMeshes(meshes: readonly StoneMesh[]): void {
    for (const old of this.meshes) if (!meshes.some(({ id, mesh }) => id === old.id && mesh === old.mesh)) this.scene.removeMesh(old.id)
    for (const mesh of meshes) if (!this.meshes.some((old) => old.id === mesh.id && old.mesh === mesh.mesh)) this.scene.addMesh(mesh.id, mesh.mesh)
    this.meshes = meshes
    this.paint()
  }

  select(id: string | null): void {
    if (id === this.selected) return
    this.selected = id
    this.paint()
  }

  hover(id: string | null): void {
    if (id === this.hovered) return
    this.hovered = id
    this.paint()
  }

  /** The stone under a point, or else one within 6 CSS pixels of it: small stones are a few pixels large. */
  pickAt([x, y]: PointCss): Picked | null {
    for (const [dx, dy] of [[0, 0] as const, ...rings]) {
      const found = pick(this.meshes, rayThrough(this.eyes, this.size, [x + dx, y + dy], this.spanMm * 2))
      if (found !== null) return found
    }
    return null
  }

  project(pointMm: Vector): PointCss { return projected(this.eyes, this.size, pointMm) }
  turnBy(rightDeg: number, downDeg: number): void { this.aim(turned(this.eyes, rightDeg, downDeg)) }
  zoomBy(factor: number): void { this.aim(zoomedIn(this.eyes, factor), false) }
  panBy(dxPx: number, dyPx: number): void { this.aim(moved(this.eyes, this.size, dxPx, dyPx), false) }
  /** The whole volume from one side. */
  lookFrom(side: Side): void { this.aim(this.whole(side), true) }
  reset(): void { this.lookFrom('anterior') }

  /** Brings a point to the middle, and turns about it from now on. */
  centreOn(pointMm: Vector): void { this.aim({ ...this.eyes, focalMm: pointMm }, false) }

  resize(size: Size): void {
    if (size.width === this.size.width && size.height === this.size.height) return
    this.takeSize(size)
    this.redraw(false)
  }

  /** The picture as it is, as fine as it can be made in three seconds. */
  snapshot(): HTMLCanvasElement {
    this.draw(this.quality.levelFor(this.pixels, 'kept'))
    const copy = document.createElement('canvas')
    copy.width = this.canvas.width
    copy.height = this.canvas.height
    copy.getContext('2d')?.drawImage(this.canvas, 0, 0)
    return copy
  }

  release(): void {
    this.isReleased = true
    if (this.scheduled !== 0) cancelAnimationFrame(this.scheduled)
    if (this.stilling !== null) clearTimeout(this.stilling)
    this.scene.release()
  }

  private whole(side: Side): Camera {
    return fittedTo(lookingFrom(side, this.centreMm, this.spanMm), this.size, this.corners)
  }

  private takeSize(size: Size): void {
    this.size = size
    if (this.isFitted && !this.isEmpty) this.eyes = fittedTo(this.eyes, size, this.corners)
  }

  private aim(camera: Camera, isFitted = this.isFitted): void {
    this.eyes = camera
    this.isFitted = isFitted
    this.redraw(true)
  }

  private paint(): void {
    for (const { id, status } of this.meshes) this.scene.paintMesh(id, paintOf(status, id === this.selected, id === this.hovered))
    this.redraw(false)
  }

  private get pixels(): number { return this.size.width * this.size.height * devicePixelRatio ** 2 }
  private get isEmpty(): boolean { return this.size.width < 1 || this.size.height < 1 }

  /** While things move, frames are as fine as the machine keeps up with; once they rest, as fine as it can in a moment. */
  private redraw(isMoving: boolean): void {
    if (this.isReleased || this.isEmpty) return
    if (this.stilling !== null) clearTimeout(this.stilling)
    this.stilling = setTimeout(() => { this.stilling = null; this.begin('still') }, isMoving ? 180 : 30)
    if (isMoving) this.begin('moving')
  }

  /** One frame at a time: what comes while the card draws waits for it, and then only the last. */
  private begin(purpose: Purpose): void {
    if (this.scheduled !== 0) return
    if (this.isDrawing) {
      this.waiting = purpose
      return
    }
    this.scheduled = requestAnimationFrame(() => { this.scheduled = 0; void this.show(purpose) })
  }

  private async show(purpose: Purpose): Promise<void> {
    const { pixels } = this
    const level = this.quality.levelFor(pixels, purpose)
    const began = performance.now()
    this.isDrawing = true
    this.draw(level)
    await this.scene.finished()
    this.isDrawing = false
    if (this.isReleased) return
    const ms = performance.now() - began
    // The first frame also compiles the program and uploads the voxels, and tells nothing of the next.
    if (this.isFirst) this.isFirst = false
    else this.quality.took(level, pixels, ms)
    this.onDrawn({ letters: cameraLetters(this.eyes), appearance: this.appearance.name, note: this.note, ms, level })
    const next = this.waiting
    this.waiting = null
    if (next !== null) this.begin(next)
    else if (purpose === 'still' && this.quality.levelFor(pixels, purpose).share > level.share) this.redraw(false)
  }

  private draw({ share, coarser }: Level): void {
    const { width, height } = this.size
    this.scene.draw(this.eyes, { width: Math.max(1, Math.round(width * devicePixelRatio)), height: Math.max(1, Math.round(height * devicePixelRatio)) }, { share, stepMm: this.stepMm * coarser })
  }
}
