type KeyLike = Readonly<Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>>

/**
 * The chord of a key event: `ctrl+k` (also for Cmd), `alt+1`, `shift+a`, `arrowdown`, `?`. Shift is left out for signs, which need it
 * on some keyboards and not on others.
 */
export function chordOf(event: KeyLike): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase()
  const isSign = event.key.length === 1 && event.key.toLowerCase() === event.key.toUpperCase()
  const parts = [event.ctrlKey || event.metaKey ? 'ctrl' : '', event.altKey ? 'alt' : '', event.shiftKey && !isSign ? 'shift' : '', key]
  return parts.filter((part) => part !== '').join('+')
}

const names: Readonly<Record<string, string>> = {
  ctrl: 'Ctrl', alt: 'Alt', shift: 'Shift', enter: 'Enter', escape: 'Esc', space: 'Space',
  arrowup: '↑', arrowdown: '↓', arrowleft: '←', arrowright: '→', pageup: 'Page Up', pagedown: 'Page Down', home: 'Home', end: 'End', delete: 'Del',
  backspace: 'Backspace', insert: 'Ins', tab: 'Tab'
}

/** The keys held and the key struck: `ctrl+k` → [['ctrl'], 'k']. The key itself may be a plus. */
export function chordParts(chord: string): readonly [held: readonly string[], key: string] {
  const at = chord.lastIndexOf('+', chord.length - 2)
  return at <= 0 ? [[], chord] : [chord.slice(0, at).split('+'), chord.slice(at + 1)]
}

/** The chord as the keyboard has it printed: `ctrl+k` → ['Ctrl', 'K']. */
export function chordNames(chord: string): readonly string[] {
  const [held, key] = chordParts(chord)
  return [...held, key].map((part) => names[part] ?? part.toUpperCase())
}

/** The same in one piece, for sentences and labels: "Ctrl K". */
export function chordText(chord: string): string {
  return chordNames(chord).join(' ')
}

const typing = 'input:not([type="checkbox"]):not([type="radio"]):not([type="button"]), textarea, select, [contenteditable="true"]'
const pressed = 'button, a[href], summary, [role="tab"], [role="menuitem"], [role="option"][data-focusable], input[type="checkbox"]'
const arrowed = '[role="tablist"], [role="menu"], [role="listbox"][data-keys="own"], [role="radiogroup"], [role="slider"]'

/**
 * Whether a key may run a command where the focus is: never under a text field (unless the command says so), never where the focused
 * control needs the key itself, never behind an open dialog.
 */
export function isCommandKey(event: KeyboardEvent, chord: string, isWhileTyping: boolean): boolean {
  const target = event.target
  if (event.defaultPrevented || event.isComposing || !(target instanceof Element)) return false
  if (target.closest('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null) return false
  if (target.matches(typing)) return isWhileTyping
  if ((chord === 'enter' || chord === 'space') && target.closest(pressed) !== null) return false
  return !(chord.startsWith('arrow') && target.closest(arrowed) !== null)
}
