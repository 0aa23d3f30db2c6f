import { useQuery } from '@tanstack/react-query'
import type { StudyFollowup } from '../../../../src-shared/followup.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { followupTemplatesQuery } from '../../../api/queries.ts'
import { instantText } from '../../../ui/format.ts'
import { useNow } from '../../../ui/now.ts'
import { useHasRole } from '../../session/index.ts'
import { ActionCard } from '../board/action-card.tsx'
import { ActionDesk } from '../board/action-desk.tsx'
import { planWords } from '../followup-texts.ts'
import { Choice } from '../parts.tsx'
import { useStudyActs } from '../use-followup.ts'

/** What will happen when, in which words; each step can be changed before its time. */
export function PlanPart({ studyUid, followup: { plan, isSigned, patient } }: Readonly<{ studyUid: StudyUid, followup: StudyFollowup }>) {
  const now = useNow(15_000)
  if (!isSigned && plan === null) return <p className="quiet">A plan follows a signature: sign the report first.</p>
  return (
    <>
      {plan?.state === 'active' ? null : <TemplateChoice studyUid={studyUid} current={plan?.state === 'proposed' ? plan.templateId : ''} />}
      {plan === null ? <p className="quiet">No plan is proposed. Choose one.</p> : (
        <>
          <p className="small"><b>{plan.name}</b>, {planWords[plan.state]}{plan.startedAt === null ? '' : `; started ${instantText(plan.startedAt, now)}${plan.startedBy === null ? '' : ` by ${plan.startedBy}`}`}. <span className="quiet">{plan.state === 'proposed' ? 'Times that nobody has changed count from the start.' : ''} {patient.timeZone}.</span></p>
          <ActionDesk><ol className="followup-cards" aria-label="Steps of the plan">{plan.actions.map((action) => <ActionCard key={action.id} action={action} nowMs={now} isOfPatient isOfStudy />)}</ol></ActionDesk>
        </>
      )}
    </>
  )
}

function TemplateChoice({ studyUid, current }: Readonly<{ studyUid: StudyUid, current: string }>) {
  const { choose } = useStudyActs(studyUid)
  const mayPlan = useHasRole('clinician', 'admin')
  const plans = useQuery(followupTemplatesQuery(useApi())).data?.plans ?? []
  const isKnown = plans.some(({ id }) => id === current)
  return <Choice label="Plan" value={isKnown ? current : ''} isDisabled={!mayPlan || choose.isPending} options={[...(isKnown ? [] : [['', 'choose a plan'] as const]), ...plans.map(({ id, name }) => [id, name] as const)]} onChoose={(id) => { if (id !== '' && id !== current) choose.mutate(id) }} />
}
