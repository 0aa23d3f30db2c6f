import { createContext, use, useEffect, useRef, type ReactNode } from 'react'
import type { Command, CommandRegistry } from './commands.ts'

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
export function useCommands(commands: readonly Command[]): void {
  const registry = useCommandRegistry()
  const latest = useRef(commands)
  useEffect(() => { latest.current = commands })
  useEffect(() => registry.register(() => latest.current), [registry])
}
