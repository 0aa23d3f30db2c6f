import { Outlet } from '@tanstack/react-router'
import { NOT_A_DEVICE } from '../../src-shared/reports.ts'
import { Imports } from '../features/imports/index.ts'
import { ChosenKeys } from './chosen-keys.tsx'
import { CommandPalette } from './command-palette.tsx'
import { EventLink } from './event-link.tsx'
import './frame.css'
import { KeyHelp } from './key-help.tsx'
import { MenuLink } from './menu-link.tsx'
import { Nav } from './nav.tsx'
import { RulerBanner } from './ruler-banner.tsx'
import { StatusBar } from './status-bar.tsx'
import { StudyPreload } from './study-route.tsx'
import type { Workstation } from './workstation.ts'

/** Nav on the left, one screen in the middle, the status bar below; the label that no screen may lack stands in the bar. */
export function Frame({ workstation }: Readonly<{ workstation: Workstation }>) {
  return (
    <div className="frame">
      <EventLink workstation={workstation} />
      <ChosenKeys />
      <StudyPreload />
      <Nav />
      <div className="frame-content">
        <RulerBanner />
        <main className="frame-screen"><Outlet /></main>
        <Imports />
      </div>
      <CommandPalette />
      <KeyHelp />
      <MenuLink />
      <StatusBar label={NOT_A_DEVICE} />
    </div>
  )
}
