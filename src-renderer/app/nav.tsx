import { useNavigate, useRouterState } from '@tanstack/react-router'
import { CloudUpload, Command, Gauge, Glasses, Keyboard, List, MessagesSquare, PackageOpen, ScanSearch, ScrollText, Settings } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLock, useHasRole, useSignOut } from '../features/session/index.ts'
import type { Offer } from '../ui/commands.ts'
import { useChordOf, useCommandRegistry, useCommands } from '../ui/commands-context.tsx'
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
  const toSync = () => { void navigate({ to: '/sync' }) }
  const toFollowup = () => { void navigate({ to: '/follow-up', search: {} }) }
  const toGlasses = () => { void navigate({ to: '/glasses' }) }
  const toSettings = () => { void navigate({ to: '/settings' }) }
  const toReader = () => { void navigate({ to: '/reader' }) }
  const toAudit = () => { void navigate({ to: '/audit' }) }
  const admin: readonly Offer[] = isAdmin ? [{ id: 'app.audit', run: toAudit }] : []
  useCommands([
    { id: 'app.worklist', run: toWorklist },
    { id: 'app.study', isEnabled: last !== null, run: toStudy },
    { id: 'app.sync', run: toSync },
    { id: 'app.follow-up', run: toFollowup },
    { id: 'app.glasses', run: toGlasses },
    { id: 'app.reader', run: toReader },
    { id: 'app.settings', run: toSettings },
    ...admin,
    { id: 'app.lock', run: () => { lock.mutate() } },
    { id: 'app.sign-out', run: () => { signOut.mutate() } }
  ])
  return (
    <nav className="nav" aria-label="Main">
      <div className="nav-brand"><Mark size={26} /></div>
      <NavItem name="Worklist" command="app.worklist" isCurrent={path === '/'} onOpen={toWorklist}><List aria-hidden /></NavItem>
      {last === null ? null : <NavItem name="Last study" command="app.study" isCurrent={path === '/study'} onOpen={toStudy}><ScanSearch aria-hidden /></NavItem>}
      <NavItem name="Imports" command="import.history" onOpen={() => { registry.run('import.history') }}><PackageOpen aria-hidden /></NavItem>
      <NavItem name="Follow-up" command="app.follow-up" isCurrent={path === '/follow-up'} onOpen={toFollowup}><MessagesSquare aria-hidden /></NavItem>
      <NavItem name="Glasses" command="app.glasses" isCurrent={path === '/glasses'} onOpen={toGlasses}><Glasses aria-hidden /></NavItem>
      <NavItem name="Sync" command="app.sync" isCurrent={path === '/sync'} onOpen={toSync}><CloudUpload aria-hidden /></NavItem>
      <NavItem name="Reader’s figures" command="app.reader" isCurrent={path === '/reader'} onOpen={toReader}><Gauge aria-hidden /></NavItem>
      <span className="nav-spring" />
      <NavItem name="Commands" command="app.palette" onOpen={() => { registry.run('app.palette') }}><Command aria-hidden /></NavItem>
      <NavItem name="Keys" command="app.keys" onOpen={() => { registry.run('app.keys') }}><Keyboard aria-hidden /></NavItem>
      {isAdmin ? <NavItem name="Audit trail" command="app.audit" isCurrent={path === '/audit'} onOpen={toAudit}><ScrollText aria-hidden /></NavItem> : null}
      <NavItem name="Settings" command="app.settings" isCurrent={path === '/settings'} onOpen={toSettings}><Settings aria-hidden /></NavItem>
    </nav>
  )
}

type ItemProps = Readonly<{ name: string, command: string, isCurrent?: boolean, onOpen: () => void, children: ReactNode }>

function NavItem({ name, command, isCurrent = false, onOpen, children }: ItemProps) {
  return (
    <Tooltip text={name} side="right" chord={useChordOf(command)}>
      <button type="button" className="nav-item" aria-label={name} {...(isCurrent ? { 'aria-current': 'page' as const } : {})} onClick={onOpen}>{children}</button>
    </Tooltip>
  )
}
