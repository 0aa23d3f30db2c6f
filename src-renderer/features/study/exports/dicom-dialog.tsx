import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { ZipAnnounced } from '../../../../src-shared/exports.ts'
import { useApi } from '../../../api/api-context.tsx'
import { seriesZipUrl, studyZipUrl } from '../../../api/exports.ts'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { countText } from '../../../ui/format.ts'
import { useNotify } from '../../../ui/notices.tsx'
import { ErrorState, Skeleton } from '../../../ui/states.tsx'
import { sizeText } from './export-names.ts'
import type { ExportPane } from './export-source.ts'

/** The stored files as they came in, as one zip that the browser streams to the disk: no window holds gigabytes. */
export function DicomDialog({ what, pane: { studyUid, seriesUid }, onClose }: Readonly<{ what: 'series' | 'study', pane: ExportPane, onClose: () => void }>) {
  const api = useApi()
  const announced = useQuery({
    queryKey: ['export', what, studyUid, seriesUid], gcTime: 0,
    queryFn: ({ signal }) => (what === 'series' ? api.exports.series(seriesUid, signal) : api.exports.study(studyUid, signal))
  })
  const address = what === 'series' ? seriesZipUrl(seriesUid) : studyZipUrl(studyUid)
  return (
    <Dialog isOpen onClose={onClose} title={what === 'series' ? 'Export the series as DICOM' : 'Export the study as DICOM'}>
      {announced.isError ? <ErrorState title="The files can't be exported" message={messageOf(announced.error)} onRetry={() => { void announced.refetch() }} /> : announced.data === undefined ? <Skeleton height={40} /> : <Ready said={announced.data} address={address} onClose={onClose} />}
    </Dialog>
  )
}

function Ready({ said: { fileName, files, bytes }, address, onClose }: Readonly<{ said: ZipAnnounced, address: string, onClose: () => void }>) {
  const notify = useNotify()
  return (
    <>
      <p>{countText(files)} {files === 1 ? 'file' : 'files'} in one zip of {sizeText(bytes)}, unchanged, a folder for each series.</p>
      <p className="export-warning">The files hold the patient's data: name, number, dates, and whatever else the scanner wrote. That they were exported is written into the audit trail.</p>
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <a className="button button-primary" href={address} download={fileName} onClick={() => { notify('info', `${fileName} is being written. The download shows how far it is.`); setTimeout(onClose, 0) }}><Download aria-hidden />Save {sizeText(bytes)}</a>
      </div>
    </>
  )
}
