/** What MedGemma 1.5 was trained on. */
export const mostSlices = 85

export type SliceBudget = Readonly<{ available: number, maxImages: number, maxImagesNote: string, maxSlices: number, maxMinutes: number, tokensPerImage: number, promptTokensPerSecond: number | null }>
export type ChosenSlices = Readonly<{ indices: readonly number[], note: string }>

/**
 * Slices spread evenly over the stack, first and last among them, in the order of the stack. No more than the model was trained on, than the
 * memory has room for, than somebody allows, and than will be read in time at the speed of last time; `note` says which of these it was.
 */
export function chooseSlices({ available, maxImages, maxImagesNote, maxSlices, maxMinutes, tokensPerImage, promptTokensPerSecond }: SliceBudget): ChosenSlices {
  const inTime = promptTokensPerSecond === null ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(maxMinutes * 60 * promptTokensPerSecond / (tokensPerImage + 12)))
  const limits: readonly (readonly [number, string])[] = [
    [mostSlices, `the model was trained on ${mostSlices}`], [maxImages, maxImagesNote === '' ? 'the reader takes no more' : maxImagesNote],
    [maxSlices, 'the settings allow no more'], [inTime, `more would take longer than the ${maxMinutes} minutes that the settings allow`]
  ]
  const [most, why] = limits.reduce((least, limit) => (limit[0] < least[0] ? limit : least))
  const count = Math.max(1, Math.min(available, most))
  return { indices: spread(available, count), note: count < available ? why : '' }
}

/** `count` of `available` places, evenly, with both ends; one alone is the middle. */
export function spread(available: number, count: number): number[] {
  if (available === 0) return []
  if (count === 1) return [(available - 1) >> 1]
  return Array.from({ length: count }, (_, index) => Math.round(index * (available - 1) / (count - 1)))
}
