import type { Slab } from '../../../src-shared/viewing.ts'
import type { Plane } from '../plane.ts'
import { fullDetail, pictureOn, resampleRows, slabOffsetsMm, type Detail, type GreyPicture } from './resample.ts'
import type { Volume } from './volume.ts'

/** One pane's maker of reformatted pictures. */
export interface Reformatter {
  /** Answers at once through `onPicture`: with the picture, or with a coarser glimpse of it that the picture follows when there is time. */
  show(plane: Plane, slab: Slab): void
  /** Forgets what is still being made. */
  stop(): void
}

export type ReformatterOptions = Readonly<{
  volume: Volume
  /** `isGlimpse`: interpolated over blocks of pixels, not to be measured; the picture itself comes. */
  onPicture: (picture: GreyPicture, isGlimpse: boolean) => void
  /** What a glimpse may take, ms: three panes share the 50 that a drag leaves a frame. */
  glimpseMs?: number
  now?: () => number
  /** Runs a step of the work after the screen and the mouse had their turn; answers the way to call it off. */
  later?: (step: () => void) => () => void
}>

/** The work is done in the window: a worker would need a second copy of the volume, as the page may not share memory with it. */
const workMs = 10
const details: readonly Detail[] = [fullDetail, { block: 2, coarser: 1 }, { block: 2, coarser: 2 }, { block: 4, coarser: 2 }, { block: 4, coarser: 4 }, { block: 8, coarser: 8 }]

export function createReformatter({ volume, onPicture, glimpseMs = 14, now = () => performance.now(), later = afterScreen }: ReformatterOptions): Reformatter {
  // A first guess, corrected by each picture made.
  let msPerSample = 40e-6
  let cancel = () => {}

  const make = (plane: Plane, slab: Slab, rows: Readonly<{ from: number; to: number }>, into: Float32Array, detail: Detail) => {
    const began = now()
    resampleRows(volume, plane, slab, rows, into, detail)
    const samples = samplesOf(volume, plane, slab, detail) * (rows.to - rows.from) / plane.rows
    // Of short pieces the clock, coarse in browsers, tells nothing.
    if (samples > 50_000) msPerSample = msPerSample * 0.7 + (now() - began) / samples * 0.3
  }
  const refine = (plane: Plane, slab: Slab, values: Float32Array, from: number) => {
    const perRow = samplesOf(volume, plane, slab, fullDetail) / plane.rows * msPerSample
    const to = Math.min(plane.rows, from + Math.max(1, Math.floor(workMs / perRow)))
    make(plane, slab, { from, to }, values, fullDetail)
    if (to === plane.rows) onPicture(pictureOn(volume, plane, values), false)
    else cancel = later(() => { refine(plane, slab, values, to) })
  }
  return {
    show(plane, slab) {
      cancel()
      cancel = () => {}
      const fits = (detail: Detail) => samplesOf(volume, plane, slab, detail) * msPerSample <= glimpseMs
      const detail = details.find(fits) ?? { block: 8, coarser: 8 }
      const values = new Float32Array(plane.columns * plane.rows)
      make(plane, slab, { from: 0, to: plane.rows }, values, detail)
      onPicture(pictureOn(volume, plane, values), detail !== fullDetail)
      if (detail !== fullDetail) cancel = later(() => { refine(plane, slab, new Float32Array(plane.columns * plane.rows), 0) })
    },
    stop() {
      cancel()
      cancel = () => {}
    }
  }
}

function samplesOf(volume: Volume, plane: Plane, slab: Slab, { block, coarser }: Detail): number {
  return Math.ceil(plane.columns / block) * Math.ceil(plane.rows / block) * slabOffsetsMm(volume, slab, coarser).length
}

function afterScreen(step: () => void): () => void {
  const timer = setTimeout(step, 0)
  return () => { clearTimeout(timer) }
}
