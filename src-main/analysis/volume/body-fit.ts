import { createSight, type Neighbourhood, type Solid } from './body-sight.ts'
import { ellipsoidOf, type Ellipsoid } from './ellipsoid-fit.ts'
import { leastSquares } from './least-squares.ts'
import { createMoments } from './moments.ts'
import type { Vector } from '../../../src-shared/vector.ts'

export type BodyStart = Readonly<{
  centre: Vector
  semiAxesMm: Vector
  maxHu: number
  backgroundHu: number
  /** Density beyond what lies next to the body. */
  outerHu: number
  noiseHu: number
  blurMm: number
}>

/** `shares`: how much of each voxel of the neighbourhood the body fills. */
export type Body = Ellipsoid & Readonly<{ backgroundHu: number, shares: Float64Array }>

/** Residuals beyond this many standard deviations count less and less: another structure, not noise. */
const robust = 4

/** Thickness of what lies around the body, mm: mucosa, the wall of a ureter, urine in a calyx. Known only to a factor. */
const usualRimMm = 2

/** Thinner bodies need more points a voxel edge. */
const thinMm = 3
/** Parameters 0 to 8 place, size and turn the body, 9 is the blur, 10 the rim (both as logarithms), 11 to 13 the three densities, 1000 HU. */
const steps = [0.01, 0.01, 0.01, 2e-3, 2e-3, 2e-3, 2e-3, 2e-3, 2e-3, 0.01, 0.02, 2e-3, 2e-3, 2e-3] as const
const shapeCount = 11
const expectationCount = 8

/**
 * The most likely body behind the voxels: an ellipsoid of one density within a rim of another, before a third, blurred in the plane and
 * averaged over the slice's thickness. All voxels count, also those of partial volume, so neither a clean voxel nor a clean background is
 * needed. The noise is taken as grained over the blur, so neighbours count as one. Weak expectations keep it determinate where slices say little.
 */
export function fitBody(data: Neighbourhood, start: BodyStart): Body {
  const used = Int32Array.from([...data.isUsed.keys()].filter((index) => data.isUsed[index] === 1))
  const grain = Math.max(1, Math.sqrt((4 * Math.PI * start.blurMm * start.blurMm) / (data.stepMm[0] * data.stepMm[1])))
  const spreadHu = Math.max(start.noiseHu * grain, 0.008 * (start.maxHu - start.backgroundHu), 2)
  const plane = planeShape(data, start)
  const look = createLook(data, start.semiAxesMm[2] < thinMm ? 3 : 2)
  const { offsets, residuals } = misfitOf(data, used, start, spreadHu, look)
  const left = new Float64Array(used.length)
  let best = { parameters: initialOf(start, plane, 1), cost: Infinity, misfitHu: Infinity }
  for (const share of throughShares) {
    const { parameters, cost } = leastSquares(initialOf(start, plane, share), used.length + expectationCount, residuals, { iterations: 20, steps })
    offsets(parameters, left)
    const misfitHu = spreadHu * Math.sqrt(left.reduce((sum, off) => sum + off * off, 0) / Math.max(1, used.length))
    if (cost < best.cost) best = { parameters, cost, misfitHu }
    if (misfitHu < Math.max(1.2 * start.noiseHu, 0.02 * (start.maxHu - start.backgroundHu))) break
  }
  const { parameters, misfitHu } = best
  return { ...ellipsoidOf(parameters), plateauHu: 1000 * (parameters[11] ?? 0), backgroundHu: 1000 * (parameters[12] ?? 0), misfitHu, shares: look(parameters).body.slice() }
}

type Residuals = (p: Float64Array, into: Float64Array) => void

/** In standard deviations: how far each used voxel is off, and the same as it counts for the fit, expectations after it. */
function misfitOf(data: Neighbourhood, used: Int32Array, start: BodyStart, spreadHu: number, look: (p: Float64Array) => Look): { offsets: Residuals, residuals: Residuals } {
  const offsets: Residuals = (p, into) => {
    const { body, around } = look(p)
    const [plateau, near, far] = [1000 * (p[11] ?? 0), 1000 * (p[12] ?? 0), 1000 * (p[13] ?? 0)]
    for (let at = 0; at < used.length; at++) {
      const index = used[at] ?? 0
      into[at] = (far + (near - far) * (around[index] ?? 0) + (plateau - near) * (body[index] ?? 0) - (data.hu[index] ?? 0)) / spreadHu
    }
  }
  const residuals: Residuals = (p, into) => {
    offsets(p, into)
    for (let at = 0; at < used.length; at++) {
      const off = into[at] ?? 0
      into[at] = off / Math.sqrt(1 + (off * off) / (robust * robust))
    }
    expectations(p, start, into, used.length)
  }
  return { offsets, residuals }
}

