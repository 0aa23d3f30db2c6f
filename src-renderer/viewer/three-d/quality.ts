/** How finely a frame is drawn: `share` of the pane's pixels along each side, and steps through the volume `coarser` times as long. */
export type Level = Readonly<{ share: number; coarser: number }>

/** Fewer pixels rather than longer steps: a ray that first lands deep in a bone finds no surface there to be lit, and leaves a dark spot. */
const levels: readonly Level[] = [
  { share: 1, coarser: 1 }, { share: 0.8, coarser: 1 }, { share: 0.65, coarser: 1 }, { share: 0.5, coarser: 1 }, { share: 0.4, coarser: 1 },
  { share: 0.33, coarser: 1.2 }, { share: 0.25, coarser: 1.4 }, { share: 0.18, coarser: 1.6 }, { share: 0.12, coarser: 2 }
]
const coarsest: Level = { share: 0.12, coarser: 2 }

/** What a frame is for: one of many while things move, one to be looked at, one to be kept. */
export type Purpose = 'moving' | 'still' | 'kept'
const budgetsMs: Readonly<Record<Purpose, number>> = { moving: 50, still: 600, kept: 3000 }

/** Chooses what a machine can draw in time, from what its last frames took: on a graphics card everything, on a processor what keeps up with the hand. */
export interface Quality {
  levelFor(pixels: number, purpose: Purpose): Level
  /** What a frame took, measured to its end. */
  took(level: Level, pixels: number, ms: number): void
}

export function createQuality(): Quality {
  let msPerPixel: number | null = null
  const cost = ({ share, coarser }: Level) => share * share / coarser
  return {
    levelFor(pixels, purpose) {
      if (msPerPixel === null) return coarsest
      const whole = msPerPixel * pixels
      return levels.find((level) => whole * cost(level) <= budgetsMs[purpose]) ?? coarsest
    },
    took(level, pixels, ms) {
      const measured = ms / (pixels * cost(level))
      // A frame that was quicker than thought is believed at once; a slower one may just have waited for something else.
      msPerPixel = msPerPixel === null || measured < msPerPixel ? measured : (msPerPixel + measured) / 2
    }
  }
}
