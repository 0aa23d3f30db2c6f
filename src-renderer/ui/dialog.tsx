import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { createContext, use, type ReactNode } from 'react'
import { Button } from './button.tsx'

type DialogProps = Readonly<{
  isOpen: boolean
  onClose: () => void
  title: string
  description?: string
  isWide?: boolean
  children: ReactNode
}>

const CoveredContext = createContext(false)

/** While the lock screen covers the workstation no dialog is up: it would hold the focus and stand over the lock. */
export function Covered({ isCovered, children }: Readonly<{ isCovered: boolean, children: ReactNode }>) {
  return <CoveredContext value={isCovered}>{children}</CoveredContext>
}

/**
 * A modal dialog. Radix' own overlay is left out: it brings a scroll lock that writes a `<style>` element, which the content security
 * policy refuses; the page itself never scrolls, so nothing is lost.
 */
export function Dialog({ isOpen, onClose, title, description, isWide = false, children }: DialogProps) {
  const isCovered = use(CoveredContext)
  return (
    <Radix.Root open={isOpen && !isCovered} onOpenChange={(open) => { if (!open) onClose() }}>
      <Radix.Portal>
        <div className="backdrop" />
        <Radix.Content className={isWide ? 'dialog dialog-wide' : 'dialog'} {...(description === undefined ? { 'aria-describedby': undefined } : {})}>
          <div className="dialog-heading">
            <div className="grow stack">
              <Radix.Title asChild><h2>{title}</h2></Radix.Title>
              {description === undefined ? null : <Radix.Description className="quiet">{description}</Radix.Description>}
            </div>
          </div>
          {children}
          <Radix.Close asChild><Button tone="quiet" className="button-icon dialog-close" aria-label="Close"><X aria-hidden /></Button></Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