/** Half thickness through the slices over half width in them, to start from: one answer can hide another where slices are thick. */
const throughShares = [1, 0.55, 1.7] as const

type PlaneShape = readonly [a: number, b: number, c: number]

function initialOf(start: BodyStart, [a, b, c]: PlaneShape, throughShare: number): Float64Array {
  return Float64Array.of(
    ...start.centre, a, b, c, 0, 0, Math.sqrt(a * c) / throughShare, Math.log(start.blurMm), Math.log(usualRimMm),
    (start.backgroundHu + 1.08 * (start.maxHu - start.backgroundHu)) / 1000, start.backgroundHu / 1000, start.outerHu / 1000)
}

/** The ellipse with the second moments that the voxels' contrast has in the plane, blur and pixel taken out. */
function planeShape(data: Neighbourhood, { backgroundHu, maxHu, blurMm }: BodyStart): PlaneShape {
  const moments = createMoments()
  const sheet = data.columns * data.rows
  const floorHu = backgroundHu + 0.2 * (maxHu - backgroundHu)
  for (let index = 0; index < data.hu.length; index++) {
    const hu = data.hu[index] ?? 0
    if (data.isUsed[index] !== 1 || hu < floorHu) continue
    const corner = data.cornersMm[Math.floor(index / sheet)] ?? [0, 0, 0]
    moments.add([corner[0] + (index % data.columns) * data.stepMm[0], corner[1] + (Math.floor(index / data.columns) % data.rows) * data.stepMm[1], 0], hu - backgroundHu)
  }
  const [xx, yy, , xy] = moments.covariance()
  const own = (variance: number, step: number): number => Math.max(0.15, 5 * (variance - blurMm * blurMm - (step * step) / 12))
  const [wide, tall] = [own(xx, data.stepMm[0]), own(yy, data.stepMm[1])]
  const tilt = Math.max(-0.9, Math.min(0.9, (5 * xy) / Math.sqrt(wide * tall))) * Math.sqrt(wide * tall)
  const determinant = wide * tall - tilt * tilt
  const c = Math.sqrt(wide / determinant)
  return [Math.sqrt(1 / wide), -tilt / determinant / c, c]
}

type Look = Readonly<{ body: Float64Array, around: Float64Array }>

/** What parameters 0 to 10 show; kept until they change, since densities alone change no share. The rim is faint, so few points do for it. */
function createLook(data: Neighbourhood, fine: number): (p: Float64Array) => Look {
  const seen = { body: new Float64Array(data.hu.length), around: new Float64Array(data.hu.length) }
  const [seeBody, seeAround] = [createSight(data, fine), createSight(data, 1)]
  let last: Float64Array | null = null
  return (p) => {
    if (last !== null && p.subarray(0, shapeCount).every((value, index) => value === last?.[index])) return seen
    last = p.slice(0, shapeCount)
    const body = solidOf(p)
    const radiusMm = 1 / Math.cbrt(body.turn[0] * body.turn[2] * body.turn[5])
    seeBody(body, seen.body)
    seeAround({ ...body, scale: 1 + Math.exp(p[10] ?? 0) / radiusMm }, seen.around)
    return seen
  }
}

function solidOf(p: Float64Array): Solid {
  const positive = (value: number | undefined): number => Math.max(1e-3, Math.abs(value ?? 1))
  return {
    centre: [p[0] ?? 0, p[1] ?? 0, p[2] ?? 0], turn: [positive(p[3]), p[4] ?? 0, positive(p[5]), p[6] ?? 0, p[7] ?? 0, positive(p[8])],
    scale: 1, blurMm: Math.exp(p[9] ?? 0)
  }
}

/** About as thick as wide and hardly leaning; blur, rim and densities near those given; hardly denser than the densest voxel. */
function expectations(p: Float64Array, start: BodyStart, into: Float64Array, at: number): void {
  const wide = Math.sqrt(Math.abs((p[3] ?? 1) * (p[5] ?? 1)) + 1e-9)
  const contrast = Math.max(1, 1000 * ((p[11] ?? 0) - (p[12] ?? 0)))
  into[at] = Math.log((Math.abs(p[8] ?? 1) + 1e-9) / wide) / 0.25
  into[at + 1] = (p[6] ?? 0) / wide / 0.4
  into[at + 2] = (p[7] ?? 0) / wide / 0.4
  into[at + 3] = ((p[9] ?? 0) - Math.log(start.blurMm)) / 0.2
  into[at + 4] = ((p[10] ?? 0) - Math.log(usualRimMm)) / 0.5
  into[at + 5] = (Math.log(contrast / Math.max(1, start.maxHu - start.backgroundHu)) - 0.1) / 0.2
  into[at + 6] = (1000 * (p[12] ?? 0) - start.backgroundHu) / 25
  into[at + 7] = (1000 * (p[13] ?? 0) - start.outerHu) / 80
}
