import { useNavigate, useRouterState } from '@tanstack/react-router'
import { List } from 'lucide-react'
import type { ReactNode } from 'react'
import { Mark } from '../ui/mark.tsx'
import { Tooltip } from '../ui/tooltip.tsx'

export function Nav() {
  const navigate = useNavigate()
  const path = useRouterState({ select: (state) => state.location.pathname })
  return (
    <nav className="nav" aria-label="Main">
      <div className="nav-brand"><Mark size={26} /></div>
      <NavItem name="Worklist" isCurrent={path === '/'} onOpen={() => { void navigate({ to: '/' }) }}><List aria-hidden /></NavItem>
    </nav>
  )
}

export function NavItem({ name, chord, isCurrent, onOpen, children }: Readonly<{ name: string, chord?: string, isCurrent: boolean, onOpen: () => void, children: ReactNode }>) {
  return (
    <Tooltip text={name} side="right" {...(chord === undefined ? {} : { chord })}>
      <button type="button" className="nav-item" aria-label={name} {...(isCurrent ? { 'aria-current': 'page' as const } : {})} onClick={onOpen}>{children}</button>
    </Tooltip>
  )
}
