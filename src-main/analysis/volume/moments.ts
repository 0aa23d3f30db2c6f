import type { Vector } from '../../../src-shared/vector.ts'

/** Symmetric 3 × 3 matrix as [xx, yy, zz, xy, xz, yz]. */
export type Symmetric = readonly [number, number, number, number, number, number]

/** Eigenvalues, largest first, by the closed form for symmetric matrices. */
export function eigenvalues([xx, yy, zz, xy, xz, yz]: Symmetric): Vector {
  const mean = (xx + yy + zz) / 3
  const off = xy * xy + xz * xz + yz * yz
  const spread = Math.sqrt(((xx - mean) ** 2 + (yy - mean) ** 2 + (zz - mean) ** 2 + 2 * off) / 6)
  if (spread < 1e-12) return [mean, mean, mean]
  const [a, b, c, d, e, f] = [(xx - mean) / spread, (yy - mean) / spread, (zz - mean) / spread, xy / spread, xz / spread, yz / spread]
  const half = (a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e)) / 2
  const angle = Math.acos(Math.max(-1, Math.min(1, half))) / 3
  const first = mean + 2 * spread * Math.cos(angle)
  const third = mean + 2 * spread * Math.cos(angle + (2 * Math.PI) / 3)
  return [first, 3 * mean - first - third, third]
}

/** Weighted sums over points, from which centroid and covariance follow. */
export function createMoments(): Readonly<{ add: (point: Vector, weight: number) => void, centroid: () => Vector, covariance: () => Symmetric, weight: () => number }> {
  let w = 0
  let [x, y, z, xx, yy, zz, xy, xz, yz] = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  return {
    add: (point, weight) => {
      w += weight
      x += weight * point[0]; y += weight * point[1]; z += weight * point[2]
      xx += weight * point[0] * point[0]; yy += weight * point[1] * point[1]; zz += weight * point[2] * point[2]
      xy += weight * point[0] * point[1]; xz += weight * point[0] * point[2]; yz += weight * point[1] * point[2]
    },
    weight: () => w,
    centroid: () => [x / w, y / w, z / w],
    covariance: () => [xx / w - (x / w) ** 2, yy / w - (y / w) ** 2, zz / w - (z / w) ** 2, xy / w - (x * y) / (w * w), xz / w - (x * z) / (w * w), yz / w - (y * z) / (w * w)]
  }
}
