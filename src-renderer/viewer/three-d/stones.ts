import type { FindingStatus } from '../../../src-shared/analysis.ts'
import type { FindingMask } from '../../../src-shared/masks.ts'
import { meshOfMask } from './mask-mesh.ts'
import { ballOf, type Pickable } from './pick.ts'
import type { Paint } from './scene.ts'

/** A finding with voxels of its own, as the stone view takes it. */
export type Stone = Readonly<{ findingId: string; status: FindingStatus; mask: FindingMask }>
export type StoneMesh = Pickable & Readonly<{ status: FindingStatus }>

/** What the colours mean, in words too: status is never told by colour alone. Settled is green, changed by a clinician blue, waiting amber, refused grey. */
export const stoneLegend: readonly Readonly<{ status: FindingStatus; colour: string; label: string }>[] = [
  { status: 'accepted', colour: '#7ee2b8', label: 'accepted' }, { status: 'amended', colour: '#4cc2ff', label: 'amended' },
  { status: 'proposed', colour: '#ffb454', label: 'to decide' }, { status: 'rejected', colour: '#9fb0bf', label: 'rejected' }
]

export function paintOf(status: FindingStatus, isSelected: boolean, isHovered: boolean): Paint {
  const hex = Number.parseInt(stoneLegend.find((entry) => entry.status === status)?.colour.slice(1) ?? 'ffffff', 16)
  const whiter = isSelected ? 0.45 : 0
  const part = (shift: number) => { const own = ((hex >> shift) & 255) / 255; return own + (1 - own) * whiter }
  return { colour: [part(16), part(8), part(0)], glow: isSelected ? 0.6 : isHovered ? 0.45 : 0.15 }
}

/** Makes surfaces of masks, each once: a status may change without its voxels. */
export function createStoneMaker(): (stones: readonly Stone[], showRejected: boolean) => readonly StoneMesh[] {
  const made = new WeakMap<FindingMask, Pick<Pickable, 'mesh' | 'ball'>>()
  const make = (mask: FindingMask) => {
    const mesh = meshOfMask(mask)
    return { mesh, ball: ballOf(mesh) }
  }
  return (stones, showRejected) => stones.filter(({ status }) => showRejected || status !== 'rejected').map(({ findingId, status, mask }) => {
    const surface = made.get(mask) ?? make(mask)
    made.set(mask, surface)
    return { id: findingId, mesh: surface.mesh, ball: surface.ball, status }
  })
}
