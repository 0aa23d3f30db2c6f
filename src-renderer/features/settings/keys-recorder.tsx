import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { Button, Keys } from '../../ui/button.tsx'
import type { CommandName } from '../../ui/commands.ts'
import { chordOf, chordText } from '../../ui/keys.ts'
import { refusalOf } from './keys-check.ts'

/** `asking`: the key has another command already. */
type Recording =
  | Readonly<{ kind: 'resting' }>
  | Readonly<{ kind: 'listening', refusal: string | null }>
  | Readonly<{ kind: 'asking', chord: string, holders: readonly CommandName[] }>

type RecorderProps = Readonly<{
  command: CommandName, isSaving: boolean
  holdersOf: (chord: string) => readonly CommandName[]
  onTake: (chord: string, losers: readonly CommandName[]) => void
  onCancel: () => void
}>

const held = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'NumLock', 'ScrollLock', 'Fn', 'OS'])

/** Listens for the new key of a command. Tab leaves and Esc gives up, so that nobody is caught in it. */
export function KeyRecorder({ command, isSaving, holdersOf, onTake, onCancel }: RecorderProps) {
  const [state, setState] = useState<Recording>({ kind: 'listening', refusal: null })
  const ear = useRef<HTMLButtonElement>(null)
  useEffect(() => { if (state.kind === 'listening') ear.current?.focus() }, [state.kind])
  const hear = (event: KeyboardEvent) => {
    if (state.kind !== 'listening' || event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    if (held.has(event.key) || event.repeat) return
    if (event.key === 'Escape') { onCancel(); return }
    const chord = chordOf(event)
    const refusal = refusalOf(chord, command)
    const holders = holdersOf(chord)
    if (refusal !== null) setState({ kind: 'listening', refusal })
    else if (holders.length > 0) setState({ kind: 'asking', chord, holders })
    else onTake(chord, [])
  }
  if (state.kind === 'asking') return <Clash chord={state.chord} holders={state.holders} isSaving={isSaving} onTake={() => { onTake(state.chord, state.holders) }} onOther={() => { setState({ kind: 'listening', refusal: null }) }} />
  const isListening = state.kind === 'listening'
  return (
    <div className="keys-ask">
      <button ref={ear} type="button" className="keys-ear" data-listening={isListening} disabled={isSaving} onKeyDown={hear}
        onBlur={() => { setState({ kind: 'resting' }) }} onFocus={() => { if (!isListening) setState({ kind: 'listening', refusal: null }) }}>
        {isListening ? 'Press the new key. Esc gives up.' : 'Press here, then the new key'}
      </button>
      <span className="field-error" role="alert">{isListening ? state.refusal : null}</span>
    </div>
  )
}

type ClashProps = Readonly<{ chord: string, holders: readonly CommandName[], isSaving: boolean, onTake: () => void, onOther: () => void }>

function Clash({ chord, holders, isSaving, onTake, onOther }: ClashProps) {
  const take = useRef<HTMLButtonElement>(null)
  useEffect(() => { take.current?.focus() }, [])
  return (
    <div className="keys-ask" role="alert">
      <p><Keys chord={chord} /> already means {holders.map(({ title, group }) => `“${title}” (${group})`).join(' and ')}. One key can’t mean both.</p>
      <div className="row">
        <Button ref={take} disabled={isSaving} onClick={onTake}>Use {chordText(chord)} here and take it from there</Button>
        <Button tone="quiet" onClick={onOther}>Choose another key</Button>
      </div>
    </div>
  )
}
