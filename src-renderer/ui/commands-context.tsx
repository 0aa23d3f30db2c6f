import { createContext, use, useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react'
import type { ChosenKeys, CommandRegistry, Offer } from './commands.ts'

const CommandsContext = createContext<CommandRegistry | null>(null)

/** Gives the registry to what is below and listens for its keys. */
export function CommandsProvider({ registry, children }: Readonly<{ registry: CommandRegistry, children: ReactNode }>) {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => { registry.handle(event) }
    window.addEventListener('keydown', onKeyDown)
    return () => { window.removeEventListener('keydown', onKeyDown) }
  }, [registry])
  return <CommandsContext value={registry}>{children}</CommandsContext>
}

export function useCommandRegistry(): CommandRegistry {
  const registry = use(CommandsContext)
  if (registry === null) throw new Error('useCommandRegistry needs a CommandsProvider above it')
  return registry
}

/** Offers commands for as long as the component is mounted; the list may be new at each render. */
export function useCommands(commands: readonly Offer[]): void {
  const registry = useCommandRegistry()
  const latest = useRef(commands)
  useEffect(() => { latest.current = commands })
  useEffect(() => registry.register(() => latest.current), [registry])
}

/** The keys that the clinician has chosen, and follows them. */
export function useChosenKeys(): ChosenKeys {
  const registry = useCommandRegistry()
  return useSyncExternalStore(registry.subscribe, registry.chosen)
}

/** The first key of a command as it is now, for tooltips and buttons; undefined where it has none. */
export function useChordOf(commandId: string): string | undefined {
  const registry = useCommandRegistry()
  return useSyncExternalStore(registry.subscribe, () => registry.chordsOf(commandId)[0])
}
