import { CloudUpload, Download, FileArchive, FileCheck2, Film, ImageDown, Printer, type LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useState } from 'react'
import { CommandKeys } from '../../../ui/command-keys.tsx'
import { useCommands } from '../../../ui/commands-context.tsx'
import { useNotify } from '../../../ui/notices.tsx'
import type { StudyViewer } from '../../../viewer/index.ts'
import { useSyncActs } from '../../sync/index.ts'
import { ToolMenu } from '../viewports/tool-menu.tsx'
import { DicomDialog } from './dicom-dialog.tsx'
import { activeExportPane, exportPanes, type ExportPane } from './export-source.ts'
import { FilmDialog } from './film-dialog.tsx'
import { ImageDialog } from './image-dialog.tsx'
import { ObjectsDialog } from './objects-dialog.tsx'
import { PrintDialog } from './print-dialog.tsx'
import './exports.css'

type Kind = 'image' | 'film' | 'series' | 'study' | 'objects' | 'print'
type Asked = Readonly<{ kind: Kind, pane: ExportPane, panes: readonly ExportPane[] }>

const items: readonly Readonly<{ kind: Kind, command: string, text: string, Icon: LucideIcon }>[] = [
  { kind: 'image', command: 'study.export.image', text: 'Image (PNG)', Icon: ImageDown },
  { kind: 'film', command: 'study.export.film', text: 'Film of the series', Icon: Film },
  { kind: 'series', command: 'study.export.series', text: 'Series as DICOM', Icon: FileArchive },
  { kind: 'study', command: 'study.export.study', text: 'Study as DICOM', Icon: FileArchive },
  { kind: 'objects', command: 'study.export.objects', text: 'Measurements, stones, report as DICOM', Icon: FileCheck2 },
  { kind: 'print', command: 'study.export.print', text: 'Print', Icon: Printer }
]

/** Everything that can leave the viewer, as a menu of the toolbar, by key and in the palette. Place it inside the toolbar. */
export function ExportMenu({ viewer }: Readonly<{ viewer: StudyViewer }>) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const notify = useNotify()
  const { send } = useSyncActs()
  const sendStudy = () => {
    const pane = activeExportPane(viewer) ?? exportPanes(viewer)[0]
    if (pane === undefined) notify('error', 'No image is shown. Choose a series of the study that is to be sent.')
    else send.mutate(pane.studyUid)
  }
  const ask = (kind: Kind) => {
    const panes = exportPanes(viewer)
    const pane = activeExportPane(viewer) ?? panes[0]
    if (pane === undefined) notify('error', 'No image is shown that could be exported. Choose a series first.')
    else setAsked({ kind, pane, panes })
  }
  useCommands([
    { id: 'study.export.image', run: () => { ask('image') } }, { id: 'study.export.film', run: () => { ask('film') } }, { id: 'study.export.series', run: () => { ask('series') } },
    { id: 'study.export.study', run: () => { ask('study') } }, { id: 'study.export.objects', run: () => { ask('objects') } }, { id: 'study.export.print', run: () => { ask('print') } },
    { id: 'study.send', run: sendStudy }
  ])
  return (
    <>
      <ToolMenu name="Export" icon={<Download aria-hidden />}>
        {items.map(({ kind, command, text, Icon }) => (
          <DropdownMenu.Item key={kind} className="viewer-menu-item" onSelect={() => { ask(kind) }}>
            <span className="export-name"><Icon aria-hidden />{text}</span><span /><CommandKeys command={command} />
          </DropdownMenu.Item>
        ))}
        <DropdownMenu.Item className="viewer-menu-item" onSelect={sendStudy}><span className="export-name"><CloudUpload aria-hidden />Send the study off-site</span><span /><CommandKeys command="study.send" /></DropdownMenu.Item>
      </ToolMenu>
      {asked === null ? null : <AskedDialog viewer={viewer} asked={asked} onClose={() => { setAsked(null) }} />}
    </>
  )
}

function AskedDialog({ viewer, asked: { kind, pane, panes }, onClose }: Readonly<{ viewer: StudyViewer, asked: Asked, onClose: () => void }>) {
  switch (kind) {
    case 'image': return <ImageDialog viewer={viewer} pane={pane} onClose={onClose} />
    case 'film': return <FilmDialog viewer={viewer} pane={pane} onClose={onClose} />
    case 'series': return <DicomDialog what="series" pane={pane} onClose={onClose} />
    case 'study': return <DicomDialog what="study" pane={pane} onClose={onClose} />
    case 'objects': return <ObjectsDialog studyUid={pane.studyUid} onClose={onClose} />
    case 'print': return <PrintDialog pane={pane} panes={panes} onClose={onClose} />
  }
}
