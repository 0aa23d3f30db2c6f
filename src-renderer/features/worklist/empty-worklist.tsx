import { FolderOpen, ScanEye, SearchX } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { CommandKeys } from '../../ui/command-keys.tsx'
import { useCommandRegistry } from '../../ui/commands-context.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useWorklist } from './worklist-state.ts'

export function EmptyWorklist() {
  const commands = useCommandRegistry()
  return (
    <EmptyState icon={<ScanEye aria-hidden />} title="No studies yet" text="Drop a folder, a zip or DICOM files anywhere in this window, or begin here. The files are copied into Vigil; the originals stay as they are.">
      <div className="row">
        <Button tone="primary" isLarge onClick={() => { commands.run('import.folder') }}><FolderOpen aria-hidden />Open a folder <CommandKeys command="worklist.import" /></Button>
        <Button isLarge onClick={() => { commands.run('import.demo') }}>Load the demo study</Button>
      </div>
    </EmptyState>
  )
}

export function NothingMatches() {
  const set = useWorklist((state) => state.set)
  return (
    <EmptyState icon={<SearchX aria-hidden />} title="No study matches" text="Nothing in the worklist fits the search and the filters together.">
      <Button onClick={() => { set({ search: '', status: null, modality: null, period: 'any', selected: null }) }}>Show all studies</Button>
    </EmptyState>
  )
}
