import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { SeriesUid } from '../../../../src-shared/ids.ts'
import type { StudyDetail } from '../../../../src-shared/studies.ts'
import type { HangingProtocol } from '../../../../src-shared/viewing.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { hangingProtocolsQuery } from '../../../api/queries.ts'
import type { StudyViewer } from '../../../viewer/index.ts'
import { defaultHanging } from './defaults.ts'
import { hangBy, needsPrior, protocolFor } from './hang.ts'
import { ManageProtocols } from './manage-protocols.tsx'
import { SaveScreen } from './save-screen.tsx'
import { kindOf, kindText } from './study-kind.ts'
import { usePriorDetail, useShowHanging } from './use-hanging.ts'
import './hanging.css'

export type HangingDialog = 'save' | 'manage' | null

type HangingMenuProps = Readonly<{ viewer: StudyViewer, detail: StudyDetail, preferred: SeriesUid | null, onAsk: (dialog: HangingDialog) => void }>

/** The clinician's hanging protocols: save the screen as one, hang by another, do without. A part of the layout's menu. */
export function HangingMenu({ viewer, detail, preferred, onAsk }: HangingMenuProps) {
  const { data, error } = useQuery(hangingProtocolsQuery(useApi()))
  const show = useShowHanging(viewer)
  const kind = kindOf(detail)
  const protocols = data ?? []
  const own = protocolFor(protocols, kind)
  const prior = usePriorDetail(detail, protocols.some(needsPrior)) ?? null
  const ofModality = protocols.filter(({ modality }) => modality === kind.modality)
  const others = protocols.filter(({ modality }) => modality !== kind.modality)
  const item = (protocol: HangingProtocol) => (
    <DropdownMenu.Item key={protocol.id} className="viewer-menu-item" onSelect={() => { show(hangBy(protocol, detail, prior)) }}>
      <span className="viewer-menu-name">{protocol.name}</span>
      <span className="quiet">{protocol.rows} × {protocol.columns} · {kindText(protocol)}{protocol === own ? ' · by itself' : ''}</span><span />
    </DropdownMenu.Item>
  )
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className="viewer-menu-item"><span className="viewer-menu-name"><span className="viewer-menu-check" />Hanging protocols</span><span /><ChevronRight aria-hidden className="viewer-menu-more" /></DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent className="viewer-menu" sideOffset={4} collisionPadding={8}>
          <DropdownMenu.Item className="viewer-menu-item" onSelect={() => { onAsk('save') }}><span className="viewer-menu-name">Save this screen for {kindText(kind)}…</span><span /><span /></DropdownMenu.Item>
          <DropdownMenu.Separator className="viewer-menu-line" />
          {ofModality.map(item)}
          <DropdownMenu.Item className="viewer-menu-item" onSelect={() => { show(defaultHanging(detail, preferred)) }}><span className="viewer-menu-name">None: the usual way</span><span className="quiet">{own === null ? 'by itself' : ''}</span><span /></DropdownMenu.Item>
          {others.length === 0 ? null : <><DropdownMenu.Separator className="viewer-menu-line" /><DropdownMenu.Label className="hanging-label">Made for other modalities</DropdownMenu.Label>{others.map(item)}</>}
          {error === null ? null : <DropdownMenu.Label className="hanging-label hanging-failed">{messageOf(error)}</DropdownMenu.Label>}
          {protocols.length === 0 ? null : <><DropdownMenu.Separator className="viewer-menu-line" /><DropdownMenu.Item className="viewer-menu-item" onSelect={() => { onAsk('manage') }}><span className="viewer-menu-name">Rename or delete…</span><span /><span /></DropdownMenu.Item></>}
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  )
}

type HangingDialogsProps = Readonly<{ viewer: StudyViewer, detail: StudyDetail, open: HangingDialog, onClose: () => void }>

/** What the menu opens; it outlives the menu. */
export function HangingDialogs({ viewer, detail, open, onClose }: HangingDialogsProps) {
  const protocols = useQuery(hangingProtocolsQuery(useApi())).data ?? []
  return (
    <>
      <SaveScreen isOpen={open === 'save'} onClose={onClose} viewer={viewer} detail={detail} protocols={protocols} />
      <ManageProtocols isOpen={open === 'manage'} onClose={onClose} protocols={protocols} />
    </>
  )
}
