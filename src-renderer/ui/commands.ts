import { chordOf, isCommandKey } from './keys.ts'

/**
 * Something the user can do, by key, by button or by the palette: one registry for all three, so that the help of a screen is never
 * out of step with what the keys do.
 */
export type Command = Readonly<{
  id: string
  title: string
  /** Heading in the palette and in the key help. */
  group: string
  /** Chords such as `ctrl+k`, `shift+a`, `arrowdown`, `?`. */
  keys?: readonly string[]
  run: () => void
  isEnabled?: boolean
  /** Also while a text field has the focus. */
  isWhileTyping?: boolean
}>

export type CommandSource = () => readonly Command[]

export type CommandRegistry = Readonly<{
  /** What is registered last wins a chord. Returns the removal. */
  register: (source: CommandSource) => () => void
  list: () => readonly Command[]
  /** True where the command exists and ran. */
  run: (id: string) => boolean
  /** Runs the command of a key, if there is one for where the focus is. */
  handle: (event: KeyboardEvent) => boolean
  /** No key and no palette reaches a command until the returned resume is called: the workstation is locked. */
  pause: () => () => void
  isPaused: () => boolean
}>

export function createCommandRegistry(): CommandRegistry {
  const sources: CommandSource[] = []
  const pauses = new Set<object>()
  const list = () => sources.flatMap((source) => [...source()])
  const enabled = (command: Command | undefined) => command !== undefined && command.isEnabled !== false
  return {
    register: (source) => {
      sources.push(source)
      return () => {
        const index = sources.indexOf(source)
        if (index >= 0) sources.splice(index, 1)
      }
    },
    list,
    run: (id) => {
      const command = list().findLast((candidate) => candidate.id === id)
      if (pauses.size > 0 || command === undefined || !enabled(command)) return false
      command.run()
      return true
    },
    handle: (event) => {
      if (pauses.size > 0) return false
      const chord = chordOf(event)
      const command = list().findLast((candidate) => candidate.keys?.includes(chord) === true && enabled(candidate))
      if (command === undefined || !isCommandKey(event, chord, command.isWhileTyping === true)) return false
      event.preventDefault()
      command.run()
      return true
    },
    pause: () => {
      const pause = {}
      pauses.add(pause)
      return () => { pauses.delete(pause) }
    },
    isPaused: () => pauses.size > 0
  }
}
