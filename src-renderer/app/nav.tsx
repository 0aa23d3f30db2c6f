import { useNavigate, useRouterState } from '@tanstack/react-router'
import { Command, Keyboard, List, PackageOpen, ScanSearch, ScrollText, Settings } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLock, useHasRole, useSignOut } from '../features/session/index.ts'
import type { Command as AppCommand } from '../ui/commands.ts'
import { useCommandRegistry, useCommands } from '../ui/commands-context.tsx'
import { Mark } from '../ui/mark.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { useLastStudy } from './last-study.ts'

/** The rooms that exist; each also by key and by name in the palette. */
export function Nav() {
  const navigate = useNavigate()
  const registry = useCommandRegistry()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const last = useLastStudy()
  const isAdmin = useHasRole('admin')
  const lock = useLock()
  const signOut = useSignOut()
  const toWorklist = () => { void navigate({ to: '/' }) }
  const toStudy = () => { if (last !== null) void navigate({ to: '/study', search: { uid: last } }) }
  const toSettings = () => { void navigate({ to: '/settings' }) }
  const toAudit = () => { void navigate({ to: '/audit' }) }
  const group = 'Anywhere'
  const admin: readonly AppCommand[] = isAdmin ? [{ id: 'app.audit', title: 'Go to the audit trail', group, run: toAudit }] : []
  useCommands([
    { id: 'app.worklist', title: 'Go to the worklist', group, keys: ['ctrl+1'], isWhileTyping: true, run: toWorklist },
    { id: 'app.study', title: 'Go to the last study', group, keys: ['ctrl+2'], isWhileTyping: true, isEnabled: last !== null, run: toStudy },
    { id: 'app.settings', title: 'Go to the settings', group, keys: ['ctrl+,'], isWhileTyping: true, run: toSettings },
    ...admin,
    { id: 'app.lock', title: 'Lock the workstation', group, keys: ['ctrl+l'], isWhileTyping: true, run: () => { lock.mutate() } },
    { id: 'app.sign-out', title: 'Sign out', group, run: () => { signOut.mutate() } }
  ])
  return (
    <nav className="nav" aria-label="Main">
      <div className="nav-brand"><Mark size={26} /></div>
      <NavItem name="Worklist" chord="ctrl+1" isCurrent={path === '/'} onOpen={toWorklist}><List aria-hidden /></NavItem>
      {last === null ? null : <NavItem name="Last study" chord="ctrl+2" isCurrent={path === '/study'} onOpen={toStudy}><ScanSearch aria-hidden /></NavItem>}
      <NavItem name="Imports" onOpen={() => { registry.run('import.history') }}><PackageOpen aria-hidden /></NavItem>
      <span className="nav-spring" />
      <NavItem name="Commands" chord="ctrl+k" onOpen={() => { registry.run('app.palette') }}><Command aria-hidden /></NavItem>
      <NavItem name="Keys" chord="?" onOpen={() => { registry.run('app.keys') }}><Keyboard aria-hidden /></NavItem>
      {isAdmin ? <NavItem name="Audit trail" isCurrent={path === '/audit'} onOpen={toAudit}><ScrollText aria-hidden /></NavItem> : null}
      <NavItem name="Settings" chord="ctrl+," isCurrent={path === '/settings'} onOpen={toSettings}><Settings aria-hidden /></NavItem>
    </nav>
  )
}

type ItemProps = Readonly<{ name: string, chord?: string, isCurrent?: boolean, onOpen: () => void, children: ReactNode }>

function NavItem({ name, chord, isCurrent = false, onOpen, children }: ItemProps) {
  return (
    <Tooltip text={name} side="right" {...(chord === undefined ? {} : { chord })}>
      <button type="button" className="nav-item" aria-label={name} {...(isCurrent ? { 'aria-current': 'page' as const } : {})} onClick={onOpen}>{children}</button>
    </Tooltip>
  )
}
