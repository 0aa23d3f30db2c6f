import { useState } from 'react'
import { ModelOfferRequest, type Dtype, type ModelList, type ModelOffer } from '../../../src-shared/models.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { textOf } from '../../ui/form.ts'
import { bytesText } from '../../ui/format.ts'
import { useNotify } from '../../ui/notices.tsx'
import { useModelAction } from './model-action.ts'
import { ModelTerms } from './model-terms.tsx'
import { tokenText } from './model-texts.ts'

/** Looks at a repository first; nothing is fetched before its size, its commit and the terms were seen. */
export function HubDialog({ isOpen, list, onClose }: Readonly<{ isOpen: boolean, list: ModelList, onClose: () => void }>) {
  const [offer, setOffer] = useState<ModelOffer | null>(null)
  const close = () => { setOffer(null); onClose() }
  return (
    <Dialog isOpen={isOpen} onClose={close} title="Fetch a model from the hub" description="Weights come from huggingface.co or the mirror that is set up. No patient data goes there." isWide>
      {offer === null ? <><Look list={list} onOffer={setOffer} onClose={close} /><Token list={list} /></> : <Offer offer={offer} list={list} onBack={() => { setOffer(null) }} onDone={close} />}
    </Dialog>
  )
}

function Look({ list, onOffer, onClose }: Readonly<{ list: ModelList, onOffer: (offer: ModelOffer) => void, onClose: () => void }>) {
  const api = useApi()
  const [complaint, setComplaint] = useState<string | null>(null)
  const look = useModelAction((request: { repo: string, revision: string }) => api.reading.offerOf(request), { isQuiet: true, onDone: onOffer })
  const submit = (form: FormData) => {
    const parsed = ModelOfferRequest.safeParse({ repo: textOf(form, 'repo'), revision: textOf(form, 'revision').trim() })
    setComplaint(parsed.success ? null : `${parsed.error.issues[0]?.path[0] === 'repo' ? 'The repository' : 'The revision'} ${parsed.error.issues[0]?.message ?? ''}.`)
    if (parsed.success) look.mutate(parsed.data)
  }
  const problem = complaint ?? (look.error === null ? null : messageOf(look.error))
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); submit(new FormData(event.currentTarget)) }}>
      <div className="hub-fields">
        <label className="field"><span className="field-label">Repository</span><input className="input" name="repo" required defaultValue={list.suggestedRepo} /></label>
        <label className="field"><span className="field-label">Branch, tag or commit</span><input className="input" name="revision" required defaultValue="main" /></label>
      </div>
      <p className="quiet small">Conversions to ONNX are made by others than the model’s maker, and a smaller dtype is not the model that was tested.</p>
      {problem === null ? null : <p className="settings-warning" role="alert">{problem}</p>}
      <div className="row"><span className="grow" /><Button onClick={onClose}>Cancel</Button><Button isSubmit tone="primary" disabled={look.isPending}>{look.isPending ? 'Looking…' : 'Look what it holds'}</Button></div>
    </form>
  )
}

function Token({ list }: Readonly<{ list: ModelList }>) {
  const api = useApi()
  const notify = useNotify()
  const save = useModelAction((token: string) => api.reading.setHubToken(token), { isQuiet: true, onDone: (isKnown) => { notify('done', isKnown ? 'The hub knows this access token.' : 'The access token is kept. The hub could not be asked about it.') } })
  const forget = useModelAction(() => api.reading.forgetHubToken())
  return (
    <form className="hub-token" aria-label="Access token" onSubmit={(event) => { event.preventDefault(); const form = event.currentTarget; save.mutate(textOf(new FormData(form), 'token').trim(), { onSuccess: () => { form.reset() } }) }}>
      <p className="quiet small">{tokenText(list)}</p>
      {list.token === 'environment' ? null : (
        <div className="row">
          <input className="input grow" name="token" type="password" required autoComplete="off" aria-label="Access token of the hub" placeholder="hf_…" />
          <Button isSubmit disabled={save.isPending}>{save.isPending ? 'Asking the hub…' : list.token === 'none' ? 'Give it' : 'Replace it'}</Button>
          {list.token === 'none' ? null : <Button tone="quiet" disabled={forget.isPending} onClick={() => { forget.mutate(undefined) }}>Forget it</Button>}
        </div>
      )}
      {save.error === null ? null : <p className="settings-warning" role="alert">{messageOf(save.error)}</p>}
    </form>
  )
}

function Offer({ offer, list, onBack, onDone }: Readonly<{ offer: ModelOffer, list: ModelList, onBack: () => void, onDone: () => void }>) {
  const api = useApi()
  const [dtype, setDtype] = useState<Dtype | null>(offer.dtypes.find((one) => one.dtype === 'q4')?.dtype ?? offer.dtypes[0]?.dtype ?? null)
  const [hasAccepted, setHasAccepted] = useState(false)
  const fetch = useModelAction((chosen: Dtype) => api.reading.fetchModel({ repo: offer.repo, revision: offer.revision, dtype: chosen, hasAcceptedLicence: true }), { isQuiet: true, onDone })
  const chosen = offer.dtypes.find((one) => one.dtype === dtype)
  const lacks = chosen !== undefined && offer.freeBytes !== null && chosen.bytes * 1.02 > offer.freeBytes
  return (
    <form className="stack" onSubmit={(event) => { event.preventDefault(); if (dtype !== null) fetch.mutate(dtype) }}>
      <p><strong>{offer.repo}</strong> <span className="quiet">at commit <code title={offer.revision}>{offer.revision.slice(0, 12)}</code>{offer.licence === null ? '' : `, ${offer.licence}`}{offer.isGated ? ', gated: its terms have to be accepted on the hub too' : ''}</span></p>
      <fieldset className="hub-dtypes">
        <legend className="field-label">Weights</legend>
        {offer.dtypes.map((one) => (
          <label key={one.dtype} className="row"><input type="radio" name="dtype" checked={one.dtype === dtype} onChange={() => { setDtype(one.dtype) }} /><span className="grow">{one.dtype}</span><span className="quiet">{bytesText(one.bytes)} in {one.files} files</span></label>
        ))}
      </fieldset>
      {offer.freeBytes === null ? null : <p className={lacks ? 'settings-warning' : 'quiet small'} role={lacks ? 'alert' : undefined}>{bytesText(offer.freeBytes)} are free on the disk of the data folder{lacks ? ': too little for these weights. Make room first.' : '.'}</p>}
      <ModelTerms licence={list.licence} hasAccepted={hasAccepted} onAccept={setHasAccepted} />
      {fetch.error === null ? null : <p className="settings-warning" role="alert">{messageOf(fetch.error)}</p>}
      <div className="row"><Button onClick={onBack}>Back</Button><span className="grow" /><Button isSubmit tone="primary" disabled={!hasAccepted || dtype === null || lacks || fetch.isPending}>{fetch.isPending ? 'Starting…' : `Fetch ${chosen === undefined ? '' : bytesText(chosen.bytes)}`}</Button></div>
    </form>
  )
}
