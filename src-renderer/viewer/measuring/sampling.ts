import type { PaneMode, Slab } from '../../../src-shared/viewing.ts'

/** How the pixels of a pane came from the voxels. `text` says it in full; `note` must stand beside each value, null where the values are the file's own. */
export type Sampling = Readonly<{ text: string | null; note: string | null }>

const slabNames: Readonly<Record<Slab['mode'], string>> = { mip: 'maximum', minip: 'minimum', average: 'average' }

/** The planes along the grid show voxels as they are stored; an oblique one lies between them, and a slab makes one value of many. */
export function samplingOf(mode: PaneMode, slab: Slab | null): Sampling {
  if (mode === 'stack') return { text: null, note: null }
  if (slab !== null && slab.thicknessMm > 0) {
    const note = `${slabNames[slab.mode]} of a ${slab.thicknessMm.toFixed(1).replace(/\.0$/, '')} mm slab`
    return { text: `values: ${note}`, note }
  }
  if (mode === 'oblique') return { text: 'values interpolated on an oblique plane', note: 'interpolated' }
  return { text: 'values of a plane cut through the volume', note: null }
}
