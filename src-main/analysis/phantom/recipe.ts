import { z } from 'zod'
import { FindingKind, Laterality, StoneLocation } from '../../../src-shared/analysis.ts'
import { PointMm } from '../../../src-shared/ids.ts'

/** Where an object is put: on a named structure of the patient's side, or at a point. */
export const PhantomPlace = z.enum([
  'kidney', 'upper-ureter', 'distal-ureter', 'bladder', 'pelvic-vein', 'aorta', 'iliac-artery', 'bowel', 'collecting-system', 'gallbladder-fossa', 'near-rib', 'near-sacrum'
])
export type PhantomPlace = z.infer<typeof PhantomPlace>

/** One stone or mimic. `diameterMm` is the longest axis; `shape` the two other axes as fractions of it. */
export const PhantomObject = z.object({
  kind: FindingKind,
  place: PhantomPlace,
  side: Laterality.extract(['left', 'right']).default('left'),
  diameterMm: z.number().min(1).max(80),
  shape: z.tuple([z.number().min(0.05).max(1), z.number().min(0.05).max(1)]).default([1, 1]),
  /** Turns of the longest axis (starting along x) about x, y and z, degrees. */
  turnsDeg: PointMm.default([0, 0, 0]),
  hu: z.number().min(-1000).max(3071),
  /** 0 to 1 along or across its place: which calyx, how far down the ureter. */
  along: z.number().min(0).max(1).default(0.5),
  /** Exact centre instead of the place's own, mm (LPS). */
  centreMm: PointMm.optional(),
  /** A lucent centre, as phleboliths have. */
  hasLucentCentre: z.boolean().default(false),
  location: StoneLocation.optional()
})
export type PhantomObject = z.infer<typeof PhantomObject>

/** Everything that decides the bytes of a phantom series: the same recipe gives the same files. */
export const PhantomRecipe = z.object({
  /** Family name after `PHANTOM^`. */
  name: z.string().regex(/^[A-Z0-9 ]{1,40}$/),
  seed: z.int().default(1),
  anatomy: z.enum(['abdomen', 'water']).default('abdomen'),
  rows: z.int().min(16).max(1024).default(256),
  columns: z.int().min(16).max(1024).default(256),
  slices: z.int().min(1).max(1000).default(120),
  pixelSpacingMm: z.tuple([z.number().min(0.2).max(5), z.number().min(0.2).max(5)]).default([1.45, 1.45]),
  /** Distance of neighbouring slices along the normal. */
  sliceSpacingMm: z.number().min(0.2).max(20).default(3),
  sliceThicknessMm: z.number().min(0.2).max(20).optional(),
  /** Centre of the volume, mm (LPS); the abdomen's origin lies in front of the fourth lumbar vertebra. */
  centreMm: PointMm.default([0, 0, 0]),
  noiseHu: z.number().min(0).max(100).default(8),
  /** Standard deviation of the in-plane point spread, mm. */
  blurMm: z.number().min(0).max(3).default(0.5),
  /** Gantry tilt: a sheared stack with true positions. */
  tiltDeg: z.number().min(-30).max(30).default(0),
  /** Turns of the whole stack about x, y and z: oblique, coronal, sagittal. */
  turnsDeg: PointMm.default([0, 0, 0]),
  /** Extra distance before the named slices. */
  extraGaps: z.array(z.object({ beforeSlice: z.int().positive(), extraMm: z.number().positive() })).default([]),
  /** Geometric indices of slices that are not written. */
  missingSlices: z.array(z.int().nonnegative()).default([]),
  instanceOrder: z.enum(['geometric', 'reversed', 'shuffled']).default('geometric'),
  contrast: z.enum(['none', 'intravenous', 'excretory']).default('none'),
  /** Size of the body: 1 is an adult of 33 cm width. */
  bodyScale: z.number().min(0.3).max(1.3).default(1),
  objects: z.array(PhantomObject).default([])
})
export type PhantomRecipe = z.infer<typeof PhantomRecipe>
