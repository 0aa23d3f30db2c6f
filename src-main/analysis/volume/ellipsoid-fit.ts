import { leastSquares } from './least-squares.ts'
import { eigenvalues } from './moments.ts'
import type { Vector } from '../../../src-shared/vector.ts'

/** Voxels to be explained: place in the frame (row direction, column direction, normal), mm, and density. */
export type FitData = Readonly<{ x: Float64Array, y: Float64Array, z: Float64Array, hu: Float64Array }>

export type FitStart = Readonly<{
  centre: Vector
  semiAxesMm: Vector
  plateauHu: number
  maxHu: number
  backgroundHu: number
  backgroundSpreadHu: number
  noiseHu: number
  pixelMm: readonly [number, number]
  thicknessMm: number
  blurMm: number
}>

export type Ellipsoid = Readonly<{
  centre: Vector
  /** One end of the longest axis, relative to the centre, mm. */
  arm: Vector
  semiAxesMm: Vector
  volumeMm3: number
  plateauHu: number
  /** Root mean square of what the model leaves unexplained, HU. */
  misfitHu: number
}>

/** Layers into which each voxel's thickness is cut. */
const layers = 7

/**
 * Fits one ellipsoid of one density, blurred in the plane and averaged over the slice thickness, to the voxels of an island so small that
 * no voxel is free of partial volume: then neither its density nor its size can be read off, but both together explain what is seen.
 * Weak expectations keep it determinate where the slices say little: about as thick as wide, not much denser than
 * the densest voxel, blur and background near those given.
 */
export function fitEllipsoid(data: FitData, start: FitStart): Ellipsoid {
  const spreadHu = Math.max(start.noiseHu, 0.015 * (start.plateauHu - start.backgroundHu), 3)
  const initial = Float64Array.of(
    ...start.centre, 1 / start.semiAxesMm[0], 0, 1 / start.semiAxesMm[1], 0, 0, 1 / start.semiAxesMm[2],
    start.plateauHu / 1000, start.backgroundHu / 1000, Math.log(start.blurMm))
  const residuals = (p: Float64Array, into: Float64Array): void => {
    const blur = Math.exp(p[11] ?? 0)
    const sigma = Math.sqrt(blur * blur + (start.pixelMm[0] * start.pixelMm[0] + start.pixelMm[1] * start.pixelMm[1]) / 24)
    const background = 1000 * (p[10] ?? 0)
    const contrast = 1000 * (p[9] ?? 0) - background
    for (let index = 0; index < data.hu.length; index++) {
      into[index] = (background + contrast * coverage(p, data, index, start.thicknessMm, sigma) - (data.hu[index] ?? 0)) / spreadHu
    }
    expectations(p, start, into, data.hu.length)
  }
  const { parameters } = leastSquares(initial, data.hu.length + 4, residuals, { iterations: 25, steps: [0.02, 0.02, 0.02, 3e-3, 3e-3, 3e-3, 3e-3, 3e-3, 3e-3, 5e-3, 2e-3, 0.02] })
  const left = new Float64Array(data.hu.length + 4)
  residuals(parameters, left)
  const misfit = Math.sqrt(left.subarray(0, data.hu.length).reduce((sum, value) => sum + value * value, 0) / data.hu.length) * spreadHu
  return { ...ellipsoidOf(parameters), plateauHu: 1000 * (parameters[9] ?? 0), misfitHu: misfit }
}

/**
 * Share of a voxel inside the ellipsoid: per layer a smooth step over the distance to the surface in the plane, moved inward where the
 * surface bends, since blur takes more from a bent edge than from a straight one (by half of variance times curvature).
 */
