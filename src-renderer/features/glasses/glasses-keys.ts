import type { CommandName } from '../../ui/commands.ts'

const onGlasses = (id: string, title: string, keys: readonly string[]): CommandName => ({ id: `glasses.${id}`, title, group: 'Glasses', place: 'glasses', keys })

/** The keys of the glasses screen. */
export const glassesKeys: readonly CommandName[] = [
  onGlasses('pair', 'Pair glasses', ['p']),
  onGlasses('next', 'Next stream', ['arrowright']),
  onGlasses('previous', 'Previous stream', ['arrowleft']),
  onGlasses('captions', 'Show captions', ['alt+1']),
  onGlasses('notices', 'Show decisions and notices', ['alt+2']),
  onGlasses('devices', 'Show devices', ['alt+3'])
]
