import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BadgeCheck, CircleDashed } from 'lucide-react'
import type { StudyFollowup } from '../../../../src-shared/followup.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { followupStudyQuery } from '../../../api/queries.ts'
import { shortPersonName } from '../../../ui/format.ts'
import { ErrorState, Skeleton } from '../../../ui/states.tsx'
import { ConsentLedger } from '../patients/consent-ledger.tsx'
import { ContactForm } from '../patients/contact-form.tsx'
import { DraftEditor } from './draft-editor.tsx'
import { PlanPart } from './plan-part.tsx'
import { ReleaseFoot } from './release-foot.tsx'
import { useDraft } from './use-draft.ts'

/** From a signed report to what its patient reads and hears: contact and consent, plain words, the plan. */
export function StudyPlan({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const found = useQuery(followupStudyQuery(useApi(), studyUid))
  if (found.data !== undefined) return <Known studyUid={studyUid} followup={found.data} />
  return found.isError ? <ErrorState title="The follow-up of this study can't be read" message={messageOf(found.error)} onRetry={() => { void found.refetch() }} /> : <><Skeleton width="40%" height={24} /><Skeleton height={320} /></>
}

function Known({ studyUid, followup }: Readonly<{ studyUid: StudyUid, followup: StudyFollowup }>) {
  const { patient, isSigned } = followup
  const draft = useDraft(studyUid, followup.draft)
  const title = patient.studies.find((one) => one.studyUid === studyUid)?.title ?? ''
  return (
    <div className="followup-study">
      <header className="row">
        <h2>{shortPersonName(patient.name)}</h2>
        <span className="quiet">{title}</span>
        <span className={`badge ${isSigned ? 'badge-measured' : ''}`}>{isSigned ? <BadgeCheck aria-hidden /> : <CircleDashed aria-hidden />}{isSigned ? 'report signed' : 'report not signed'}</span>
        <span className="grow" />
        <Link to="/follow-up" search={{ patient: patient.id }}>Conversation</Link>
        <Link to="/study" search={{ uid: studyUid }}>Images and report</Link>
      </header>
      <div className="followup-steps">
        <section className="followup-step" aria-labelledby="followup-step-1"><h2 id="followup-step-1">1 · Contact and consent</h2><ContactForm patient={patient} /><ConsentLedger patient={patient} /></section>
        <section className="followup-step" aria-labelledby="followup-step-2"><h2 id="followup-step-2">2 · What the patient reads</h2><DraftEditor studyUid={studyUid} language={patient.language} draft={draft} /></section>
        <section className="followup-step" aria-labelledby="followup-step-3"><h2 id="followup-step-3">3 · The plan</h2><PlanPart studyUid={studyUid} followup={followup} /></section>
      </div>
      <ReleaseFoot studyUid={studyUid} followup={followup} draft={draft} />
    </div>
  )
}
