import { Keyboard, RotateCcw, Search } from 'lucide-react'
import { useState } from 'react'
import { messageOf } from '../../api/failures.ts'
import { type KeyChange, useKeyChange } from '../../api/key-choice.ts'
import { Button } from '../../ui/button.tsx'
import type { CommandName } from '../../ui/commands.ts'
import { useChosenKeys, useCommandRegistry } from '../../ui/commands-context.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { counted } from '../../ui/format.ts'
import { isFound } from './keys-check.ts'
import { KeyRow } from './keys-row.tsx'

/** Every command with its key, which can be chosen anew. What is chosen holds at once, on every window of this clinician. */
export function KeysSection() {
  const { catalogue } = useCommandRegistry()
  const chosen = useChosenKeys()
  const [search, setSearch] = useState('')
  const [openId, setOpenId] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const keyChange = useKeyChange()
  const change = (make: KeyChange, done: string) => {
    setSaid('')
    keyChange.mutate(make, { onSuccess: () => { setOpenId(null); setSaid(done) } })
  }
  const found = catalogue.filter((command) => isFound(command, chosen, search.trim()))
  const changed = catalogue.filter(({ id }) => Object.hasOwn(chosen, id)).length
  return (
    <section className="settings-card" aria-labelledby="settings-keys">
      <div className="row">
        <h2 id="settings-keys" className="grow">Keys</h2>
        <div className="keys-search"><Search aria-hidden /><input className="input" aria-label="Search commands and keys" placeholder="Search a command or a key" value={search} spellCheck={false} onChange={(event) => { setSearch(event.target.value) }} /></div>
        <ResetAll changed={changed} onReset={() => { change(() => ({}), 'Every command has its own key again.') }} />
      </div>
      <p className="quiet">Press Change, then the new key. It holds at once, and on every window where you sign in.</p>
      {keyChange.isError ? <p className="field-error" role="alert">Not kept: {messageOf(keyChange.error)}</p> : null}
      <output className="keys-said">{said}</output>
      {found.length === 0 ? <p className="quiet">No command is called so, and none has this key.</p> : null}
      <div className="keys-groups">
        {grouped(found).map(([group, commands]) => (
          <section key={group} aria-label={group}>
            <h3>{group}</h3>
            <ul>
              {commands.map((command) => (
                <KeyRow key={command.id} command={command} isOpen={openId === command.id} isSaving={keyChange.isPending} onChange={change}
                  onToggle={() => { keyChange.reset(); setSaid(''); setOpenId(openId === command.id ? null : command.id) }} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </section>
  )
}

function ResetAll({ changed, onReset }: Readonly<{ changed: number, onReset: () => void }>) {
  const [isAsking, setIsAsking] = useState(false)
  return (
    <>
      <Button disabled={changed === 0} onClick={() => { setIsAsking(true) }}><RotateCcw aria-hidden />Reset all</Button>
      <Dialog isOpen={isAsking} onClose={() => { setIsAsking(false) }} title="Give every command its own key again?" description={`You have chosen other keys for ${counted(changed, 'command')}. They are forgotten.`}>
        <div className="dialog-actions"><Button onClick={() => { setIsAsking(false) }}>Keep mine</Button><Button tone="primary" onClick={() => { setIsAsking(false); onReset() }}><Keyboard aria-hidden />Reset all</Button></div>
      </Dialog>
    </>
  )
}

function grouped(commands: readonly CommandName[]): readonly (readonly [string, readonly CommandName[]])[] {
  return [...Map.groupBy(commands, ({ group }) => group)]
}
