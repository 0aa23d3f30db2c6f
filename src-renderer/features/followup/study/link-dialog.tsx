import { useQuery } from '@tanstack/react-query'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { ErrorState, Skeleton } from '../../../ui/states.tsx'

/** The way to the portal, to be scanned from this screen. The patient still needs the code that comes to their phone. */
export function LinkDialog({ studyUid, isOpen, onClose }: Readonly<{ studyUid: StudyUid, isOpen: boolean, onClose: () => void }>) {
  return <Dialog isOpen={isOpen} onClose={onClose} title="The way to the portal" description="The patient scans it and signs in with a code that comes to their phone. Alone it opens nothing." isWide>{isOpen ? <Code studyUid={studyUid} /> : null}</Dialog>
}

function Code({ studyUid }: Readonly<{ studyUid: StudyUid }>) {
  const api = useApi()
  // Another link each time it is opened, and never asked for again behind somebody who scans it.
  const link = useQuery({ queryKey: ['portal-link', studyUid], queryFn: () => api.followup.link(studyUid), staleTime: Infinity, gcTime: 0, retry: false, refetchOnMount: false })
  if (link.data === undefined) return link.isError ? <ErrorState title="There is no way to the portal yet" message={messageOf(link.error)} onRetry={() => { void link.refetch() }} /> : <Skeleton height={300} />
  return (
    <div className="followup-link">
      {/* Drawn by a kept library from a link of our own making. */}
      <img className="followup-qr" alt="QR code with the link to the portal" src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(link.data.qrSvg)}`} />
      <div className="stack">
        <p className="settings-path" aria-label="Link">{link.data.link}</p>
        <p>Valid to {new Date(link.data.expiresAt).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })}.</p>
      </div>
    </div>
  )
}
