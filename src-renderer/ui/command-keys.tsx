import { Keys } from './button.tsx'
import { useChordOf } from './commands-context.tsx'

/** The key of a command as it is now, beside its name on a button; nothing where it has none. */
export function CommandKeys({ command }: Readonly<{ command: string }>) {
  const chord = useChordOf(command)
  return chord === undefined ? null : <Keys chord={chord} />
}
