import type { WindowSetting } from './types.ts'

export type WindowPreset = WindowSetting & Readonly<{ key: string; name: string }>

/** Window presets of CT in HU; the number keys 1 to 9 call them. Widths and centres are those in common clinical use. */
export const ctPresets: readonly WindowPreset[] = [
  { key: '1', name: 'Soft tissue', center: 40, width: 400 },
  { key: '2', name: 'Lung', center: -600, width: 1500 },
  { key: '3', name: 'Bone', center: 500, width: 2000 },
  { key: '4', name: 'Brain', center: 40, width: 80 },
  { key: '5', name: 'Liver', center: 60, width: 160 },
  { key: '6', name: 'Stone', center: 400, width: 1600 },
  { key: '7', name: 'Mediastinum', center: 50, width: 350 },
  { key: '8', name: 'Vessel', center: 200, width: 700 },
  { key: '9', name: 'Wide', center: 500, width: 4000 }
]

/** Presets that mean something for a modality: none outside CT, where values are not HU. */
export function presetsFor(modality: string): readonly WindowPreset[] {
  return modality === 'CT' ? ctPresets : []
}
