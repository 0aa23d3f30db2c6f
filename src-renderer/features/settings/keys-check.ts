import type { ChosenKeys, CommandName } from '../../ui/commands.ts'
import { chordParts, chordText } from '../../ui/keys.ts'

/** More chords than this for one command are refused by the edge as well. */
export const mostChords = 4

/** Keys that the browser, the system or a text field needs, and for what. Some never reach the window; the rest would be missed at once. */
const taken: Readonly<Record<string, string>> = {
  'ctrl+w': 'closes the window', 'ctrl+shift+w': 'closes the window', 'ctrl+q': 'closes the program', 'alt+f4': 'closes the program',
  'ctrl+t': 'opens a tab', 'ctrl+shift+t': 'opens a tab', 'ctrl+n': 'opens a window', 'ctrl+shift+n': 'opens a window',
  'ctrl+tab': 'changes the tab', 'ctrl+shift+tab': 'changes the tab', 'ctrl+pageup': 'changes the tab', 'ctrl+pagedown': 'changes the tab', 'alt+tab': 'changes the window',
  f5: 'loads the page again', 'ctrl+f5': 'loads the page again', 'ctrl+r': 'loads the page again', 'ctrl+shift+r': 'loads the page again',
  f11: 'fills the screen', f12: 'opens the developer tools', 'ctrl+shift+i': 'opens the developer tools', 'ctrl+shift+j': 'opens the developer tools', 'ctrl+shift+c': 'opens the developer tools',
  'ctrl+=': 'makes the page larger', 'ctrl++': 'makes the page larger', 'ctrl+-': 'makes the page smaller', 'ctrl+0': 'gives the page its size back',
  'ctrl+a': 'selects all text', 'ctrl+c': 'copies', 'ctrl+v': 'pastes', 'ctrl+x': 'cuts', f6: 'moves to the address', 'alt+space': 'opens the menu of the window',
  tab: 'moves to the next control', 'shift+tab': 'moves to the control before', escape: 'closes what is open', 'shift+f10': 'opens the context menu', contextmenu: 'opens the context menu',
  printscreen: 'copies the screen', 'ctrl+alt+delete': 'belongs to the system', 'ctrl+escape': 'belongs to the system', 'alt+escape': 'belongs to the system'
}

/** What a keyboard layout sends for a half of a letter, or for nothing it knows. */
const unclear = new Set(['dead', 'process', 'unidentified', 'compose'])

/** Why a chord can't be a command's key, as a sentence; null where it can. */
export function refusalOf(chord: string, command: Pick<CommandName, 'isWhileTyping'>): string | null {
  const [held, key] = chordParts(chord)
  const name = chordText(chord)
  if (unclear.has(key)) return 'This key sends nothing by itself on your keyboard. Choose another.'
  const use = taken[chord]
  if (use !== undefined) return `${name} ${use}. Choose another key.`
  if (command.isWhileTyping !== true) return null
  const isCharacter = /^.$/u.test(key) || key === 'space'
  if (held.includes('ctrl') && held.includes('alt') && isCharacter) return `${name} writes a sign on some keyboards, and this command works while you type. Choose another key.`
  if (isCharacter && !held.includes('ctrl') && !held.includes('alt')) return `This command works while you type, so ${name} alone would be missing from your text. Hold Ctrl or Alt with it.`
  const edits = ['ctrl+z', 'ctrl+y', 'ctrl+shift+z', 'backspace', 'delete', 'arrowleft', 'arrowright', 'home', 'end']
  return edits.includes(chord) ? `${name} edits text, and this command works while you type. Choose another key.` : null
}

export function chordsOf({ id, keys = [] }: CommandName, chosen: ChosenKeys): readonly string[] {
  return (Object.hasOwn(chosen, id) ? chosen[id] : undefined) ?? keys
}

/** Other commands that the chord already runs where this one can be reached too. */
export function holdersOf(chord: string, command: CommandName, catalogue: readonly CommandName[], chosen: ChosenKeys): readonly CommandName[] {
  const meets = (other: CommandName) => other.place === command.place || other.place === 'anywhere' || command.place === 'anywhere'
  return catalogue.filter((other) => other.id !== command.id && meets(other) && chordsOf(other, chosen).includes(chord))
}

/** The chosen keys with these chords for a command; a command that is back at its own keys is not kept. */
export function withChords(chosen: ChosenKeys, command: CommandName, chords: readonly string[]): ChosenKeys {
  const { [command.id]: _before, ...others } = chosen
  const own = command.keys ?? []
  const isOwn = chords.length === own.length && chords.every((chord, at) => chord === own[at])
  return isOwn ? others : { ...others, [command.id]: chords }
}

/** The chord given to a command and taken from whoever had it. `isAdded`: beside the keys it has, not in their place. */
export function withTakenChord(chosen: ChosenKeys, command: CommandName, chord: string, { isAdded, catalogue }: Readonly<{ isAdded: boolean, catalogue: readonly CommandName[] }>): ChosenKeys {
  const freed = holdersOf(chord, command, catalogue, chosen).reduce((keys, holder) => withChords(keys, holder, chordsOf(holder, keys).filter((other) => other !== chord)), chosen)
  const kept = isAdded ? chordsOf(command, freed).filter((other) => other !== chord) : []
  return withChords(freed, command, [...kept, chord].slice(-mostChords))
}

/** The command back at its own keys, which are taken from commands that were given them meanwhile. */
export function withOwnChords(chosen: ChosenKeys, command: CommandName, catalogue: readonly CommandName[]): ChosenKeys {
  const own = command.keys ?? []
  const freed = own.reduce((keys, chord) => holdersOf(chord, command, catalogue, keys).reduce((left, holder) => withChords(left, holder, chordsOf(holder, left).filter((other) => other !== chord)), keys), chosen)
  return withChords(freed, command, own)
}

/** Whether a command is what was searched for: by its name, its heading or its key. */
export function isFound(command: CommandName, chosen: ChosenKeys, search: string): boolean {
  const text = [command.title, command.group, ...chordsOf(command, chosen).flatMap((chord) => [chord, chordText(chord)])].join(' ').toLowerCase()
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}
