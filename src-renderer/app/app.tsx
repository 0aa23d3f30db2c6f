import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { ApiProvider } from '../api/api-context.tsx'
import { ImportsProvider } from '../features/imports/index.ts'
import { SessionGate } from '../features/session/index.ts'
import { DraftsProvider } from '../features/study/index.ts'
import { WorklistProvider } from '../features/worklist/index.ts'
import { CommandsProvider } from '../ui/commands-context.tsx'
import { NoticesProvider } from '../ui/notices.tsx'
import { TooltipProvider } from '../ui/tooltip.tsx'
import { LineProvider } from '../api/line.ts'
import { createAppRouter } from './router.tsx'
import type { Workstation } from './workstation.ts'

export function App({ workstation }: Readonly<{ workstation: Workstation }>) {
  const [router] = useState(() => createAppRouter(workstation))
  const onSignedOut = useCallback(() => {
    workstation.drafts.forget()
    void router.navigate({ to: '/', replace: true })
  }, [router, workstation])
  return (
    <QueryClientProvider client={workstation.queryClient}>
      <ApiProvider api={workstation.api}>
        <TooltipProvider delayDuration={500} skipDelayDuration={200}>
          <LineProvider store={workstation.line}>
            <NoticesProvider store={workstation.notices}>
              <CommandsProvider registry={workstation.commands}>
                <SessionGate onSignedOut={onSignedOut}>
                  <WorklistProvider store={workstation.worklist}>
                    <ImportsProvider store={workstation.imports}>
                      <DraftsProvider drafts={workstation.drafts}><RouterProvider router={router} /></DraftsProvider>
                    </ImportsProvider>
                  </WorklistProvider>
                </SessionGate>
              </CommandsProvider>
            </NoticesProvider>
          </LineProvider>
        </TooltipProvider>
      </ApiProvider>
    </QueryClientProvider>
  )
}
