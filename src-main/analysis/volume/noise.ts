import type { Volume } from '../../../src-shared/volume.ts'

/**
 * Standard deviation of the noise in soft tissue, HU: from differences between voxels four columns apart that both look like soft tissue,
 * by the median, so that edges do not count. Null where there is too little soft tissue.
 */
export function softTissueNoiseHu(volume: Volume): number | null {
  return noiseHu(volume, -20, 120, 400)
}

/** Noise of the air around the patient, HU. */
export function airNoiseHu(volume: Volume): number | null {
  const noise = noiseHu(volume, -1023, -960, 400)
  return noise === 0 ? null : noise
}

function noiseHu({ voxels }: Volume, lowHu: number, highHu: number, fewest: number): number | null {
  const step = Math.max(7, Math.floor(voxels.length / 200_003))
  const differences: number[] = []
  for (let index = 0; index + 4 < voxels.length; index += step) {
    const here = voxels[index] ?? 0
    const there = voxels[index + 4] ?? 0
    if (here > lowHu && here < highHu && there > lowHu && there < highHu) differences.push(Math.abs(here - there))
  }
  if (differences.length < fewest) return null
  const sorted = Float64Array.from(differences).toSorted()
  return (sorted[sorted.length >> 1] ?? 0) / (0.6745 * Math.SQRT2)
}
