import { useQuery } from '@tanstack/react-query'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { priorsQuery } from '../../../api/queries.ts'
import { useReadStudyUid } from '../viewer-link.tsx'

/** Says over a pane that its images are not of the study that is read. Only one that is surely earlier is called prior: a newer one may hang here as well. */
export function OtherStudy({ studyUid, studyDate }: Readonly<{ studyUid: StudyUid | null; studyDate: string | null }>) {
  const others = useQuery(priorsQuery(useApi(), useReadStudyUid())).data
  const isEarlier = others?.find((one) => one.studyUid === studyUid)?.isEarlier === true
  // The word goes along on pictures without names, where the date does not.
  return <div className="overlay-prior"><span data-export="always">{isEarlier ? 'Prior' : 'Other study'}</span> · {studyDate ?? 'no date'}</div>
}