function coverage(p: Float64Array, data: FitData, index: number, thicknessMm: number, sigma: number): number {
  const x = (data.x[index] ?? 0) - (p[0] ?? 0)
  const y = (data.y[index] ?? 0) - (p[1] ?? 0)
  const z = (data.z[index] ?? 0) - (p[2] ?? 0)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = [p[3], p[4], p[5], p[6], p[7], p[8]]
  const u = a * x
  const v = b * x + c * y
  const [xx, xy, yy] = [a * a + b * b + d * d, b * c + d * e, c * c + e * e]
  let sum = 0
  for (let layer = 0; layer < layers; layer++) {
    const w = d * x + e * y + f * (z + ((layer + 0.5) / layers - 0.5) * thicknessMm)
    const q = Math.sqrt(u * u + v * v + w * w)
    if (q < 0.2) { sum += 1; continue }
    const gx = (a * u + b * v + d * w) / q
    const gy = (c * v + e * w) / q
    const gz = (f * w) / q
    const inPlane = gx * gx + gy * gy + 1e-9
    const bend = (xx * gy * gy - 2 * xy * gx * gy + yy * gx * gx) / (inPlane * Math.sqrt(inPlane) * q)
    sum += normalShare((1 - q) / (Math.sqrt(gx * gx + gy * gy + 0.03 * gz * gz) * sigma) - 0.5 * Math.min(1, sigma * bend))
  }
  return sum / layers
}

/** The normal distribution's share below t, to 2e-4. */
function normalShare(t: number): number {
  if (t > 5) return 1
  if (t < -5) return 0
  return 1 / (1 + Math.exp(-(1.5976 + 0.07056 * t * t) * t))
}

function expectations(p: Float64Array, start: FitStart, into: Float64Array, at: number): void {
  const wide = 0.5 * Math.log(Math.abs((p[3] ?? 1) * (p[5] ?? 1)) + 1e-9)
  into[at] = (Math.log(Math.abs(p[8] ?? 1) + 1e-9) - wide) / 0.2
  into[at + 1] = ((p[11] ?? 0) - Math.log(start.blurMm)) / 0.25
  into[at + 2] = (1000 * (p[10] ?? 0) - start.backgroundHu) / start.backgroundSpreadHu
  const contrast = Math.max(1, 1000 * ((p[9] ?? 0) - (p[10] ?? 0)))
  into[at + 3] = (Math.log(contrast / Math.max(1, start.maxHu - start.backgroundHu)) - 0.15) / 0.3
}

/** The ellipsoid that the first nine parameters describe: centre and the rows (a, 0, 0), (b, c, 0), (d, e, f) of the map to the unit ball. */
export function ellipsoidOf(p: Float64Array): Pick<Ellipsoid, 'centre' | 'arm' | 'semiAxesMm' | 'volumeMm3'> {
  const [a = 1, b = 0, c = 1, d = 0, e = 0, f = 1] = [p[3], p[4], p[5], p[6], p[7], p[8]]
  const inverseSquares = eigenvalues([a * a + b * b + d * d, c * c + e * e, f * f, b * c + d * e, d * f, e * f])
  const axis = (value: number): number => 1 / Math.sqrt(Math.max(1e-6, value))
  return {
    centre: [p[0] ?? 0, p[1] ?? 0, p[2] ?? 0], arm: longestArm(a, b, c, d, e, f),
    semiAxesMm: [axis(inverseSquares[2]), axis(inverseSquares[1]), axis(inverseSquares[0])],
    volumeMm3: (4 / 3) * Math.PI / Math.max(1e-6, Math.abs(a * c * f))
  }
}

/** The point of the surface farthest from the centre, looked for over the whole surface. */
function longestArm(a: number, b: number, c: number, d: number, e: number, f: number): Vector {
  let best: Vector = [0, 0, 0]
  let farthest = -1
  const count = 600
  for (let index = 0; index < count; index++) {
    const s2 = (index + 0.5) / count
    const radius = Math.sqrt(1 - s2 * s2)
    const angle = index * Math.PI * (3 - Math.sqrt(5))
    const x = (radius * Math.cos(angle)) / a
    const y = (radius * Math.sin(angle) - b * x) / c
    const z = (s2 - d * x - e * y) / f
    const away = x * x + y * y + z * z
    if (away > farthest) { farthest = away; best = [x, y, z] }
  }
  return best
}
