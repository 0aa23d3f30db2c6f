import { useMutation } from '@tanstack/react-query'
import type { Finding, FindingByHand } from '../../../../src-shared/analysis.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { findingTitle } from '../../../ui/finding-texts.ts'
import { useNotify } from '../../../ui/notices.tsx'
import { useStudyScreen } from '../study-state.ts'
import { useViewer } from '../viewer-link.tsx'
import { useFindingActions } from './finding-actions.ts'
import { FindingForm } from './finding-form.tsx'

/** The form over a finding, or over the spot in the image where a new one is put. */
export function FindingDialogs({ studyUid, findings }: Readonly<{ studyUid: StudyUid, findings: readonly Finding[] }>) {
  const editingId = useStudyScreen((state) => state.editingFindingId)
  const set = useStudyScreen((state) => state.set)
  const close = () => { set({ editingFindingId: null }) }
  const edited = findings.find((finding) => finding.id === editingId)
  return (
    <>
      <Dialog isOpen={edited !== undefined} onClose={close} title="Edit the finding" {...(edited === undefined ? {} : { description: findingTitle(edited) })}>
        {edited === undefined ? null : <EditForm key={edited.id} studyUid={studyUid} finding={edited} onDone={close} />}
      </Dialog>
      <Dialog isOpen={editingId === 'new'} onClose={close} title="Add a finding by hand" description="It is put at the selected probe, or at the middle of the image that is shown.">
        {editingId === 'new' ? <AddForm studyUid={studyUid} onDone={close} /> : null}
      </Dialog>
    </>
  )
}

function EditForm({ studyUid, finding, onDone }: Readonly<{ studyUid: StudyUid, finding: Finding, onDone: () => void }>) {
  const { change } = useFindingActions(studyUid)
  return <FindingForm start={finding} isBusy={change.isPending} submitText="Save" onCancel={onDone} onSubmit={(patch) => { change.mutate({ finding, patch }, { onSuccess: onDone }) }} />
}

const blank = { kind: 'stone', laterality: 'unknown', location: 'unknown', diameterMm: null, note: '' } as const

function AddForm({ studyUid, onDone }: Readonly<{ studyUid: StudyUid, onDone: () => void }>) {
  const api = useApi()
  const viewer = useViewer()
  const notify = useNotify()
  const { refresh } = useFindingActions(studyUid)
  const set = useStudyScreen((state) => state.set)
  const spot = viewer.spot()
  const add = useMutation({
    mutationFn: (finding: FindingByHand) => api.analysis.addByHand(studyUid, finding),
    onSuccess: (finding) => { refresh(); set({ selectedFindingId: finding.id }); onDone() },
    onError: (error) => { notify('error', messageOf(error)) }
  })
  if (spot === null) return <p className="field-error" role="alert">There is no place to put it: open a series whose images say where they lie.</p>
  // A length that is drawn and selected is the size of what it was drawn on.
  const selected = viewer.store.getState().measurements.find(({ id, tool }) => tool === 'length' && id === viewer.store.getState().selectedMeasurementId)
  const lengthMm = selected?.values.find(({ unit }) => unit === 'mm')?.value ?? null
  return <FindingForm start={{ ...blank, diameterMm: lengthMm }} isBusy={add.isPending} submitText="Add" onCancel={onDone} onSubmit={(fields) => { add.mutate({ ...spot, ...fields }) }} />
}
