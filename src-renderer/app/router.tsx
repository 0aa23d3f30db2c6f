import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { z } from 'zod'
import { RowId, StudyUid } from '../../src-shared/ids.ts'
import { WorklistScreen } from '../features/worklist/index.ts'
import { EmptyState } from '../ui/states.tsx'
import { AuditScreen, SettingsScreen } from '../features/settings/index.ts'
import { QualityScreen } from '../features/reader/index.ts'
import { FollowupScreen } from '../features/followup/index.ts'
import { GlassesScreen } from '../features/glasses/index.ts'
import { SyncScreen } from '../features/sync/index.ts'
import { Frame } from './frame.tsx'
import { StudyRoute } from './study-route.tsx'
import type { Workstation } from './workstation.ts'

export function createAppRouter(workstation: Workstation) {
  const root = createRootRoute({ component: () => <Frame workstation={workstation} />, notFoundComponent: NoScreen })
  const worklist = createRoute({ getParentRoute: () => root, path: '/', component: WorklistScreen })
  const study = createRoute({
    getParentRoute: () => root, path: '/study',
    // In the query, because a UID in the path looks like a file with an ending to what serves the page.
    validateSearch: z.object({ uid: z.string().catch('') }),
    component: function StudyPage() {
      const parsed = StudyUid.safeParse(study.useSearch().uid)
      return parsed.success ? <StudyRoute key={parsed.data} studyUid={parsed.data} /> : <NoScreen />
    }
  })
  const settings = createRoute({ getParentRoute: () => root, path: '/settings', component: SettingsScreen })
  const reader = createRoute({ getParentRoute: () => root, path: '/reader', component: QualityScreen })
  const sync = createRoute({ getParentRoute: () => root, path: '/sync', component: SyncScreen })
  const followup = createRoute({
    getParentRoute: () => root, path: '/follow-up',
    validateSearch: z.object({ patient: z.string().optional().catch(undefined), study: z.string().optional().catch(undefined) }),
    component: function FollowupPage() {
      const { patient, study: uid } = followup.useSearch()
      return <FollowupScreen patientId={RowId.safeParse(patient).data ?? null} studyUid={StudyUid.safeParse(uid).data ?? null} />
    }
  })
  const glasses = createRoute({ getParentRoute: () => root, path: '/glasses', component: GlassesScreen })
  const audit = createRoute({ getParentRoute: () => root, path: '/audit', component: AuditScreen })
  return createRouter({ routeTree: root.addChildren([worklist, study, followup, glasses, sync, reader, settings, audit]), defaultPreload: false })
}

function NoScreen() {
  return <EmptyState title="There is no such screen" text="The address may be of an older version. The worklist is one click away." />
}

declare module '@tanstack/react-router' {
  // Types of links and parameters in every feature come from the one router of the application.
  interface Register { router: ReturnType<typeof createAppRouter> }
}
