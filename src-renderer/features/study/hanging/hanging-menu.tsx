import { useQuery } from '@tanstack/react-query'
import { GalleryVerticalEnd } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import type { SeriesUid } from '../../../../src-shared/ids.ts'
import type { StudyDetail } from '../../../../src-shared/studies.ts'
import type { HangingProtocol } from '../../../../src-shared/viewing.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { hangingProtocolsQuery } from '../../../api/queries.ts'
import type { StudyViewer } from '../../../viewer/index.ts'
import { ToolMenu } from '../viewports/tool-menu.tsx'
import { defaultHanging } from './defaults.ts'
import { hangBy, needsPrior, protocolFor } from './hang.ts'
import { ManageProtocols } from './manage-protocols.tsx'
import { SaveScreen } from './save-screen.tsx'
import { kindOf, kindText } from './study-kind.ts'
import { usePriorDetail, useShowHanging } from './use-hanging.ts'
import './hanging.css'

type HangingMenuProps = Readonly<{ viewer: StudyViewer, detail: StudyDetail, preferred: SeriesUid | null }>

/** The clinician's hanging protocols: save the screen as one, hang by another, do without. For the viewer's toolbar. */
export function HangingMenu({ viewer, detail, preferred }: HangingMenuProps) {
  const [open, setOpen] = useState<'save' | 'manage' | null>(null)
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
    <>
      <ToolMenu name="Hanging protocols" icon={<GalleryVerticalEnd aria-hidden />}>
        <DropdownMenu.Item className="viewer-menu-item" onSelect={() => { setOpen('save') }}><span className="viewer-menu-name">Save this screen for {kindText(kind)}…</span><span /><span /></DropdownMenu.Item>
        <DropdownMenu.Separator className="viewer-menu-line" />
        {ofModality.map(item)}
        <DropdownMenu.Item className="viewer-menu-item" onSelect={() => { show(defaultHanging(detail, preferred)) }}><span className="viewer-menu-name">None: the usual way</span><span className="quiet">{own === null ? 'by itself' : ''}</span><span /></DropdownMenu.Item>
        {others.length === 0 ? null : <><DropdownMenu.Separator className="viewer-menu-line" /><DropdownMenu.Label className="hanging-label">Made for other modalities</DropdownMenu.Label>{others.map(item)}</>}
        {error === null ? null : <DropdownMenu.Label className="hanging-label hanging-failed">{messageOf(error)}</DropdownMenu.Label>}
        {protocols.length === 0 ? null : <><DropdownMenu.Separator className="viewer-menu-line" /><DropdownMenu.Item className="viewer-menu-item" onSelect={() => { setOpen('manage') }}><span className="viewer-menu-name">Rename or delete…</span><span /><span /></DropdownMenu.Item></>}
      </ToolMenu>
      <SaveScreen isOpen={open === 'save'} onClose={() => { setOpen(null) }} viewer={viewer} detail={detail} protocols={protocols} />
      <ManageProtocols isOpen={open === 'manage'} onClose={() => { setOpen(null) }} protocols={protocols} />
    </>
  )
}
