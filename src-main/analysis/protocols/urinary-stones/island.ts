import type { Volume, VolumeGeometry } from '../../../../src-shared/volume.ts'
import { boundaryPointsMm, longestDiameter, patchToMm, voxelErrorMm, type Diameter } from '../../volume/boundary.ts'
import { fitEllipsoid } from '../../volume/ellipsoid-fit.ts'
import { isMissingGap, sliceExtentsMm } from '../../volume/geometry.ts'
import { createMoments, eigenvalues, type Symmetric } from '../../volume/moments.ts'
import { cutPatch, unravel, type Box, type Patch } from '../../volume/patch.ts'
import { depths, growRegion, surround, type Region, type Surroundings } from '../../volume/region.ts'
import { add, distance, dot, length, normalise, scale, subtract, type Vector } from '../../../../src-shared/vector.ts'

/** Everything that voxels say about one dense island; no judgement yet. */
export type Island = Readonly<{
  centreMm: Vector
  diameter: Diameter | null
  diameterErrorMm: number | null
  volumeMm3: number | null
  meanHu: number
  /** Voxels free of partial volume behind `meanHu`; 0 where there are none and `meanHu` holds partial volume. */
  huVoxels: number
  maxHu: number
  backgroundHu: number
  /** Density of the island itself, partial volume taken out. */
  plateauHu: number
  /** Semi-axes of the ellipsoid with the same second moments, mm, longest first. */
  semiAxesMm: Vector
  /** Density at the centre as a share of the density halfway out; below 1 for a lucent centre. Null where too small to see. */
  centreShare: number | null
  /** Share of the voxels around that are dense themselves. */
  denseAround: number
  slicesCovered: number
  touchesDense: boolean
  /** Why size and volume are not given, or null. */
  notMeasured: string | null
}>

/** Where more of the surroundings is dense, the island is a part of bone. */
export const mostDenseAround = 0.3

export type IslandOptions = Readonly<{
  /** Below this a voxel is soft tissue. */
  softLimitHu: number
  /** The limit at which the island stands alone. */
  limitHu: number
  noiseHu: number
}>

export const usualBlurMm = 0.5

/** Share of its density by which something that touches bone must rise above the limit that parts them; roughness of bone rises less. */
const standsOut = 0.4

/** Voxels; larger islands without a voxel free of partial volume are flat or thin, which no ellipsoid explains. */
export const mostFitted = 4000

/** Contrast of a fitted body over that of its densest voxel; a fit that claims more has found noise. */
const mostExtrapolated = 2

/** An island with the voxels that its numbers were read from. */
export type MeasuredIsland = Readonly<{ island: Island, patch: Patch, region: Region, levelHu: number }>

/** Measures the island around `peak` (flat index), or null where it is no island: at half maximum it runs on into something larger. */
export function measureIsland(volume: Volume, box: Box, peak: number, options: IslandOptions): MeasuredIsland | null {
  const patch = cutPatch(volume, box, marginMm(volume.geometry), marginSlices(volume.geometry))
  const seed = seedIn(volume, patch, peak)
  const maxHu = patch.hu[seed] ?? 0
  const first = regionAtHalf(patch, seed, (maxHu + 40) / 2, options)
  if (first === null) return null
  const around = surroundingsOf(patch, first.region)
  const { hu: backgroundHu, isThinRim } = background(patch, around, options)
  const plateau = plateauOf(patch, first.region, options)
  const reachedHu = Math.min(plateau.hu ?? maxHu, maxHu)
  const half = regionAtHalf(patch, seed, (backgroundHu + reachedHu) / 2, options)
  if (half === null) return null
  const final = plateauOf(patch, half.region, options)
  const { region, levelHu, touchesDense } = half
  return { island: describe({ patch, region, levelHu, touchesDense, backgroundHu, isThinRim, plateau: final, maxHu, options }), patch, region, levelHu }
}

type Described = Readonly<{
  patch: Patch, region: Region, levelHu: number, touchesDense: boolean, backgroundHu: number, isThinRim: boolean, plateau: Plateau, maxHu: number, options: IslandOptions
}>

