import { useState } from 'react'
import { Keys } from '../ui/button.tsx'
import type { Command } from '../ui/commands.ts'
import { useCommandRegistry, useCommands } from '../ui/commands-context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { groupedCommands } from './grouped-commands.ts'

/** The keys of the screen that is open, from the same registry that runs them. */
export function KeyHelp() {
  const registry = useCommandRegistry()
  const [commands, setCommands] = useState<readonly Command[] | null>(null)
  useCommands([{ id: 'app.keys', run: () => { setCommands(registry.list()) } }])
  return (
    <Dialog isOpen={commands !== null} onClose={() => { setCommands(null) }} title="Keys of this screen" isWide>
      <div className="key-help">
        {groupedCommands((commands ?? []).filter((command) => command.keys !== undefined)).map(([group, list]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <dl>{list.map((command) => <div key={command.id}><dt>{(command.keys ?? []).map((chord) => <Keys key={chord} chord={chord} />)}</dt><dd>{command.title}</dd></div>)}</dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
