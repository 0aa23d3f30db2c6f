import type { PriorStudy } from '../../../../src-shared/viewing.ts'
import { ageOfStudy, dayOf } from '../../../ui/format.ts'

/** How far another study lies from the one that is read: "14 mo earlier", "5 d later", "same day"; empty where a date is missing. */
export function distanceText({ studyDate: otherDate }: Pick<PriorStudy, 'studyDate'>, studyDate: string | null): string {
  const [own, other] = [dayOf(studyDate), dayOf(otherDate)]
  if (own === null || other === null) return ''
  if (own === other) return 'same day'
  return other < own ? `${ageOfStudy(otherDate, own) ?? ''} earlier` : `${ageOfStudy(studyDate, other) ?? ''} later`
}
