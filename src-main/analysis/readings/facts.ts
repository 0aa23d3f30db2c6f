import type { SeriesDescription, StudyDetail } from '../../../src-shared/studies.ts'
import type { StudyFacts } from '../../reading/index.ts'
import { seriesFacts } from '../graph/series-facts.ts'

const sexes: Readonly<Record<string, StudyFacts['sex']>> = { F: 'female', M: 'male', O: 'other' }

/** What a reader may know of a study: how it was made, and of the patient only sex and age. No name, no number, no date. */
export function readerFacts(series: SeriesDescription, detail: StudyDetail): StudyFacts {
  const { modality, bodyPart, description, contrastAgent, kernel } = seriesFacts(series, detail)
  const [, age, unit] = /^(\d{3})([YMWD])$/.exec(series.patient.age ?? '') ?? []
  return { modality, bodyPart: bodyPart ?? '', description, contrastAgent, kernel, sex: sexes[series.patient.sex ?? ''] ?? null, ageYears: age === undefined ? null : unit === 'Y' ? Number(age) : 0 }
}
