import { useMutation } from '@tanstack/react-query'
import { Download, FolderInput } from 'lucide-react'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { WrittenKind } from '../../../../src-shared/interchange.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { saveBytes } from '../../../ui/save-bytes.ts'

const objects: readonly Readonly<{ kind: WrittenKind, title: string, text: string }>[] = [
  { kind: 'sr', title: 'Measurements and findings', text: 'Structured report (SR, TID 1500)' },
  { kind: 'seg', title: 'Outlines of stones', text: 'Segmentation (SEG)' },
  { kind: 'kos', title: 'Key images', text: 'Key object selection (KOS)' },
  { kind: 'pdf', title: 'The signed report', text: 'Encapsulated PDF' }
]

/** What Vigil knows of the study as DICOM objects: for another system as a file, or as a series of the study itself. */
export function ObjectsDialog({ studyUid, onClose }: Readonly<{ studyUid: StudyUid, onClose: () => void }>) {
  return (
    <Dialog isOpen onClose={onClose} title="Measurements, stones and report as DICOM" description="They name the patient and the study, as DICOM objects must. That they were exported is written into the audit trail.">
      <ul className="export-objects">{objects.map((object) => <ObjectRow key={object.kind} studyUid={studyUid} {...object} />)}</ul>
      <div className="dialog-actions"><Button onClick={onClose}>Close</Button></div>
    </Dialog>
  )
}

function ObjectRow({ studyUid, kind, title, text }: Readonly<{ studyUid: StudyUid, kind: WrittenKind, title: string, text: string }>) {
  const api = useApi()
  const save = useMutation({
    mutationFn: async () => {
      const { name, bytes } = await api.exports.object(studyUid, kind)
      return await saveBytes(name, bytes) ? `${name} was saved.` : 'Not saved.'
    }
  })
  const keep = useMutation({
    mutationFn: async () => ((await api.exports.keep(studyUid, kind)).isNew ? 'It is a series of the study now.' : 'The very same object is in the study already.')
  })
  const last = keep.submittedAt > save.submittedAt ? keep : save
  return (
    <li>
      <span className="grow"><strong>{title}</strong><span className="quiet small">{text}</span></span>
      <Button disabled={save.isPending} aria-label={`Save a file: ${title}`} onClick={() => { save.mutate() }}><Download aria-hidden />Save</Button>
      <Button disabled={keep.isPending} aria-label={`Keep in the study: ${title}`} onClick={() => { keep.mutate() }}><FolderInput aria-hidden />Keep in the study</Button>
      {last.isError ? <p className="export-object-said" role="alert" data-tone="danger">{messageOf(last.error)}</p> : last.data === undefined ? null : <output className="export-object-said">{last.data}</output>}
    </li>
  )
}
