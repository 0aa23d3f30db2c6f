import { DropZone } from './drop-zone.tsx'
import { useImportActions } from './import-actions.ts'
import { ImportHistory, ImportSummaryDialog } from './import-history.tsx'
import { ImportTray } from './import-tray.tsx'
import { Pickers } from './pickers.tsx'
import './imports.css'

/** Everything that brings studies in, on every screen: drop, pickers, tray, past imports. */
export function Imports() {
  const actions = useImportActions()
  return (
    <>
      <DropZone actions={actions} />
      <Pickers actions={actions} />
      <ImportTray actions={actions} />
      <ImportHistory />
      <ImportSummaryDialog />
    </>
  )
}
