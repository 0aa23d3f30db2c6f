import type { SeriesDescription } from '../../../../src-shared/studies.ts'
import type { PaneState } from '../../../viewer/index.ts'
import { personName } from '../../../ui/format.ts'

/** Whose image: name, id, birth date with sex and age, study. */
export function patientLines({ patient, studyDate, studyDescription }: SeriesDescription): readonly string[] {
  const person = [patient.birthDate, patient.sex, patient.age].filter((part): part is string => part !== null && part !== '').join(' · ')
  return [personName(patient.name), patient.id, person, [studyDate, studyDescription].filter((part): part is string => part !== null && part !== '').join(' · ')]
}

/** How it was made: series, machine settings, kernel, contrast, slice. */
export function techniqueLines({ modality, description, seriesNumber, technique, sliceThicknessMm, sliceSpacingMm, gantryTiltDeg }: SeriesDescription): readonly string[] {
  const tube = [technique.kvp === null ? '' : `${technique.kvp} kV`, technique.mas === null ? '' : `${Number(technique.mas.toFixed(0))} mAs`, technique.kernel]
  const slice = [sliceThicknessMm === null ? '' : `${number(sliceThicknessMm)} mm slices`, sliceSpacingMm === null ? '' : `${number(sliceSpacingMm)} mm apart`]
  return [
    [modality, seriesNumber === null ? '' : String(seriesNumber), description].filter((part) => part !== '').join(' · '),
    [technique.manufacturer, technique.model].filter((part) => part !== '').join(' '),
    tube.filter((part) => part !== '').join(' · '),
    slice.filter((part) => part !== '').join(' · '),
    technique.contrastAgent === '' ? '' : `Contrast: ${technique.contrastAgent}`,
    Math.abs(gantryTiltDeg) < 0.05 ? '' : `Gantry tilt ${gantryTiltDeg.toFixed(1)}°`
  ]
}

/** "W 400 L 40": width and centre, as radiologists read them. */
export function windowText({ window }: PaneState): string {
  return window === null ? '' : `W ${number(window.width)} L ${number(window.center)}`
}

function number(value: number): string {
  return String(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 0)))
}
