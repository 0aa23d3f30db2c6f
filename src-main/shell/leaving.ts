/**
 * Asked when the window is to be closed while something in it could not be saved. Without a question of ours Electron would obey the page and stay open
 * without a word, as if it were stuck.
 */
export const leaveQuestion = {
  type: 'warning', buttons: ['Stay', 'Leave and lose it'], defaultId: 0, cancelId: 0, noLink: true,
  message: 'Something in this window is not saved yet.', detail: 'Stay, and it is saved as soon as the workstation can; the window says what waits and why.'
} as const

/** Only the button that says so: neither Enter nor Escape nor a closed question loses anything. */
export function mayLeave(button: number): boolean {
  return leaveQuestion.buttons[button] === 'Leave and lose it'
}
