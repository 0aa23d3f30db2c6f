/**
 * A CT volume in memory: what a protocol measures.
 *
 * `voxels` holds Hounsfield units (rescale applied once), slice after slice in geometric order (along `+normal`), each slice row by
 * row: index = (slice * rows + row) * columns + column. `voxels` sits on a SharedArrayBuffer so that workers read it without a copy.
 */
export type Volume = Readonly<{
  columns: number
  rows: number
  slices: number
  voxels: Int16Array
  geometry: VolumeGeometry
}>

/** Everything needed to turn a voxel index into a place in the patient, mm (LPS). */
export type VolumeGeometry = Readonly<{
  /** Centre of voxel (column 0, row 0) of each slice, mm: Image Position (Patient) in geometric order. Length = slices. */
  originsMm: readonly (readonly [number, number, number])[]
  /** Unit vector along increasing column index (first triple of Image Orientation). */
  rowDirection: readonly [number, number, number]
  /** Unit vector along increasing row index (second triple). */
  columnDirection: readonly [number, number, number]
  /** rowDirection × columnDirection. */
  normal: readonly [number, number, number]
  /** [between rows, between columns], mm: Pixel Spacing as DICOM orders it. */
  pixelSpacingMm: readonly [number, number]
  /** Distances between neighbouring slices along the normal, mm. Length = slices - 1. */
  sliceGapsMm: readonly number[]
  /** Median of the gaps, mm; for one slice the slice thickness. */
  sliceSpacingMm: number
  /** Nominal slice thickness, mm, or null where the header does not say. */
  sliceThicknessMm: number | null
  /** See `isEvenlySpaced`. */
  isEven: boolean
  /** Angle between the normal and the stack direction, degrees; not 0 means a sheared (gantry-tilted) stack. */
  gantryTiltDeg: number
}>

/**
 * Whether the gaps between neighbouring slices, mm, are those of one even stack. Image Position is often rounded to a tenth of a
 * millimetre, so a gap may be off by 2 % of the median (at least 0.01 mm); but no slice may lie further than a tenth of the median from
 * where even spacing puts it, so that small errors which add up still count. One slice alone is even.
 */
export function isEvenlySpaced(gapsMm: readonly number[]): boolean {
  const medianMm = median(gapsMm)
  const allowedMm = Math.max(0.01, 0.02 * medianMm)
  let driftMm = 0
  return gapsMm.every((gap) => {
    driftMm += gap - medianMm
    return Math.abs(gap - medianMm) <= allowedMm && Math.abs(driftMm) <= Math.max(0.01, 0.1 * medianMm)
  })
}

/** 0 for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
