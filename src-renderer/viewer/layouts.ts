import type { PaneGrid, PaneMode } from '../../src-shared/viewing.ts'
import type { Layout } from './types.ts'

export type ReadyLayout = Exclude<Layout, 'grid' | 'compare'>

/** The ready-made screens: what each pane makes of the active series, row by row. */
export const readyLayouts: Readonly<Record<ReadyLayout, PaneGrid & Readonly<{ modes: readonly PaneMode[] }>>> = {
  one: { rows: 1, columns: 1, modes: ['stack'] },
  planes: { rows: 2, columns: 2, modes: ['axial', 'sagittal', 'coronal', 'stack'] },
  oblique: { rows: 2, columns: 2, modes: ['oblique', 'oblique', 'oblique', 'volume'] },
  volume: { rows: 1, columns: 1, modes: ['volume'] },
  stones: { rows: 1, columns: 2, modes: ['stones', 'stack'] },
  fusion: { rows: 1, columns: 3, modes: ['stack', 'fusion', 'stack'] }
}

/** Modes that need the whole series as a volume. */
export function needsVolume(mode: PaneMode): boolean {
  return mode !== 'stack' && mode !== 'fusion'
}

/** Modes that cut a plane, which may be a thick slab. */
export function isPlane(mode: PaneMode): boolean {
  return mode === 'axial' || mode === 'sagittal' || mode === 'coronal' || mode === 'oblique'
}
