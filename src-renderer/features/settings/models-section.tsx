import { useQuery } from '@tanstack/react-query'
import { CircleAlert, CircleCheck, CloudDownload, FolderInput, ScanSearch, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { InstalledModel, Licence, ModelList } from '../../../src-shared/models.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { modelsQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { textOf } from '../../ui/form.ts'
import { bytesText } from '../../ui/format.ts'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useHasRole } from '../session/index.ts'
import { HubDialog } from './hub-dialog.tsx'
import { useModelAction } from './model-action.ts'
import { ModelIncoming } from './model-incoming.tsx'
import { ModelTerms } from './model-terms.tsx'

/** The weights that are here: whole or not, in use or not, and under which terms. */
export function ModelsSection() {
  const models = useQuery(modelsQuery(useApi()))
  if (models.data === undefined) return models.isError ? <ErrorState title="The models can't be read" message={messageOf(models.error)} onRetry={() => { void models.refetch() }} /> : <Skeleton height={120} />
  return <Known list={models.data} />
}

function Known({ list }: Readonly<{ list: ModelList }>) {
  const isAdmin = useHasRole('admin')
  const [isImporting, setIsImporting] = useState(false)
  const [isFetching, setIsFetching] = useState(false)
  return (
    <section className="settings-card" aria-labelledby="settings-models">
      <div className="row"><h2 id="settings-models" className="grow">Models</h2>{isAdmin ? <><Button onClick={() => { setIsFetching(true) }}><CloudDownload aria-hidden />Fetch from the hub</Button><Button onClick={() => { setIsImporting(true) }}><FolderInput aria-hidden />Bring in from a folder</Button></> : null}</div>
      {list.models.length === 0 ? <p className="quiet">No weights are here. A Gemma 3 model in ONNX (MedGemma) can be fetched from the hub, or brought in from a folder on a stick or a share; models/README.md says what it holds.</p> : (
        <table className="plain-table">
          <thead><tr><th scope="col">Model</th><th scope="col">Weights</th><th scope="col">Size</th><th scope="col">State</th><th scope="col">Terms</th><th scope="col"><span className="visually-hidden">Actions</span></th></tr></thead>
          <tbody>{list.models.map((model) => <ModelRow key={model.name} model={model} isAdmin={isAdmin} />)}</tbody>
        </table>
      )}
      {list.downloads.map((download) => <ModelIncoming key={download.id} download={download} isAdmin={isAdmin} />)}
      {list.freeBytes === null ? null : <p className="quiet small">{bytesText(list.freeBytes)} are free on the disk of the data folder.</p>}
      <HubDialog isOpen={isFetching} list={list} onClose={() => { setIsFetching(false) }} />
      <ImportDialog isOpen={isImporting} licence={list.licence} onClose={() => { setIsImporting(false) }} />
    </section>
  )
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

function ImportDialog({ isOpen, licence, onClose }: Readonly<{ isOpen: boolean, licence: Licence, onClose: () => void }>) {
  const api = useApi()
  const [hasAccepted, setHasAccepted] = useState(false)
  const bring = useModelAction((folder: string) => api.reading.importModel({ folder, hasAcceptedLicence: true }), { isQuiet: true, onDone: () => { setHasAccepted(false); onClose() } })
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Bring in a model" description="Every file is copied, read back and compared before the model takes its place." isWide>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); bring.mutate(textOf(new FormData(event.currentTarget), 'folder').trim()) }}>
        <label className="field"><span className="field-label">Folder on this machine or on a stick</span><input className="input" name="folder" required placeholder="/media/stick/medgemma-1.5-4b-it" /></label>
        <ModelTerms licence={licence} hasAccepted={hasAccepted} onAccept={setHasAccepted} />
        {bring.error === null ? null : <p className="settings-warning" role="alert">{messageOf(bring.error)}</p>}
        <div className="row"><span className="grow" /><Button onClick={onClose}>Cancel</Button><Button isSubmit tone="primary" disabled={!hasAccepted || bring.isPending}>{bring.isPending ? 'Copying…' : 'Bring it in'}</Button></div>
      </form>
    </Dialog>
  )
}
