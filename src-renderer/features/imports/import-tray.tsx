import { useQuery } from '@tanstack/react-query'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import type { ImportProgress } from '../../../src-shared/studies.ts'
import { useApi } from '../../api/api-context.tsx'
import { importsQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { counted } from '../../ui/format.ts'
import { Progress } from '../../ui/states.tsx'
import type { ImportActions } from './import-actions.ts'
import { isUnderWay, outcomeText, rateText, stateText } from './import-texts.ts'
import { useImports } from './imports-state.ts'

/** A slim line per import, above the status bar; it covers nothing that one works with. */
export function ImportTray({ actions }: Readonly<{ actions: ImportActions }>) {
  const { data = [] } = useQuery(importsQuery(useApi()))
  const gathering = useImports((state) => state.gathering)
  const dismissed = useImports((state) => state.dismissed)
  const begun = useImports((state) => state.begun)
  const shown = data.filter((one) => !dismissed.has(one.id) && (isUnderWay(one) || begun.has(one.id)))
  if (shown.length === 0 && gathering === null) return null
  return (
    <section className="import-tray" aria-label="Imports">
      {gathering === null ? null : <div className="import-line"><span className="import-label">{gathering.label}</span><Progress fraction={null} label="Looking for files" /><span className="quiet">{counted(gathering.found, 'file')} found</span></div>}
      {shown.slice(0, 3).map((one) => (isUnderWay(one) ? <Running key={one.id} progress={one} onCancel={() => { actions.cancel(one.id) }} /> : <Finished key={one.id} progress={one} />))}
      {shown.length > 3 ? <span className="quiet small">and {shown.length - 3} more</span> : null}
    </section>
  )
}

function Running({ progress, onCancel }: Readonly<{ progress: ImportProgress, onCancel: () => void }>) {
  return (
    <div className="import-line">
      <span className="import-label ellipsis">{progress.label}</span>
      <Progress fraction={progress.total === null || progress.total === 0 ? null : progress.done / progress.total} label={`Import of ${progress.label}`} />
      <span className="quiet">{rateText(progress)}{progress.rejected > 0 ? ` · ${progress.rejected} not taken in` : ''}</span>
      <Button tone="quiet" onClick={onCancel}>Cancel</Button>
    </div>
  )
}

function Finished({ progress }: Readonly<{ progress: ImportProgress }>) {
  const dismiss = useImports((state) => state.dismiss)
  const openSummary = useImports((state) => state.openSummary)
  const isGood = progress.state === 'done' && progress.rejected === 0
  return (
    <div className="import-line">
      <span className={isGood ? 'import-mark-good' : 'import-mark-bad'}>{isGood ? <CircleCheck aria-hidden /> : <CircleAlert aria-hidden />}</span>
      <span className="import-label ellipsis">{progress.label}</span>
      <span className="grow">{stateText(progress)}: {outcomeText(progress)}. {progress.message}</span>
      <Button tone="quiet" onClick={() => { openSummary(progress.id) }}>Details</Button>
      <Button tone="quiet" className="button-icon" aria-label={`Dismiss ${progress.label}`} onClick={() => { dismiss(progress.id) }}><X aria-hidden /></Button>
    </div>
  )
}
