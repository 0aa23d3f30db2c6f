import { Command as Cmdk } from 'cmdk'
import { useState } from 'react'
import { Keys } from '../ui/button.tsx'
import type { Command } from '../ui/commands.ts'
import { useCommandRegistry, useCommands } from '../ui/commands-context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import './command-palette.css'
import { groupedCommands } from './grouped-commands.ts'

/** Everything that can be done here, by name. Ctrl+K opens it on every screen. */
export function CommandPalette() {
  const registry = useCommandRegistry()
  const [commands, setCommands] = useState<readonly Command[] | null>(null)
  useCommands([{ id: 'app.palette', run: () => { setCommands(registry.list()) } }])
  const close = () => { setCommands(null) }
  const run = (command: Command) => {
    close()
    // After the dialog has given the focus back, so that a command may move it.
    setTimeout(() => { registry.run(command.id) }, 0)
  }
  return (
    <Dialog isOpen={commands !== null} onClose={close} title="Commands" isWide>
      <Cmdk label="Commands" className="palette">
        <Cmdk.Input className="input" placeholder="What do you want to do?" />
        <Cmdk.List className="palette-list">
          <Cmdk.Empty className="quiet panel-note">No command of that name.</Cmdk.Empty>
          {groupedCommands((commands ?? []).filter((command) => command.id !== 'app.palette')).map(([group, list]) => (
            <Cmdk.Group key={group} heading={group} className="palette-group">
              {list.map((command) => (
                <Cmdk.Item key={command.id} value={`${group} ${command.title} ${command.id}`} className="palette-item" disabled={command.isEnabled === false} onSelect={() => { run(command) }}>
                  <span className="grow">{command.title}</span>{command.isEnabled === false ? <span className="small">not now</span> : null}{command.keys?.[0] === undefined ? null : <Keys chord={command.keys[0]} />}
                </Cmdk.Item>
              ))}
            </Cmdk.Group>
          ))}
        </Cmdk.List>
      </Cmdk>
    </Dialog>
  )
}
