import { RotateCcw, X } from 'lucide-react'
import { useRef, useState } from 'react'
import type { KeyChange } from '../../api/key-choice.ts'
import { Button, Keys } from '../../ui/button.tsx'
import type { ChosenKeys, CommandName } from '../../ui/commands.ts'
import { useChosenKeys, useCommandRegistry } from '../../ui/commands-context.tsx'
import { chordText } from '../../ui/keys.ts'
import { chordsOf, holdersOf, mostChords, withChords, withOwnChords, withTakenChord } from './keys-check.ts'
import { KeyRecorder } from './keys-recorder.tsx'

type Change = (make: KeyChange, done: string) => void
type RowProps = Readonly<{ command: CommandName, isOpen: boolean, isSaving: boolean, onToggle: () => void, onChange: Change }>

/** One command with its keys; opened, the ways to change them. The focus comes back to its button when it closes. */
export function KeyRow({ command, isOpen, isSaving, onToggle, onChange }: RowProps) {
  const chosen = useChosenKeys()
  const button = useRef<HTMLButtonElement>(null)
  const chords = chordsOf(command, chosen)
  const close = () => { onToggle(); button.current?.focus() }
  const changeAndReturn: Change = (make, done) => { onChange(make, done); button.current?.focus() }
  return (
    <li className="keys-row" data-open={isOpen}>
      <div className="row">
        <span className="grow">{command.title}</span>
        {Object.hasOwn(chosen, command.id) ? <span className="badge badge-accent">chosen</span> : null}
        <span className="row">{chords.length === 0 ? <span className="quiet">no key</span> : chords.map((chord) => <Keys key={chord} chord={chord} />)}</span>
        <Button ref={button} tone="quiet" aria-expanded={isOpen} onClick={onToggle}>Change<span className="visually-hidden"> the key of: {command.title}</span></Button>
      </div>
      {isOpen ? <KeyEditor command={command} chosen={chosen} isSaving={isSaving} onChange={changeAndReturn} onClose={close} /> : null}
    </li>
  )
}

type EditorProps = Readonly<{ command: CommandName, chosen: ChosenKeys, isSaving: boolean, onChange: Change, onClose: () => void }>

function KeyEditor({ command, chosen, isSaving, onChange, onClose }: EditorProps) {
  const { catalogue } = useCommandRegistry()
  const [isAdded, setIsAdded] = useState(false)
  const chords = chordsOf(command, chosen)
  const take = (chord: string, losers: readonly CommandName[]) => {
    const lost = losers.length === 0 ? '' : ` It is taken from: ${losers.map(({ title }) => title).join(', ')}.`
    onChange(mutable((keys) => withTakenChord(keys, command, chord, { isAdded, catalogue })), `${command.title}: ${chordText(chord)} from now on.${lost}`)
  }
  const remove = (chord: string) => { onChange(mutable((keys) => withChords(keys, command, chordsOf(command, keys).filter((other) => other !== chord))), `${command.title}: ${chordText(chord)} is taken away.`) }
  const reset = () => { onChange(mutable((keys) => withOwnChords(keys, command, catalogue)), `${command.title} has its own key again.`) }
  return (
    <div className="keys-editor">
      <KeyRecorder key={String(isAdded)} command={command} isSaving={isSaving} holdersOf={(chord) => holdersOf(chord, command, catalogue, chosen)} onTake={take} onCancel={onClose} />
      <div className="row">
        {chords.length > 0 && chords.length < mostChords ? <label className="row"><input type="checkbox" checked={isAdded} onChange={(event) => { setIsAdded(event.target.checked) }} />Keep {chords.map(chordText).join(' and ')} as well</label> : null}
        <span className="grow" />
        {chords.map((chord) => <Button key={chord} tone="quiet" disabled={isSaving} onClick={() => { remove(chord) }}><X aria-hidden />Take {chordText(chord)} away</Button>)}
        {Object.hasOwn(chosen, command.id) ? <Button disabled={isSaving} onClick={reset}><RotateCcw aria-hidden />Back to {ownText(command)}</Button> : null}
        <Button tone="quiet" onClick={onClose}>Done</Button>
      </div>
    </div>
  )
}

const ownText = ({ keys = [] }: CommandName) => (keys.length === 0 ? 'no key' : keys.map(chordText).join(' and '))

/** The contract's lists are plain ones. */
function mutable(change: (keys: ChosenKeys) => ChosenKeys): KeyChange {
  return (keys) => Object.fromEntries(Object.entries(change(keys)).map(([id, chords]) => [id, [...chords]]))
}
