import type { Command } from '../ui/commands.ts'

/** Commands under their headings, in the order in which they were offered; the last of an id stands, as it is the one that runs. */
export function groupedCommands(commands: readonly Command[]): readonly (readonly [string, readonly Command[]])[] {
  const byId = new Map(commands.map((command) => [command.id, command]))
  const groups = new Map<string, Command[]>()
  for (const command of byId.values()) groups.set(command.group, [...(groups.get(command.group) ?? []), command])
  return [...groups]
}
