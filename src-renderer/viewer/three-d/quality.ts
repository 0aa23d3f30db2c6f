/** How finely a frame is drawn: `share` of the pane's pixels along each side, and steps through the volume `coarser` times as long. */
export type Level = Readonly<{ share: number; coarser: number }>

const levels: readonly Level[] = [
  { share: 1, coarser: 1 }, { share: 0.75, coarser: 1.25 }, { share: 0.6, coarser: 1.6 }, { share: 0.5, coarser: 2 }, { share: 0.4, coarser: 2.5 },
  { share: 0.33, coarser: 3 }, { share: 0.25, coarser: 4 }, { share: 0.18, coarser: 5 }
]
export const finest: Level = { share: 1, coarser: 1 }
export const coarsest: Level = { share: 0.18, coarser: 5 }

/** Chooses what a machine can draw in time, from what its last frames took: on a graphics card everything, on a processor what keeps up with the hand. */
export interface Quality {
  levelFor(pixels: number, isMoving: boolean): Level
  /** What a frame took, measured to its end. */
  took(level: Level, pixels: number, ms: number): void
}

export function createQuality({ movingMs = 50, stillMs = 600 }: Readonly<{ movingMs?: number; stillMs?: number }> = {}): Quality {
  let msPerPixel: number | null = null
  const cost = ({ share, coarser }: Level) => share * share / coarser
  return {
    levelFor(pixels, isMoving) {
      if (msPerPixel === null) return coarsest
      const whole = msPerPixel * pixels
      return levels.find((level) => whole * cost(level) <= (isMoving ? movingMs : stillMs)) ?? coarsest
    },
    took(level, pixels, ms) {
      const measured = ms / (pixels * cost(level))
      msPerPixel = msPerPixel === null ? measured : msPerPixel * 0.6 + measured * 0.4
    }
  }
}
