import type { ModelDownload } from '../../../src-shared/models.ts'
import { useApi } from '../../api/api-context.tsx'
import { Button } from '../../ui/button.tsx'
import { bytesText } from '../../ui/format.ts'
import { Progress } from '../../ui/states.tsx'
import { useModelAction } from './model-action.ts'
import { downloadText } from './model-texts.ts'

/** Weights on their way, or left where they stopped. */
export function ModelIncoming({ download, isAdmin }: Readonly<{ download: ModelDownload, isAdmin: boolean }>) {
  const api = useApi()
  const cancel = useModelAction((id: string) => api.reading.cancelDownload(id))
  const resume = useModelAction((id: string) => api.reading.resumeDownload(id))
  const isMoving = download.state !== 'failed' && download.state !== 'cancelled'
  const isBusy = cancel.isPending || resume.isPending
  return (
    <section className="model-incoming" aria-label={`Bringing in ${download.name}`}>
      <div className="row">
        <p className="grow"><strong>{download.name}</strong> <span className="quiet">{downloadText(download)}</span></p>
        {isAdmin && !isMoving ? <Button disabled={isBusy} onClick={() => { resume.mutate(download.id) }}>Go on</Button> : null}
        {isAdmin ? <Button tone="quiet" disabled={isBusy} onClick={() => { cancel.mutate(download.id) }}>{isMoving ? 'Cancel' : 'Throw away'}</Button> : null}
      </div>
      <Progress fraction={download.bytesTotal === 0 ? null : download.bytesDone / download.bytesTotal} label={`${bytesText(download.bytesDone)} of ${bytesText(download.bytesTotal)}`} />
      {download.error === null ? null : <p className="settings-warning">{download.error}</p>}
    </section>
  )
}
