import { useMutation, useQuery } from '@tanstack/react-query'
import { CheckCircle2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { CameraConsent, Pairing, PairingRequest, Wearer } from '../../../src-shared/glasses.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { useNow } from '../../ui/now.ts'
import { useSignedIn } from '../session/index.ts'

/** First who wears it and who agreed, then one big code. */
export function PairDialog({ isOpen, onClose }: Readonly<{ isOpen: boolean, onClose: () => void }>) {
  return <Dialog isOpen={isOpen} onClose={onClose} title="Pair glasses" description="Meta glasses through their phone, or any phone or laptop with a camera." isWide>{isOpen ? <Steps onClose={onClose} /> : null}</Dialog>
}

function Steps({ onClose }: Readonly<{ onClose: () => void }>) {
  const api = useApi()
  const open = useMutation({ mutationFn: (request: PairingRequest) => api.glasses.pair(request) })
  const pairing = open.data
  useEffect(() => {
    // A code that nobody looks at any more is worth nothing.
    if (pairing === undefined) return undefined
    return () => { api.glasses.endPairing(pairing.id).catch(() => null) }
  }, [api, pairing])
  if (pairing === undefined) return <WhoForm isPending={open.isPending} error={open.isError ? messageOf(open.error) : null} onSubmit={(request) => { open.mutate(request) }} />
  return <Code pairing={pairing} onAgain={() => { open.reset() }} onClose={onClose} />
}

function WhoForm({ isPending, error, onSubmit }: Readonly<{ isPending: boolean, error: string | null, onSubmit: (request: PairingRequest) => void }>) {
  const { clinician } = useSignedIn()
  const [kind, setKind] = useState<Wearer['kind']>('staff')
  const [name, setName] = useState(clinician.name)
  const [patientId, setPatientId] = useState('')
  const [givenBy, setGivenBy] = useState<CameraConsent['givenBy']>('self')
  const [how, setHow] = useState<'spoken' | 'written'>('spoken')
  const [hasAgreed, setHasAgreed] = useState(false)
  const choose = (next: Wearer['kind']) => { setKind(next); setName(next === 'staff' ? clinician.name : ''); setHasAgreed(false) }
  const submit = () => {
    onSubmit({ wearer: { kind, name: name.trim(), patientId: kind === 'patient' && patientId.trim() !== '' ? patientId.trim() : null }, consent: { givenBy: kind === 'staff' ? 'self' : givenBy, how: kind === 'staff' ? 'duty' : how } })
  }
  return (
    <form className="glasses-form" onSubmit={(event) => { event.preventDefault(); submit() }}>
      <fieldset className="fieldset-plain glasses-choices"><legend>Whose is the picture?</legend>
        <label className="row"><input type="radio" name="wearer" checked={kind === 'staff'} onChange={() => { choose('staff') }} /><span>Somebody on duty</span></label>
        <label className="row"><input type="radio" name="wearer" checked={kind === 'patient'} onChange={() => { choose('patient') }} /><span>A patient</span></label>
      </fieldset>
      <Field label={kind === 'staff' ? 'Name' : 'Patient’s name'} value={name} maxLength={80} required isFirst onChange={(event) => { setName(event.target.value) }} />
      {kind === 'patient' ? (
        <>
          <Field label="Patient’s number" hint="As in the worklist; may stay empty." value={patientId} maxLength={64} onChange={(event) => { setPatientId(event.target.value) }} />
          <fieldset className="fieldset-plain glasses-choices"><legend>Who agreed?</legend>
            <label className="row"><input type="radio" name="by" checked={givenBy === 'self'} onChange={() => { setGivenBy('self') }} /><span>The patient</span></label>
            <label className="row"><input type="radio" name="by" checked={givenBy === 'representative'} onChange={() => { setGivenBy('representative') }} /><span>A representative</span></label>
          </fieldset>
          <fieldset className="fieldset-plain glasses-choices"><legend>How?</legend>
            <label className="row"><input type="radio" name="how" checked={how === 'spoken'} onChange={() => { setHow('spoken') }} /><span>By word</span></label>
            <label className="row"><input type="radio" name="how" checked={how === 'written'} onChange={() => { setHow('written') }} /><span>In writing</span></label>
          </fieldset>
        </>
      ) : null}
      <label className="row"><input type="checkbox" checked={hasAgreed} onChange={(event) => { setHasAgreed(event.target.checked) }} /><span>{kind === 'staff' ? 'Whoever comes before the camera is told of it.' : 'They know that the picture is described by a machine and watched here, and they agreed to it.'}</span></label>
      <p className="quiet small">This is recorded with your name before the first frame. Frames are not kept.</p>
      {error === null ? null : <p className="field-error" role="alert">{error}</p>}
      <div className="row"><span className="grow" /><Button tone="primary" isSubmit disabled={isPending || !hasAgreed || name.trim() === ''}>Show the code</Button></div>
    </form>
  )
}

function Code({ pairing, onAgain, onClose }: Readonly<{ pairing: Pairing, onAgain: () => void, onClose: () => void }>) {
  const api = useApi()
  const now = useNow(500)
  const state = useQuery({ queryKey: ['glasses', 'pairing', pairing.id], queryFn: ({ signal }) => api.glasses.pairing(pairing.id, signal), refetchInterval: 1000 })
  const leftS = Math.max(0, Math.ceil((Date.parse(pairing.expiresAt) - now) / 1000))
  if (state.data?.state === 'used') {
    return <output className="glasses-done"><CheckCircle2 aria-hidden /><h3>{state.data.deviceName} is paired</h3><p className="quiet">It may stream until its right is taken back under Devices.</p><Button tone="primary" onClick={onClose}>Done</Button></output>
  }
  if (leftS === 0 || state.data?.state === 'expired') {
    return <output className="glasses-done"><h3>The code has run out</h3><p className="quiet">Nothing was paired.</p><Button tone="primary" onClick={onAgain}>Show another</Button></output>
  }
  return (
    <div className="glasses-code">
      {/* Drawn by a kept library from a link of our own making. */}
      <img className="glasses-qr" alt="QR code with the address of this workstation and the code" src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(pairing.qrSvg)}`} />
      <div className="stack">
        <p>Scan it with the phone, or open <b>{new URL(pairing.link).origin}/glasses</b> there and type</p>
        <p className="glasses-letters" aria-label={`Code ${pairing.code.split('').join(' ')}`}>{pairing.code}</p>
        <p className="tabular" role="timer">Valid for {leftS} s, once.</p>
        <p className="quiet small">A browser warns of a certificate it does not know: this workstation made its own. It is the right one if the fingerprint is the one under Settings, Glasses.</p>
      </div>
    </div>
  )
}