function describe(island: Described): Island {
  const { patch, region, backgroundHu, plateau, options } = island
  const around = surroundingsOf(patch, region)
  const own = ownVoxels(island, around)
  const sums = integrate(island, own)
  const outline = longestDiameter(boundaryPointsMm(patch, region, island.levelHu))
  const denseAround = around.ring.filter((index) => (patch.hu[index] ?? 0) >= options.softLimitHu).length / Math.max(1, around.ring.length)
  const needsFit = (!plateau.isReliable || island.isThinRim) && denseAround <= mostDenseAround
  const fit = !needsFit || outline === null || own.length > mostFitted ? null : fitIsland(island, own, sums, outline.lengthMm)
  const plateauHu = fit?.plateauHu ?? plateau.hu ?? island.maxHu
  const diameter = fit?.diameter ?? outline
  const notMeasured = reasonNotMeasured(island)
  return {
    centreMm: fit?.centreMm ?? sums.centreMm, semiAxesMm: fit?.semiAxesMm ?? sums.semiAxesMm, backgroundHu, notMeasured, plateauHu,
    diameter: notMeasured === null ? diameter : null,
    diameterErrorMm: notMeasured === null && diameter !== null ? errorMm(patch, diameter) : null,
    volumeMm3: notMeasured === null ? (fit?.volumeMm3 ?? sums.contrastMm3 / (plateauHu - backgroundHu)) : null,
    meanHu: plateau.voxels > 0 && plateau.hu !== null ? plateau.hu : plateauHu, huVoxels: plateau.voxels, maxHu: island.maxHu,
    centreShare: centreShare(patch, region),
    denseAround, slicesCovered: slicesOf(patch, region), touchesDense: island.touchesDense
  }
}

type HalfRegion = Readonly<{ region: Region, levelHu: number, touchesDense: boolean }>

/** The region at half maximum; where that runs into a neighbour, the region at the limit that still keeps them apart. */
function regionAtHalf(patch: Patch, seed: number, levelHu: number, options: IslandOptions): HalfRegion | null {
  const hu = patch.hu[seed] ?? 0
  const region = growRegion(patch, seed, levelHu)
  if (region.indices.length > 0 && !region.isLeaking) return { region, levelHu, touchesDense: false }
  if (options.limitHu <= levelHu || standsOut * (hu - 40) > hu - options.limitHu) return null
  const apart = growRegion(patch, seed, options.limitHu)
  return apart.indices.length === 0 || apart.isLeaking ? null : { region: apart, levelHu: options.limitHu, touchesDense: true }
}

/** In the plane the blur reaches about 2.5 standard deviations beyond the boundary, across it half a slice thickness. */
export function surroundingsOf(patch: Patch, region: Region): Surroundings {
  const { geometry } = patch
  const planeLayers = Math.ceil(0.5 + (2 * usualBlurMm) / Math.min(...geometry.pixelSpacingMm))
  const sliceLayers = Math.max(1, Math.ceil((geometry.sliceThicknessMm ?? geometry.sliceSpacingMm) / (2 * geometry.sliceSpacingMm)))
  return surround(patch, region, planeLayers, Math.min(4, sliceLayers))
}

type Background = Readonly<{ hu: number, isThinRim: boolean }>

/**
 * Stones lie in urine or soft tissue, so where the ring shows some, fat behind it is left out, and where a thin rim fades into fat its upper
 * quarter counts. Only islands wholly in fat are measured against fat.
 */
function background(patch: Patch, around: Surroundings, options: IslandOptions): Background {
  const ring = around.ring.map((index) => patch.hu[index] ?? 0).filter((hu) => hu < options.softLimitHu)
  const soft = ring.filter((hu) => hu > -30)
  const values = soft.length >= 0.08 * ring.length ? soft : ring
  if (values.length === 0) return { hu: 40, isThinRim: false }
  const sorted = values.toSorted((a, b) => a - b)
  const isThinRim = values === soft && soft.length < 0.85 * ring.length
  const hu = sorted[Math.floor(sorted.length * (isThinRim ? 0.75 : 0.5))] ?? 40
  return { hu: Math.max(-110, Math.min(60, hu)), isThinRim }
}

type Plateau = Readonly<{ hu: number | null, voxels: number, isReliable: boolean }>

/**
 * Density of the island itself: the mean of its deep voxels; of the deepest only where they are many enough to outweigh the noise. Null where
 * partial volume reaches every voxel.
 */
