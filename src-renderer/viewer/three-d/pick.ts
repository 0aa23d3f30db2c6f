import { add, cross, length, scale, subtract, type Vector } from '../../../src-shared/vector.ts'
import type { Ray } from './camera.ts'
import type { Mesh } from './mask-mesh.ts'

export type Picked = Readonly<{ id: string; pointMm: Vector }>

/** What a ray can be tried against; `ball` holds the whole mesh, so that most are passed by at once. */
export type Pickable = Readonly<{ id: string; mesh: Mesh; ball: Ball }>
export type Ball = Readonly<{ centreMm: Vector; radiusMm: number }>

/** A ball about the middle of a mesh's box. */
export function ballOf({ positionsMm }: Mesh): Ball {
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity]
  positionsMm.forEach((part, at) => {
    low[at % 3] = Math.min(low[at % 3] ?? part, part)
    high[at % 3] = Math.max(high[at % 3] ?? part, part)
  })
  const corner = (of: readonly number[]): Vector => [of[0] ?? 0, of[1] ?? 0, of[2] ?? 0]
  return { centreMm: scale(add(corner(low), corner(high)), 0.5), radiusMm: length(subtract(corner(high), corner(low))) / 2 }
}

/** The first of several meshes that a ray (of unit direction) meets, and where; null where it meets none. */
export function pick(meshes: readonly Pickable[], ray: Ray): Picked | null {
  let nearest = Infinity
  let id: string | null = null
  for (const candidate of meshes) {
    if (length(cross(subtract(candidate.ball.centreMm, ray.originMm), ray.direction)) > candidate.ball.radiusMm) continue
    const along = firstHit(candidate.mesh, ray, nearest)
    if (along === null) continue
    nearest = along
    id = candidate.id
  }
  return id === null ? null : { id, pointMm: add(ray.originMm, scale(ray.direction, nearest)) }
}

/** How far along a ray its first triangle is, if nearer than `within` mm (Möller and Trumbore, 1997). */
function firstHit({ positionsMm, triangles }: Mesh, { originMm, direction }: Ray, within: number): number | null {
  const at = (index: number) => positionsMm[index] ?? 0
  const [dx, dy, dz] = direction
  let nearest = within
  for (let corner = 0; corner < triangles.length; corner += 3) {
    const a = (triangles[corner] ?? 0) * 3, b = (triangles[corner + 1] ?? 0) * 3, c = (triangles[corner + 2] ?? 0) * 3
    const ux = at(b) - at(a), uy = at(b + 1) - at(a + 1), uz = at(b + 2) - at(a + 2)
    const vx = at(c) - at(a), vy = at(c + 1) - at(a + 1), vz = at(c + 2) - at(a + 2)
    const px = dy * vz - dz * vy, py = dz * vx - dx * vz, pz = dx * vy - dy * vx
    const determinant = ux * px + uy * py + uz * pz
    if (Math.abs(determinant) < 1e-12) continue
    const tx = originMm[0] - at(a), ty = originMm[1] - at(a + 1), tz = originMm[2] - at(a + 2)
    const u = (tx * px + ty * py + tz * pz) / determinant
    if (u < 0 || u > 1) continue
    const qx = ty * uz - tz * uy, qy = tz * ux - tx * uz, qz = tx * uy - ty * ux
    const v = (dx * qx + dy * qy + dz * qz) / determinant
    if (v < 0 || u + v > 1) continue
    const along = (vx * qx + vy * qy + vz * qz) / determinant
    if (along > 0 && along < nearest) nearest = along
  }
  return nearest < within ? nearest : null
}
