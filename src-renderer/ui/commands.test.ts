import { describe, expect, it } from 'vitest'
import { createCommandRegistry, type Command } from './commands.ts'

const command = (id: string, patch: Partial<Command> = {}): Command & { ran: number } => {
  const made = { id, title: id, group: 'Test', ran: 0, run: () => { made.ran += 1 }, ...patch }
  return made
}

describe('the command registry', () => {
  it('runs what was registered last for an id, and the earlier one again after its removal', () => {
    const registry = createCommandRegistry()
    const [below, above] = [command('go'), command('go')]
    registry.register(() => [below])
    const remove = registry.register(() => [above])
    expect(registry.run('go')).toBe(true)
    remove()
    registry.run('go')
    expect([below.ran, above.ran]).toEqual([1, 1])
  })
  it('refuses a disabled and an unknown command', () => {
    const registry = createCommandRegistry()
    const off = command('sign', { isEnabled: false })
    registry.register(() => [off])
    expect([registry.run('sign'), registry.run('nothing'), off.ran]).toEqual([false, false, 0])
  })
  it('runs nothing while the workstation is locked, and goes on afterwards', () => {
    const registry = createCommandRegistry()
    const accept = command('accept')
    registry.register(() => [accept])
    const resume = registry.pause()
    expect([registry.run('accept'), registry.isPaused()]).toEqual([false, true])
    resume()
    expect([registry.run('accept'), accept.ran]).toEqual([true, 1])
  })
})
