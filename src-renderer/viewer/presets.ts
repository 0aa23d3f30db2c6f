import type { FrameDescription, SeriesDescription } from '../../src-shared/studies.ts'
import { isColour } from './frames/colour.ts'
import { fileWindows } from './default-window.ts'
import type { Picture } from './picture.ts'
import { percentileWindow } from './reading/auto-window.ts'
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

/** One window to choose. `auto` is made from the values of the picture on the screen, `file` is the one that its frame names there. */
export type WindowChoice = Readonly<{ name: string }> & (
  | Readonly<{ kind: 'fixed'; window: WindowSetting }>
  | Readonly<{ kind: 'auto'; from: number; to: number }>
  | Readonly<{ kind: 'file'; at: number }>
)

/**
 * The windows to choose from, in the order of the number keys: presets of what a modality measures (HU of CT, uptake of PET); where values
 * have no fixed meaning, windows made from the values themselves; then those of the file.
 */
export function windowChoices(series: Pick<SeriesDescription, 'modality' | 'suv' | 'pixel' | 'frames'>): readonly WindowChoice[] {
  if (isColour(series.pixel)) return []
  const count = Math.min(mostFileWindows, series.frames[0]?.windowCenters.length ?? 0)
  const ofFile = Array.from({ length: count }, (_, at): WindowChoice => ({ kind: 'file', at, name: count === 1 ? 'As in the file' : `As in the file, ${at + 1}` }))
  const presets = suvUnit(series) !== null ? suvPresets : series.modality === 'CT' ? ctPresets : null
  return [...presets?.map(({ name, center, width }): WindowChoice => ({ kind: 'fixed', name, window: { center, width } })) ?? autoWindows(series.modality), ...ofFile]
}

const mostFileWindows = 4

const auto = (name: string, from: number, to: number): WindowChoice => ({ kind: 'auto', name, from, to })

/** `from` and `to`: the shares of all values, from the darkest, that become black and white. */
function autoWindows(modality: string): readonly WindowChoice[] {
  const everything = auto('Whole range', 0, 1)
  switch (modality) {
    case 'MR': return [auto('Auto', 0.01, 0.995), auto('Auto, bright', 0.01, 0.9), auto('Auto, dark', 0.3, 0.999), everything]
    case 'CR': case 'DX': case 'MG': case 'RF': case 'XA': case 'IO': case 'PX': return [auto('Auto', 0.02, 0.98), auto('Auto, high contrast', 0.1, 0.9), everything]
    case 'US': case 'IVUS': return [everything, auto('Auto, bright', 0, 0.98), auto('Auto, high contrast', 0.05, 0.95)]
    default: return [auto('Auto', 0.01, 0.99), everything]
  }
}

/** What a choice comes to on the picture that is shown; null where the picture or its frame has no such window. */
export function chosenWindow(choice: WindowChoice, picture: Picture, series: SeriesDescription, frame: FrameDescription | undefined): WindowSetting | null {
  switch (choice.kind) {
    case 'fixed': return choice.window
    case 'auto': return percentileWindow(picture, choice.from, choice.to)
    case 'file': return frame === undefined ? null : fileWindows(series, frame)[choice.at] ?? null
  }
}
