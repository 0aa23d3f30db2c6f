import type { StudyDetail, StudySeries } from '../../../../src-shared/studies.ts'

/** What a study is to a hanging protocol: upper case; an empty body part is not known. */
export type StudyKind = Readonly<{ modality: string, bodyPart: string }>

/** Objects that come along with images of another kind, and say nothing about what the study is. */
const companions = new Set(['SC', 'OT', 'SR', 'PR', 'KO', 'SEG', 'RTSTRUCT', 'RTPLAN', 'RTDOSE', 'DOC', 'REG', 'ECG'])
const asides = new Set([
  'LOCALIZER', 'LOCALISER', 'LOC', 'SCOUT', 'SCANOGRAM', 'TOPOGRAM', 'TOPO', 'SURVEY', 'SURVIEW', 'SCANO', 'PLANNING', 'CALIBRATION', 'DOSE', 'DOSISPROTOKOLL', 'SCREENSAVE', 'SMARTPREP', 'PREMONITORING'
])

export function kindOf({ study, series }: StudyDetail): StudyKind {
  const images = series.filter((one) => one.isViewable)
  const modality = modalityOf((images.length === 0 ? series : images).map((one) => one.modality.toUpperCase()), study.modalities)
  const bodyPart = [study.bodyPart, ...images.filter((one) => one.modality.toUpperCase() === modality).map((one) => one.bodyPart)].map((part) => part.trim().toUpperCase()).find((part) => part !== '')
  return { modality, bodyPart: bodyPart ?? '' }
}

/** PET comes with CT and is the PET; otherwise what most series are, the first of equals. */
function modalityOf(ofSeries: readonly string[], ofStudy: readonly string[]): string {
  if (ofSeries.includes('PT') && ofSeries.includes('CT')) return 'PT'
  const counts = new Map<string, number>()
  for (const modality of ofSeries) if (!companions.has(modality)) counts.set(modality, (counts.get(modality) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  return [...counts].find(([, count]) => count === most)?.[0] ?? ofSeries[0] ?? ofStudy[0]?.toUpperCase() ?? ''
}

/** Words of a description as they are compared: upper case, signs between them left out, `T2*` and `2.5` whole. */
export function wordsOf(description: string): readonly string[] {
  return description.toUpperCase().split(/[^\p{L}\p{N}.*+]+/u).map((word) => word.replace(/^\.+|\.+$/g, '')).filter((word) => word !== '')
}

/** Made to plan, to set up or to write down the dose: never hung by itself where there is anything else. */
export function isAside(series: Pick<StudySeries, 'description' | 'isLocalizer'>): boolean {
  const words = wordsOf(series.description)
  return series.isLocalizer === true || words.some((word) => asides.has(word)) || (words.includes('PATIENT') && words.includes('PROTOCOL'))
}

export function viewableOf({ series }: StudyDetail): readonly StudySeries[] {
  return series.filter((one) => one.isViewable)
}

/** What may be hung unasked; the asides only where there is nothing else. */
export function mainSeriesOf(detail: StudyDetail): readonly StudySeries[] {
  const viewable = viewableOf(detail)
  const main = viewable.filter((one) => !isAside(one))
  return main.length > 0 ? main : viewable
}

/** "CT ABDOMEN"; "CT of any body part". */
export function kindText({ modality, bodyPart }: StudyKind): string {
  return bodyPart === '' ? `${modality} of any body part` : `${modality} ${bodyPart}`
}
