import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { SopInstanceUid } from '../../../../src-shared/ids.ts'
import type { DocumentContent } from '../../../../src-shared/overlays.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import { saveBytes } from '../../../ui/save-bytes.ts'

/** A document that came with the study. It is a stranger's file: Vigil opens none in its own window, and hands it over. */
export function DocumentButton({ sopInstanceUid, content }: Readonly<{ sopInstanceUid: SopInstanceUid; content: DocumentContent }>) {
  const api = useApi()
  const notify = useNotify()
  const save = useMutation({
    // The file is not named after the patient.
    mutationFn: async () => saveBytes('document.pdf', await api.overlays.document(sopInstanceUid)),
    onError: (error) => { notify('error', messageOf(error)) }
  })
  const size = content.bytes < 1e6 ? `${Math.max(1, Math.round(content.bytes / 1000))} kB` : `${(content.bytes / 1e6).toFixed(1)} MB`
  if (!content.isPdf) return <p className="object-note quiet">A document of type {content.mediaType === '' ? 'unknown' : content.mediaType} ({size}), which this version does not open.</p>
  return (
    <div className="object-facts">
      <p className="quiet small">A PDF of {size}. Documents of others are not opened inside of Vigil, where they could run programs: save it and read it with the PDF reader of this machine.</p>
      <Button disabled={save.isPending} onClick={() => { save.mutate() }}><Download aria-hidden />{save.isPending ? 'Saving…' : 'Save the PDF'}</Button>
    </div>
  )
}
