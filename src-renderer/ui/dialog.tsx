import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

type DialogProps = Readonly<{
  isOpen: boolean
  onClose: () => void
  title: string
  description?: string
  isWide?: boolean
  children: ReactNode
}>

/**
 * A modal dialog. Radix' own overlay is left out: it brings a scroll lock that writes a `<style>` element, which the content security
 * policy refuses; the page itself never scrolls, so nothing is lost.
 */
export function Dialog({ isOpen, onClose, title, description, isWide = false, children }: DialogProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => { if (!open) onClose() }}>
      <Radix.Portal>
        <div className="backdrop" />
        <Radix.Content className={isWide ? 'dialog dialog-wide' : 'dialog'} {...(description === undefined ? { 'aria-describedby': undefined } : {})}>
          <div className="dialog-heading">
            <div className="grow stack">
              <Radix.Title asChild><h2>{title}</h2></Radix.Title>
              {description === undefined ? null : <Radix.Description className="quiet">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild><Button tone="quiet" className="button-icon" aria-label="Close"><X aria-hidden /></Button></Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
