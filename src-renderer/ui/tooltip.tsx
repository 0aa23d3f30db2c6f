import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { chordNames } from './keys.ts'

export const TooltipProvider = Radix.Provider

export function Tooltip({ text, chord, side = 'bottom', children }: Readonly<{ text: string, chord?: string | undefined, side?: 'top' | 'bottom' | 'left' | 'right', children: ReactNode }>) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="tooltip" side={side} sideOffset={6} collisionPadding={8}>
          {text} {chord === undefined || chord === '' ? null : chordNames(chord).map((name) => <kbd className="key" key={name}>{name}</kbd>)}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
