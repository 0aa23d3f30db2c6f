import type { FrameDescription, SeriesDescription } from '../../../src-shared/studies.ts'
import type { WindowPreset } from '../presets.ts'
import type { WindowSetting } from '../types.ts'

type Series = Readonly<Pick<SeriesDescription, 'suv' | 'modality'>>

/** What a value of a frame must be multiplied by to be an uptake value; 1 where there is none to be shown. */
export function suvFactorOf({ suv }: Series, frame: Pick<FrameDescription, 'suvFactor'>): number {
  return suv === undefined || suv.kind === 'none' ? 1 : frame.suvFactor ?? suv.factor
}

/**
 * Slope and intercept from stored values to what a picture holds: the file's own rescale, and for PET the uptake factor with it, so that
 * windows, probes and regions are all in SUV.
 */
export function rescaleOf(series: Series, frame: Pick<FrameDescription, 'rescaleSlope' | 'rescaleIntercept' | 'suvFactor'>): Readonly<{ slope: number; intercept: number }> {
  const factor = suvFactorOf(series, frame)
  return { slope: frame.rescaleSlope * factor, intercept: frame.rescaleIntercept * factor }
}

const units = { bw: 'SUVbw g/ml', lbm: 'SUVlbm g/ml', bsa: 'SUVbsa cm²/ml', ibw: 'SUVibw g/ml' } as const

/** The unit of uptake values, or null where the series shows none. */
export function suvUnit({ suv }: Series): string | null {
  return suv === undefined || suv.kind === 'none' ? null : units[suv.kind]
}

/** Why a PET series shows no uptake values, in a sentence; null where it does, and for what is no PET. */
export function suvRefusal({ suv }: Series): string | null {
  return suv?.kind === 'none' ? suv.reason : null
}

/** Ranges of uptake, from zero: those in common use for FDG, and a wider one for hot tracers and the bladder. */
export const suvPresets: readonly WindowPreset[] = [6, 10, 5, 2.5, 15, 20, 40].map((top, index) => ({ key: String(index + 1), name: `SUV 0–${top}`, center: top / 2, width: top }))

/** The window that PET opens with where the file names none: uptake from 0 to 6. */
export const suvWindow: WindowSetting = { center: 3, width: 6 }

/** PET is read with uptake black on white. */
export function opensInverted(series: Series & Readonly<Pick<SeriesDescription, 'pixel'>>): boolean {
  return series.modality === 'PT' && series.pixel.samplesPerPixel === 1 && series.pixel.photometricInterpretation === 'MONOCHROME2'
}
