import type { Volume } from '../reformat/volume.ts'
import type { EdgeLetters, PointCss } from '../types.ts'
import type { Vector } from '../../../src-shared/vector.ts'
import type { BlockLimits } from './block.ts'
import type { Camera, Side } from './camera.ts'
import { lookAtGraphicsCard } from './graphics-card.ts'
import { createStoneMaker, type Stone } from './stones.ts'
import type { Volume3d } from './volume-3d.ts'
import { listenTo, viewWords } from './volume-input.ts'

export type VolumePaneState =
  | Readonly<{ kind: 'preparing'; note: string }>
  | Readonly<{ kind: 'failed'; reason: string }>
  | Readonly<{
    kind: 'shown'; letters: EdgeLetters
    /** The way from voxels to light in use, and those there are. */
    appearance: string; appearances: readonly Readonly<{ name: string; label: string }>[]
    /** What must stand under the picture: that it is drawn from fewer voxels. */
    note: string | null
    hoveredId: string | null
    /** What the last frame took, ms, and counts them, so that overlays follow. */
    frameMs: number; drawing: number
  }>

export type VolumePaneOptions = Readonly<{
  volume: Volume
  modality: string
  /** What is shown, for those who don't see it: "Abdomen, series 2". */
  label: string
  appearance: string
  onState: (state: VolumePaneState) => void
  /** A click on a stone; null beside all of them. */
  onPick: (findingId: string | null) => void
}>

/** A pane that draws a series in three dimensions. Nothing is loaded or made before it is attached; what it holds on the card is given back when it is detached. */
export interface VolumePane {
  /** Draws into `element` (positioned, not empty in size) and takes its mouse and keys; answers the way back. */
  attach(element: HTMLElement): () => void
  setAppearance(name: string): void
  setStones(stones: readonly Stone[], options: Readonly<{ selectedId: string | null; showRejected: boolean }>): void
  lookFrom(side: Side): void
  centreOn(pointMm: Vector): void
  rotateBy(rightDeg: number, downDeg: number): void
  zoomBy(factor: number): void
  reset(): void
  project(pointMm: Vector): PointCss | null
  /** The picture in full, without overlays; null while there is none. */
  snapshot(): HTMLCanvasElement | null
}

export function createVolumePane(options: VolumePaneOptions): VolumePane {
  const meshesOf = createStoneMaker()
  let drawn: Volume3d | null = null
  let camera: Camera | null = null
  let appearance = options.appearance
  let stones: readonly Stone[] = []
  let shown: Readonly<{ selectedId: string | null; showRejected: boolean }> = { selectedId: null, showRejected: false }

  const showStones = () => {
    drawn?.setMeshes(meshesOf(stones, shown.showRejected))
    drawn?.select(shown.selectedId)
  }
  const attach = (element: HTMLElement) => {
    const stopping = new AbortController()
    const host = document.createElement('div')
    host.className = 'volume-host'
    host.tabIndex = 0
    host.setAttribute('role', 'application')
    Object.assign(host.style, { position: 'absolute', inset: '0', overflow: 'hidden', touchAction: 'none' })
    element.prepend(host)
    void start({ ...options, host, signal: stopping.signal, camera, appearance: () => appearance }).then((made) => {
      if (made === null) return
      drawn = made
      showStones()
    }).catch((cause: unknown) => {
      options.onState({ kind: 'failed', reason: `This volume can't be drawn: ${cause instanceof Error ? cause.message : 'the graphics card gave no reason.'}` })
    })
    return () => {
      stopping.abort()
      camera = drawn?.camera ?? camera
      drawn?.release()
      drawn = null
      host.remove()
    }
  }
  return {
    attach,
    setAppearance(name) {
      appearance = name
      drawn?.setAppearance(name)
    },
    setStones(next, nextShown) {
      stones = next
      shown = nextShown
      showStones()
    },
    lookFrom: (side) => { drawn?.lookFrom(side) },
    centreOn: (pointMm) => { drawn?.centreOn(pointMm) },
    rotateBy: (rightDeg, downDeg) => { drawn?.turnBy(rightDeg, downDeg) },
    zoomBy: (factor) => { drawn?.zoomBy(factor) },
    reset: () => { drawn?.reset() },
    project: (pointMm) => drawn?.project(pointMm) ?? null,
    snapshot: () => drawn?.snapshot() ?? null
  }
}

type Starting = Omit<VolumePaneOptions, 'appearance'> & Readonly<{ host: HTMLElement; signal: AbortSignal; camera: Camera | null; appearance: () => string }>

/** Null where it was called off or can't be: the reason is told by `onState`. */
async function start(starting: Starting): Promise<Volume3d | null> {
  const { signal, onState } = starting
  const fail = (reason: string) => {
    if (!signal.aborted) onState({ kind: 'failed', reason })
    return null
  }
  onState({ kind: 'preparing', note: 'Preparing the volume' })
  const card = lookAtGraphicsCard()
  if (card.kind === 'refused') return fail(card.reason)
  const code = await import('./volume-3d.ts').catch(() => null)
  if (code === null) return fail('The part that draws in three dimensions did not load. Check the connection and choose it again.')
  // Lets the pane say that it prepares before the voxels are copied.
  await new Promise((resolve) => { setTimeout(resolve, 0) })
  for (const fewer of [1, 8, 64]) {
    if (signal.aborted) return null
    const made = await tried(starting, code.Volume3d, { ...card.limits, mostVoxels: card.limits.mostVoxels / fewer })
    if (made !== null) return made
  }
  if (signal.aborted) return null
  return fail('The graphics card has too little free memory for this series. Close other volume panes and choose it again.')
}

/** Null where the card ran out of memory. */
async function tried(starting: Starting, Made: typeof Volume3d, limits: BlockLimits): Promise<Volume3d | null> {
  const { host, volume, modality, camera, signal, label, onState, onPick } = starting
  let hoveredId: string | null = null
  let drawing = 0
  const made = new Made(host, { volume, modality, limits, camera }, ({ letters, appearance, note, ms }) => {
    drawing += 1
    const words = made.appearances.find(({ name }) => name === appearance)?.label ?? appearance
    host.setAttribute('aria-label', `${label}: ${words}, seen from ${viewWords(made.camera)}. Arrow keys turn, plus and minus zoom, 0 shows all.`)
    onState({ kind: 'shown', letters, appearance, appearances: made.appearances, note, hoveredId, frameMs: ms, drawing })
  })
  Object.assign(made.canvas.style, { position: 'absolute', width: '100%', height: '100%' })
  made.setAppearance(starting.appearance())
  const fits = await made.start({ width: host.clientWidth, height: host.clientHeight })
  if (!fits || signal.aborted) {
    made.release()
    return null
  }
  made.canvas.addEventListener('webglcontextlost', () => { onState({ kind: 'failed', reason: 'The graphics card took its memory back. Choose the volume again.' }) }, { signal })
  const observer = new ResizeObserver(() => { made.resize({ width: host.clientWidth, height: host.clientHeight }) })
  observer.observe(host)
  signal.addEventListener('abort', () => { observer.disconnect() })
  listenTo(host, made, { signal, onPick, onHover: (id) => { hoveredId = id } })
  return made
}
