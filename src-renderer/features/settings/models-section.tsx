import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleAlert, CircleCheck, FolderInput, ScanSearch, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { InstalledModel, Licence, ModelDownload, ModelList } from '../../../src-shared/models.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { modelsQuery, queryKeys } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { textOf } from '../../ui/form.ts'
import { bytesText } from '../../ui/format.ts'
import { useNotify } from '../../ui/notices.tsx'
import { ErrorState, Progress, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'

/** The weights that are here: whole or not, in use or not, and under which terms. */
export function ModelsSection() {
  const models = useQuery(modelsQuery(useApi()))
  if (models.data === undefined) return models.isError ? <ErrorState title="The models can't be read" message={messageOf(models.error)} onRetry={() => { void models.refetch() }} /> : <Skeleton height={120} />
  return <Known list={models.data} />
}

function Known({ list }: Readonly<{ list: ModelList }>) {
  const isAdmin = useHasRole('admin')
  const [isImporting, setIsImporting] = useState(false)
  return (
    <section className="settings-card" aria-labelledby="settings-models">
      <div className="row"><h2 id="settings-models" className="grow">Models</h2>{isAdmin ? <Button onClick={() => { setIsImporting(true) }}><FolderInput aria-hidden />Bring in from a folder</Button> : null}</div>
      {list.models.length === 0 ? <p className="quiet">No weights are here. A folder of a Gemma 3 model in ONNX (MedGemma) can be brought in from a stick or a share; models/README.md says what it holds.</p> : (
        <table className="plain-table">
          <thead><tr><th scope="col">Model</th><th scope="col">Weights</th><th scope="col">Size</th><th scope="col">State</th><th scope="col">Terms</th><th scope="col"><span className="visually-hidden">Actions</span></th></tr></thead>
          <tbody>{list.models.map((model) => <ModelRow key={model.name} model={model} isAdmin={isAdmin} />)}</tbody>
        </table>
      )}
      {list.downloads.map((download) => <Incoming key={download.id} download={download} />)}
      {list.freeBytes === null ? null : <p className="quiet small">{bytesText(list.freeBytes)} are free on the disk of the data folder.</p>}
      <ImportDialog isOpen={isImporting} licence={list.licence} onClose={() => { setIsImporting(false) }} />
    </section>
  )
}

/** `isQuiet`: what went wrong is said where it was asked for. */
function useModelAction<V>(act: (value: V) => Promise<unknown>, { onDone, isQuiet = false }: Readonly<{ onDone?: () => void, isQuiet?: boolean }> = {}) {
  const client = useQueryClient()
  const notify = useNotify()
  return useMutation({
    mutationFn: act, onSuccess: onDone ?? (() => undefined), onError: (error: Error) => { if (!isQuiet) notify('error', messageOf(error)) },
    onSettled: () => { for (const queryKey of [queryKeys.models, queryKeys.reader, queryKeys.system]) void client.invalidateQueries({ queryKey }) }
  })
}

function ModelRow({ model, isAdmin }: Readonly<{ model: InstalledModel, isAdmin: boolean }>) {
  const api = useApi()
  const verify = useModelAction((name: string) => api.reading.verifyModel(name))
  const use = useModelAction((name: string) => api.reading.chooseModel(name))
  const remove = useModelAction((name: string) => api.reading.removeModel(name))
  const [isSure, setIsSure] = useState(false)
  const isBusy = verify.isPending || use.isPending || remove.isPending
  return (
    <tr>
      <td>{model.name}{model.isTestModel ? <span className="quiet small"> · test model</span> : null}</td>
      <td className="settings-path" title={model.weightsSha256}>{model.dtype} · {model.weightsSha256.slice(0, 10)}</td>
      <td className="settings-nowrap">{bytesText(model.bytes)}</td>
      <td>{model.state === 'ready' ? <span className="settings-good"><CircleCheck aria-hidden className="model-icon" /> {model.isActive ? 'in use' : 'ready'}{model.verifiedAt === null ? '' : ', verified'}</span> : <span className="settings-bad"><CircleAlert aria-hidden className="model-icon" /> damaged</span>}{model.problem === null ? null : <span className="small quiet"> {model.problem}</span>}</td>
      <td className="small">{model.licence === null ? '–' : `${model.licence.name}, accepted by ${model.licence.acceptedBy}`}</td>
      <td>{isAdmin ? (
        <div className="row">
          {model.isActive || model.state !== 'ready' ? null : <Button disabled={isBusy} onClick={() => { use.mutate(model.name) }}>Use</Button>}
          <Button disabled={isBusy} onClick={() => { verify.mutate(model.name) }}><ScanSearch aria-hidden />{verify.isPending ? 'Reading…' : 'Verify'}</Button>
          {model.source === 'shipped' ? null : isSure ? <Button tone="danger" disabled={isBusy} onClick={() => { remove.mutate(model.name) }}>Remove for good</Button> : <Button tone="quiet" disabled={isBusy} aria-label={`Remove ${model.name}`} onClick={() => { setIsSure(true) }}><Trash2 aria-hidden /></Button>}
        </div>
      ) : null}</td>
    </tr>
  )
}

function Incoming({ download }: Readonly<{ download: ModelDownload }>) {
  return (
    <div className="stack" aria-label={`Bringing in ${download.name}`}>
      <p>{download.name}: {bytesText(download.bytesDone)} of {bytesText(download.bytesTotal)}, file {Math.min(download.filesDone + 1, download.filesTotal)} of {download.filesTotal}</p>
      <Progress fraction={download.bytesTotal === 0 ? null : download.bytesDone / download.bytesTotal} label={`Bringing in ${download.name}`} />
      {download.error === null ? null : <p className="settings-warning">{download.error}</p>}
    </div>
  )
}

function ImportDialog({ isOpen, licence, onClose }: Readonly<{ isOpen: boolean, licence: Licence, onClose: () => void }>) {
  const api = useApi()
  const [hasAccepted, setHasAccepted] = useState(false)
  const bring = useModelAction((folder: string) => api.reading.importModel({ folder, hasAcceptedLicence: true }), { isQuiet: true, onDone: () => { setHasAccepted(false); onClose() } })
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Bring in a model" description="Every file is copied, read back and compared before the model takes its place." isWide>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); bring.mutate(textOf(new FormData(event.currentTarget), 'folder').trim()) }}>
        <label className="field"><span className="field-label">Folder on this machine or on a stick</span><input className="input" name="folder" required placeholder="/media/stick/medgemma-1.5-4b-it" /></label>
        <section className="licence" aria-label="Terms of the model"><strong>{licence.name}</strong><p>{licence.text}</p><a href={licence.url} target="_blank" rel="noreferrer">{licence.url}</a></section>
        <label className="row"><input type="checkbox" checked={hasAccepted} onChange={(event) => { setHasAccepted(event.target.checked) }} /><span>I have read the terms and accept them for this workstation</span></label>
        {bring.error === null ? null : <p className="settings-warning" role="alert">{messageOf(bring.error)}</p>}
        <div className="row"><span className="grow" /><Button onClick={onClose}>Cancel</Button><Button isSubmit tone="primary" disabled={!hasAccepted || bring.isPending}>{bring.isPending ? 'Copying…' : 'Bring it in'}</Button></div>
      </form>
    </Dialog>
  )
}
