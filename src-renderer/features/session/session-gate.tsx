import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import type { SessionState } from '../../../src-shared/accounts.ts'
import { assertNever } from '../../../src-shared/errors.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { queryKeys, sessionQuery } from '../../api/queries.ts'
import { useCommandRegistry } from '../../ui/commands-context.tsx'
import { Covered } from '../../ui/dialog.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { FirstRun } from './first-run.tsx'
import { watchIdle } from './idle.ts'
import { LockScreen } from './lock-screen.tsx'
import { SignIn } from './sign-in.tsx'
import { SignedInProvider, type SignedIn } from './signed-in.tsx'
import { useLock, useSessionAct } from './session-actions.ts'

type Props = Readonly<{ children: ReactNode, onSignedOut: () => void }>

/** Shows the door that the session calls for, and the workstation only to a clinician who is signed in. */
export function SessionGate({ children, onSignedOut }: Props) {
  const api = useApi()
  const session = useQuery(sessionQuery(api))
  if (session.data === undefined) {
    if (!session.isError) return null
    return <ErrorState title="Vigil can't start" message={messageOf(session.error)} onRetry={() => { void session.refetch() }} />
  }
  return <Gate session={session.data} onSignedOut={onSignedOut}>{children}</Gate>
}

function Gate({ session, children, onSignedOut }: Props & Readonly<{ session: SessionState }>) {
  const isOut = session.state === 'first-run' || session.state === 'signed-out'
  useForgetWhenOut(isOut, onSignedOut)
  switch (session.state) {
    case 'first-run': return <FirstRun />
    case 'signed-out': return <SignIn />
    case 'locked': return <Workplace key={session.clinician.id} signedIn={{ clinician: session.clinician, lockAfterS: 0 }} isLocked>{children}</Workplace>
    case 'signed-in': return <Workplace key={session.clinician.id} signedIn={session} isLocked={false}>{children}</Workplace>
    default: return assertNever(session)
  }
}

/** Nothing of one clinician's work is left in the window for the next one. */
function useForgetWhenOut(isOut: boolean, onSignedOut: () => void): void {
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!isOut) return
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKeys.session[0] })
    onSignedOut()
  }, [isOut, queryClient, onSignedOut])
}

/** While locked the workplace keeps its state but can be neither seen nor reached. */
function Workplace({ signedIn, isLocked, children }: Readonly<{ signedIn: SignedIn, isLocked: boolean, children: ReactNode }>) {
  const commands = useCommandRegistry()
  useEffect(() => (isLocked ? commands.pause() : undefined), [isLocked, commands])
  return (
    <SignedInProvider signedIn={signedIn}>
      <div className="workplace" inert={isLocked} style={isLocked ? { visibility: 'hidden' } : {}}><Covered isCovered={isLocked}>{children}</Covered></div>
      {isLocked ? <LockScreen clinician={signedIn.clinician} /> : <IdleLock limitS={signedIn.lockAfterS} />}
    </SignedInProvider>
  )
}

function IdleLock({ limitS }: Readonly<{ limitS: number }>) {
  const api = useApi()
  const { mutate: lock } = useLock()
  const { mutate: tellActive } = useSessionAct<void>(() => api.session.active())
  useEffect(() => watchIdle({ limitS, now: () => Date.now(), onIdle: () => { lock() }, onActive: () => { tellActive() }, target: window }), [limitS, lock, tellActive])
  return null
}
