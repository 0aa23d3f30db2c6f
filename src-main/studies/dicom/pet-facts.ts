import { z } from 'zod'
import { itemsOf, type DataSet } from './data-set.ts'
import { Tag } from './tags.ts'
import { asciiString, asciiStrings, decimal, trimPadding, valueBytes } from './values.ts'

/**
 * What a PET instance says about the way from its values to uptake (PS3.3 C.8.9). Instants are seconds since the epoch as if all
 * clocks were UTC: only their differences mean anything.
 */
export const PetFacts = z.object({
  units: z.string(), suvType: z.string(), decayCorrection: z.string(), corrections: z.array(z.string()),
  weightKg: z.number().nullable(), totalDoseBq: z.number().nullable(), halfLifeS: z.number().nullable(),
  /** Of the injection: with a date, or only the time of day in seconds. */
  injectedAtS: z.number().nullable(), injectedTimeOfDayS: z.number().nullable(),
  seriesAtS: z.number().nullable(), acquiredAtS: z.number().nullable(), geScanAtS: z.number().nullable(),
  philipsSuvFactor: z.number().nullable(), philipsActivityFactor: z.number().nullable()
})
export type PetFacts = z.infer<typeof PetFacts>

const gePet = 'GEMS_PETD_01'
const philipsPet = 'Philips PET Private Group'

export function readPetFacts(dataSet: DataSet): PetFacts {
  const [drug] = itemsOf(dataSet, Tag.radiopharmaceuticals)
  return {
    units: asciiString(dataSet, Tag.units), suvType: asciiString(dataSet, Tag.suvType), decayCorrection: asciiString(dataSet, Tag.decayCorrection), corrections: asciiStrings(dataSet, Tag.correctedImage),
    weightKg: decimal(dataSet, Tag.patientWeight),
    totalDoseBq: drug === undefined ? null : decimal(drug, Tag.radionuclideTotalDose), halfLifeS: drug === undefined ? null : decimal(drug, Tag.radionuclideHalfLife),
    injectedAtS: drug === undefined ? null : dateTimeS(asciiString(drug, Tag.radiopharmaceuticalStartDateTime)),
    injectedTimeOfDayS: drug === undefined ? null : timeOfDayS(asciiString(drug, Tag.radiopharmaceuticalStartTime)),
    seriesAtS: instantS(dataSet, Tag.seriesDate, Tag.seriesTime), acquiredAtS: instantS(dataSet, Tag.acquisitionDate, Tag.acquisitionTime),
    geScanAtS: dateTimeS(privateText(dataSet, 0x0009, gePet, 0x0d)),
    philipsSuvFactor: privateNumber(dataSet, 0x7053, philipsPet, 0x00), philipsActivityFactor: privateNumber(dataSet, 0x7053, philipsPet, 0x09)
  }
}

function instantS(dataSet: DataSet, date: number, time: number): number | null {
  const day = asciiString(dataSet, date).replaceAll('.', '')
  return dateTimeS(`${day}${asciiString(dataSet, time).replaceAll(':', '')}`)
}

/** DT (PS3.5 6.2); the offset from UTC, if any, is left out, as dates and times beside it have none. */
function dateTimeS(value: string): number | null {
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2}.*)$/.exec(value.replace(/[+-]\d{4}$/, ''))
  if (match === null) return null
  const [, year, month, day, time = ''] = match
  const seconds = timeOfDayS(time)
  const midnightMs = Date.UTC(Number(year), Number(month) - 1, Number(day))
  return seconds === null || Number.isNaN(midnightMs) ? null : midnightMs / 1000 + seconds
}

/** TM, with its fraction. */
function timeOfDayS(value: string): number | null {
  const match = /^(\d{2}):?(\d{2})?:?(\d{2}(?:\.\d*)?)?$/.exec(value)
  if (match === null) return null
  const [, hours, minutes = '0', seconds = '0'] = match
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** The value of a private attribute, found by the creator that reserved its block (PS3.5 7.8.1). */
function privateText(dataSet: DataSet, group: number, creator: string, element: number): string {
  for (let block = 0x10; block <= 0xff; block++) {
    const owner = valueBytes(dataSet, group * 0x10000 + block)
    if (owner !== null && trimPadding(owner.toString('latin1')) === creator) return asciiString(dataSet, group * 0x10000 + block * 0x100 + element)
  }
  return ''
}

function privateNumber(dataSet: DataSet, group: number, creator: string, element: number): number | null {
  const text = privateText(dataSet, group, creator, element)
  const value = Number(text)
  return text === '' || !Number.isFinite(value) ? null : value
}
