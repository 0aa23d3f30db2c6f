import type { SeriesDescription } from '../../src-shared/studies.ts'
import { suvPresets, suvUnit } from './reading/suv.ts'
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

/** Presets of what a series measures: HU of CT, uptake of PET. Elsewhere values have no fixed meaning, and `autoWindowsFor` are offered instead. */
export function presetsOf(series: Pick<SeriesDescription, 'modality' | 'suv'>): readonly WindowPreset[] {
  return suvUnit(series) === null ? presetsFor(series.modality) : suvPresets
}

/** Windows made from the values of the picture itself: shares of them, from the darkest, that are shown black and white. */
export type AutoWindow = Readonly<{ key: string; name: string; from: number; to: number }>
const everything: AutoWindow = { key: '1', name: 'Whole range', from: 0, to: 1 }

/** Auto windows by modality, for `percentileWindow`; the number keys call them where there are no presets. */
export function autoWindowsFor(modality: string): readonly AutoWindow[] {
  switch (modality) {
    case 'CT': return []
    case 'MR': return [{ key: '1', name: 'Auto', from: 0.01, to: 0.995 }, { key: '2', name: 'Auto, bright', from: 0.01, to: 0.9 }, { key: '3', name: 'Auto, dark', from: 0.3, to: 0.999 }, { ...everything, key: '4' }]
    case 'CR': case 'DX': case 'MG': case 'RF': case 'XA': case 'IO': case 'PX':
      return [{ key: '1', name: 'Auto', from: 0.02, to: 0.98 }, { key: '2', name: 'Auto, high contrast', from: 0.1, to: 0.9 }, { ...everything, key: '3' }]
    case 'US': case 'IVUS': return [everything, { key: '2', name: 'Auto, bright', from: 0, to: 0.98 }, { key: '3', name: 'Auto, high contrast', from: 0.05, to: 0.95 }]
    default: return [{ key: '1', name: 'Auto', from: 0.01, to: 0.99 }, { ...everything, key: '2' }]
  }
}
