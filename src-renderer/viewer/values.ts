import type { SeriesDescription } from '../../src-shared/studies.ts'
import { isColour } from './frames/colour.ts'
import { suvUnit } from './reading/suv.ts'

/** What a pixel value of a series is called: "HU" for CT alone, uptake for PET, the file's own unit where it names one, else "value". */
export function valueUnit(series: SeriesDescription): string {
  if (isColour(series.pixel)) return 'colour'
  const uptake = suvUnit(series)
  if (uptake !== null) return uptake
  // One image of unknown values is enough: the unit stands for all of them.
  if (series.modality === 'CT') return series.frames.every(({ rescaleType }) => rescaleType === '' || rescaleType === 'HU') ? 'HU' : 'value'
  const type = series.frames[0]?.rescaleType ?? ''
  return type === '' || type === 'US' || type === 'HU' || /unitless|unspecified/i.test(type) ? 'value' : type
}

/** A number as it is read: whole where whole, else with so many decimals, and no minus before zero. */
export function readable(value: number, decimals: number): string {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(decimals)
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text
}
