import { chordOf, isCommandKey } from './keys.ts'

/** Where a command can act. Two commands may share a key only where they are never on the screen together. */
export type CommandPlace = 'anywhere' | 'worklist' | 'study' | 'sync' | 'glasses' | 'followup'

/** What is known of a command without its screen: its name, and the keys it has unless the clinician chose others. */
export type CommandName = Readonly<{
  id: string
  title: string
  /** Heading in the palette, the key help and the settings. */
  group: string
  place: CommandPlace
  /** Chords such as `ctrl+k`, `shift+a`, `arrowdown`, `?`. */
  keys?: readonly string[]
  /** Also while a text field has the focus. */
  isWhileTyping?: boolean
}>

/**
 * Something the user can do, by key, by button or by the palette: one registry for all three, so that the help of a screen is never
 * out of step with what the keys do.
 */
export type Command = Omit<CommandName, 'place'> & Readonly<{ run: () => void, isEnabled?: boolean }>

/** What a screen registers. What the catalogue says of the id stands; the rest is for commands that it does not hold. */
export type Offer = Readonly<Pick<Command, 'id' | 'run' | 'isEnabled'> & Partial<Omit<Command, 'id' | 'run' | 'isEnabled'>>>
export type CommandSource = () => readonly Offer[]

/** Command id to the chords chosen for it; an empty list takes its keys away. */
export type ChosenKeys = Readonly<Record<string, readonly string[]>>

export type CommandRegistry = Readonly<{
  /** What is registered last wins a chord. Returns the removal. */
  register: (source: CommandSource) => () => void
  /** What can be done on this screen, with the keys as they are now. */
  list: () => readonly Command[]
  /** Every command there is, mounted or not, with the keys it has by itself. */
  catalogue: readonly CommandName[]
  /** The keys of a command now; none where it has none or is not known. */
  chordsOf: (id: string) => readonly string[]
  /** Puts the clinician's keys in force at once. */
  choose: (keys: ChosenKeys) => void
  chosen: () => ChosenKeys
  /** Hears of each `choose`. Returns its unsubscribe. */
  subscribe: (listener: () => void) => () => void
  /** True where the command exists and ran. */
  run: (id: string) => boolean
  /** Runs the command of a key, if there is one for where the focus is. */
  handle: (event: KeyboardEvent) => boolean
  /** No key and no palette reaches a command until the returned resume is called: the workstation is locked. */
  pause: () => () => void
  isPaused: () => boolean
}>

const noKeys: readonly string[] = []

export function createCommandRegistry(catalogue: readonly CommandName[] = []): CommandRegistry {
  const named = new Map(catalogue.map((name) => [name.id, name]))
  const sources: CommandSource[] = []
  const pauses = new Set<object>()
  const listeners = new Set<() => void>()
  let chosen: ChosenKeys = {}
  const keysOf = (id: string, own: readonly string[] | undefined) => (Object.hasOwn(chosen, id) ? chosen[id] : named.get(id)?.keys ?? own)
  const list = () => sources.flatMap((source) => source().map((offer) => resolve(offer, named.get(offer.id), keysOf(offer.id, offer.keys))))
  const isReady = (command: Command | undefined) => command !== undefined && command.isEnabled !== false
  /** A key that was chosen goes before one that a command has by itself, as one that came with a newer version may. */
  const ofChord = (chord: string) => {
    const fitting = list().filter((candidate) => candidate.keys?.includes(chord) === true && isReady(candidate))
    return fitting.findLast(({ id }) => Object.hasOwn(chosen, id)) ?? fitting.at(-1)
  }
  return {
    register: (source) => {
      sources.push(source)
      return () => {
        const index = sources.indexOf(source)
        if (index >= 0) sources.splice(index, 1)
      }
    },
    list, catalogue,
    chordsOf: (id) => keysOf(id, sources.flatMap((source) => [...source()]).findLast((offer) => offer.id === id)?.keys) ?? noKeys,
    choose: (keys) => {
      chosen = keys
      for (const listener of listeners) listener()
    },
    chosen: () => chosen,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    run: (id) => {
      const command = list().findLast((candidate) => candidate.id === id)
      if (pauses.size > 0 || command === undefined || !isReady(command)) return false
      command.run()
      return true
    },
    handle: (event) => {
      if (pauses.size > 0) return false
      const chord = chordOf(event)
      const command = ofChord(chord)
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

function resolve({ id, run, isEnabled, ...own }: Offer, name: CommandName | undefined, keys: readonly string[] | undefined): Command {
  const isWhileTyping = name === undefined ? own.isWhileTyping : name.isWhileTyping
  return {
    id, run, title: name?.title ?? own.title ?? id, group: name?.group ?? own.group ?? 'Other',
    ...(keys === undefined || keys.length === 0 ? {} : { keys }), ...(isEnabled === undefined ? {} : { isEnabled }), ...(isWhileTyping === undefined ? {} : { isWhileTyping })
  }
}