function plateauOf(patch: Patch, region: Region, options: IslandOptions): Plateau {
  const depth = depths(patch, region)
  const deeperThan = (level: number): number[] => [...depth].filter(([, at]) => at >= level).map(([index]) => patch.hu[index] ?? 0)
  const deep = deeperThan(3)
  if (deep.length >= Math.max(1, Math.min(60, options.noiseHu ** 2))) return { hu: mean(deep), voxels: deep.length, isReliable: true }
  const free = deeperThan(2)
  if (free.length > 0) return { hu: mean(free), voxels: free.length, isReliable: true }
  const core = deeperThan(1)
  return { hu: core.length === 0 ? null : mean(core), voxels: 0, isReliable: false }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** One voxel of the island and its blur: place in the frame (row direction, column direction, normal) from the patch's corner, mm. */
type OwnVoxel = Readonly<{ at: Vector, hu: number, extentMm: number }>

/** Fat and gas (well below the background) and voxels of other dense things are no part of the island. */
function ownVoxels({ patch, region, levelHu, backgroundHu, options }: Described, around: Surroundings): OwnVoxel[] {
  const { geometry } = patch
  const extents = sliceExtentsMm(geometry)
  const corner = patchToMm(patch, 0, 0, 0)
  const floorHu = backgroundHu - 2.5 * Math.max(4, options.noiseHu)
  return around.zone.flatMap((index) => {
    const hu = patch.hu[index] ?? 0
    if (hu < floorHu || (region.mask[index] !== 1 && hu >= levelHu)) return []
    const [column, row, slice] = unravel(patch, index)
    const offset = subtract(patchToMm(patch, column, row, slice), corner)
    const at: Vector = [dot(offset, geometry.rowDirection), dot(offset, geometry.columnDirection), dot(offset, geometry.normal)]
    return [{ at, hu, extentMm: extents[patch.box.firstSlice + slice] ?? geometry.sliceSpacingMm }]
  })
}

type Sums = Readonly<{ contrastMm3: number, centreMm: Vector, centreAt: Vector, semiAxesMm: Vector }>

/**
 * Contrast against the background summed over everything that blur and partial volume reach. Divided by the island's own contrast it is its
 * volume, however the voxels cut it.
 */
function integrate({ patch, region, backgroundHu }: Described, own: readonly OwnVoxel[]): Sums {
  const moments = createMoments()
  for (const { at, hu, extentMm } of own) moments.add(at, (hu - backgroundHu) * extentMm)
  const [rowSpacing, columnSpacing] = patch.geometry.pixelSpacingMm
  const centreAt = moments.centroid()
  return {
    contrastMm3: moments.weight() * rowSpacing * columnSpacing, centreAt, centreMm: frameToMm(patch, centreAt),
    semiAxesMm: semiAxes(moments.covariance(), patch.geometry, slicesOf(patch, region))
  }
}

export function frameToMm(patch: Patch, at: Vector): Vector {
  return add(patchToMm(patch, 0, 0, 0), inFrame(patch.geometry, at))
}

export function inFrame(geometry: VolumeGeometry, at: Vector): Vector {
  return add(scale(geometry.rowDirection, at[0]), add(scale(geometry.columnDirection, at[1]), scale(geometry.normal, at[2])))
}

type Fitted = Readonly<{ plateauHu: number, volumeMm3: number, centreMm: Vector, semiAxesMm: Vector, diameter: Diameter }>

/** For islands without a voxel free of partial volume, and for those in a rim too thin to tell its density; null where an ellipsoid explains them badly. */
function fitIsland({ patch, backgroundHu, maxHu, options, isThinRim, plateau }: Described, all: readonly OwnVoxel[], sums: Sums, outlineMm: number): Fitted | null {
  const { geometry } = patch
  const every = Math.ceil(all.length / 500)
  const own = all.filter((_, index) => index % every === 0)
  const column = (pick: (voxel: OwnVoxel) => number): Float64Array => Float64Array.from(own, pick)
  const fit = fitEllipsoid({ x: column(({ at }) => at[0]), y: column(({ at }) => at[1]), z: column(({ at }) => at[2]), hu: column(({ hu }) => hu) }, {
    centre: sums.centreAt, semiAxesMm: sums.semiAxesMm, backgroundHu, backgroundSpreadHu: isThinRim ? 20 : 8, maxHu, noiseHu: options.noiseHu, blurMm: usualBlurMm,
    plateauHu: clampPlateau(backgroundHu + sums.contrastMm3 / ellipsoidVolume(sums.semiAxesMm), maxHu),
    pixelMm: geometry.pixelSpacingMm, thicknessMm: geometry.sliceThicknessMm ?? geometry.sliceSpacingMm
  })
  const voxelMm = Math.max(...geometry.pixelSpacingMm)
  const mostMisfit = plateau.isReliable ? Math.max(1.6 * options.noiseHu, 0.03 * (maxHu - backgroundHu)) : 0.25 * (maxHu - backgroundHu)
  const isPlausible = fit.plateauHu > 0.8 * maxHu && fit.plateauHu < 6000 && fit.semiAxesMm[2] > 0.2 && fit.misfitHu < mostMisfit && fit.plateauHu - backgroundHu < mostExtrapolated * (maxHu - backgroundHu) &&
    2 * fit.semiAxesMm[0] < 1.15 * outlineMm + voxelMm && distance(fit.centre, sums.centreAt) < 0.25 * outlineMm + voxelMm
  if (!isPlausible) return null
  const centreMm = frameToMm(patch, fit.centre)
  const arm = inFrame(geometry, fit.arm)
  return {
    plateauHu: fit.plateauHu, volumeMm3: fit.volumeMm3, centreMm, semiAxesMm: fit.semiAxesMm,
    diameter: { lengthMm: 2 * length(arm), endsMm: [subtract(centreMm, arm), add(centreMm, arm)] }
  }
}

/** Semi-axes of a solid ellipsoid with these second moments, the voxel's and the blur's own taken out (variance of a box: width² / 12). */
function semiAxes([uu, vv, ww, uv, uw, vw]: Symmetric, geometry: VolumeGeometry, slicesCovered: number): Vector {
  const [rowSpacing, columnSpacing] = geometry.pixelSpacingMm
  const thickness = geometry.sliceThicknessMm ?? geometry.sliceSpacingMm
  const blur = usualBlurMm * usualBlurMm
  const across = Math.max(0.02, uu - (columnSpacing * columnSpacing) / 12 - blur)
  const down = Math.max(0.02, vv - (rowSpacing * rowSpacing) / 12 - blur)
  const isFlat = slicesCovered < 3
  const through = isFlat ? Math.sqrt(across * down) : Math.max(0.02, ww - (thickness * thickness) / 12)
  const values = eigenvalues([across, down, through, uv, isFlat ? 0 : uw, isFlat ? 0 : vw])
  return [axisMm(values[0]), axisMm(values[1]), axisMm(values[2])]
}

const axisMm = (variance: number): number => Math.sqrt(5 * Math.max(0.02, variance))
const ellipsoidVolume = ([a, b, c]: Vector): number => (4 / 3) * Math.PI * a * b * c

/** An island can't be less dense than its densest voxel nearly is, nor denser than CT can say. */
const clampPlateau = (hu: number, maxHu: number): number => Math.max(0.92 * maxHu, Math.min(hu, Math.max(3071, maxHu)))

export function errorMm(patch: Patch, { endsMm }: Diameter): number {
  return voxelErrorMm(patch, normalise(subtract(endsMm[1], endsMm[0])), patch.geometry.sliceSpacingMm)
}

function reasonNotMeasured({ patch, region }: Described): string | null {
  if (region.isCut) return 'it is cut off by the edge of the volume'
  const { geometry } = patch
  const slices = region.indices.map((index) => patch.box.firstSlice + unravel(patch, index)[2])
  const touchesGap = slices.some((slice) => [geometry.sliceGapsMm[slice - 1], geometry.sliceGapsMm[slice]].some((gap) => gap !== undefined && isMissingGap(geometry, gap)))
  return touchesGap ? 'slices are missing beside it' : null
}

function slicesOf(patch: Patch, region: Region): number {
  return new Set(region.indices.map((index) => unravel(patch, index)[2])).size
}

/** Mean of the deepest voxels over the mean of those one layer in, both free of the rim. */
function centreShare(patch: Patch, region: Region): number | null {
  const depth = depths(patch, region)
  const deepest = Math.max(...depth.values())
  if (deepest < 2) return null
  const meanAt = (test: (at: number) => boolean): number => mean([...depth].filter(([, at]) => test(at)).map(([index]) => patch.hu[index] ?? 0))
  return meanAt((at) => at === deepest) / Math.max(1, meanAt((at) => at === 1))
}

const marginMm = (geometry: VolumeGeometry): number => Math.max(5, 5 * Math.max(...geometry.pixelSpacingMm))
const marginSlices = (geometry: VolumeGeometry): number => Math.max(2, Math.ceil(3 / geometry.sliceSpacingMm))

function seedIn(volume: Volume, patch: Patch, peak: number): number {
  const column = peak % volume.columns
  const line = (peak - column) / volume.columns
  const row = line % volume.rows
  const slice = (line - row) / volume.rows
  return ((slice - patch.box.firstSlice) * patch.rows + row - patch.box.firstRow) * patch.columns + column - patch.box.firstColumn
}
