import type { FindingStatus } from '../../../src-shared/analysis.ts'
import type { FindingMask } from '../../../src-shared/masks.ts'
import { meshOfMask, type Mesh } from './mask-mesh.ts'
import type { Paint } from './scene.ts'

/** A finding with voxels of its own, as the stone view takes it. */
export type Stone = Readonly<{ findingId: string; status: FindingStatus; mask: FindingMask }>
export type StoneMesh = Readonly<{ id: string; mesh: Mesh; status: FindingStatus }>

/** Colours of the status, the tokens of the screen: what is settled is green, what a clinician changed blue, what waits amber, what was refused grey. */
const colours: Readonly<Record<FindingStatus, readonly [number, number, number]>> = {
  accepted: [0x7e / 255, 0xe2 / 255, 0xb8 / 255],
  amended: [0x4c / 255, 0xc2 / 255, 1],
  proposed: [1, 0xb4 / 255, 0x54 / 255],
  rejected: [0x9f / 255, 0xb0 / 255, 0xbf / 255]
}

/** The words of the legend: status is never told by colour alone. */
export const stoneLegend: readonly Readonly<{ status: FindingStatus; colour: string; label: string }>[] = [
  { status: 'accepted', colour: '#7ee2b8', label: 'accepted' }, { status: 'amended', colour: '#4cc2ff', label: 'amended' },
  { status: 'proposed', colour: '#ffb454', label: 'proposed' }, { status: 'rejected', colour: '#9fb0bf', label: 'rejected' }
]

export function paintOf(status: FindingStatus, isSelected: boolean, isHovered: boolean): Paint {
  const colour = colours[status]
  const toward = isSelected ? 0.45 : 0
  return { colour: [colour[0] + (1 - colour[0]) * toward, colour[1] + (1 - colour[1]) * toward, colour[2] + (1 - colour[2]) * toward], glow: isSelected ? 0.6 : isHovered ? 0.45 : 0.15 }
}

/** Makes surfaces of masks, each once: a status may change without its voxels. */
export function createStoneMaker(): (stones: readonly Stone[], showRejected: boolean) => readonly StoneMesh[] {
  const made = new WeakMap<FindingMask, Mesh>()
  return (stones, showRejected) => stones.filter(({ status }) => showRejected || status !== 'rejected').map(({ findingId, status, mask }) => {
    const mesh = made.get(mask) ?? meshOfMask(mask)
    made.set(mask, mesh)
    return { id: findingId, mesh, status }
  })
}
