import { describe, expect, it } from 'vitest'
import { createCommandRegistry, type Command, type CommandName } from './commands.ts'

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

describe('keys that the clinician chose', () => {
  const names: readonly CommandName[] = [
    { id: 'invert', title: 'Invert', group: 'Viewer', place: 'study', keys: ['i'] },
    { id: 'flip', title: 'Flip', group: 'Viewer', place: 'study', keys: ['v', 'shift+v'] }
  ]
  const keysNow = (registry: ReturnType<typeof createCommandRegistry>) => registry.list().map(({ id, keys }) => [id, keys])

  it('stand in place of those the command came with, and go back when they are taken away', () => {
    const registry = createCommandRegistry(names)
    registry.register(() => [{ id: 'invert', run: () => {} }, { id: 'flip', run: () => {} }])
    registry.choose({ invert: ['n'], flip: [] })
    expect(keysNow(registry)).toEqual([['invert', ['n']], ['flip', undefined]])
    expect([registry.chordsOf('invert'), registry.chordsOf('flip'), registry.chordsOf('nothing')]).toEqual([['n'], [], []])
    registry.choose({})
    expect(keysNow(registry)).toEqual([['invert', ['i']], ['flip', ['v', 'shift+v']]])
  })
  it('are known without the screen of the command, which takes its name from the catalogue', () => {
    const registry = createCommandRegistry(names)
    registry.choose({ flip: ['x'] })
    expect(registry.chordsOf('flip')).toEqual(['x'])
    expect(registry.list()).toEqual([])
    registry.register(() => [{ id: 'invert', title: 'Other words', group: 'Elsewhere', run: () => {} }])
    expect(registry.list()[0]).toMatchObject({ title: 'Invert', group: 'Viewer' })
  })
  it('are told to who listens', () => {
    const registry = createCommandRegistry(names)
    let told = 0
    const stop = registry.subscribe(() => { told += 1 })
    registry.choose({ invert: ['n'] })
    stop()
    registry.choose({})
    expect(told).toBe(1)
  })
  it('name a command like a property of every object without harm', () => {
    const registry = createCommandRegistry()
    registry.register(() => [{ id: 'constructor', title: 'Odd', group: 'Test', keys: ['q'], run: () => {} }])
    expect(registry.chordsOf('constructor')).toEqual(['q'])
  })
})
