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
  /** Every gap within 1 % (at least 0.01 mm) of the median. */
  isEven: boolean
  /** Angle between the normal and the stack direction, degrees; not 0 means a sheared (gantry-tilted) stack. */
  gantryTiltDeg: number
}>
