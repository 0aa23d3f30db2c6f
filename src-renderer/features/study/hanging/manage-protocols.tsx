import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { HangingProtocol } from '../../../../src-shared/viewing.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { queryKeys } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { kindText } from './study-kind.ts'

type Props = Readonly<{ isOpen: boolean, onClose: () => void, protocols: readonly HangingProtocol[] }>

/** Renames and deletes the clinician's own hanging protocols. */
export function ManageProtocols({ isOpen, onClose, protocols }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Hanging protocols" isWide>
      {protocols.length === 0 ? <p className="quiet">There is none any more.</p> : <ul className="stack">{protocols.map((protocol) => <ProtocolRow key={`${protocol.id} ${protocol.revision}`} protocol={protocol} />)}</ul>}
      <div className="dialog-actions"><Button onClick={onClose}>Done</Button></div>
    </Dialog>
  )
}

function ProtocolRow({ protocol }: Readonly<{ protocol: HangingProtocol }>) {
  const api = useApi()
  const queryClient = useQueryClient()
  const [name, setName] = useState(protocol.name)
  const [isAsking, setIsAsking] = useState(false)
  const onSettled = () => queryClient.invalidateQueries({ queryKey: queryKeys.hangingProtocols })
  const { updatedAt: _updatedAt, ...write } = protocol
  const rename = useMutation({ mutationFn: () => api.viewing.writeHangingProtocol({ ...write, name: name.trim() }), onSettled })
  const remove = useMutation({ mutationFn: () => api.viewing.removeHangingProtocol(protocol.id, protocol.revision), onSettled })
  const isChanged = name.trim() !== '' && name.trim() !== protocol.name
  const error = rename.error ?? remove.error
  return (
    <li className="stack">
      <form className="row" onSubmit={(event) => { event.preventDefault(); if (isChanged) rename.mutate() }}>
        <input className="input grow" aria-label={`Name of the protocol for ${kindText(protocol)}`} value={name} maxLength={80} onChange={(event) => { setName(event.target.value) }} />
        <span className="quiet hanging-kind">{kindText(protocol)} · {protocol.rows} × {protocol.columns}</span>
        <Button isSubmit disabled={!isChanged || rename.isPending}>Rename</Button>
        {isAsking
          ? <><Button tone="danger" disabled={remove.isPending} onClick={() => { remove.mutate() }}>Delete for good</Button><Button tone="quiet" onClick={() => { setIsAsking(false) }}>Keep</Button></>
          : <Button tone="quiet" onClick={() => { setIsAsking(true) }}><Trash2 aria-hidden />Delete<span className="visually-hidden"> {protocol.name}</span></Button>}
      </form>
      {error === null ? null : <p className="field-error" role="alert">{messageOf(error)}</p>}
    </li>
  )
}
