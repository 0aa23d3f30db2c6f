import { UserRound } from 'lucide-react'
import type { FormEvent } from 'react'
import type { Clinician } from '../../../src-shared/accounts.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { textOf } from '../../ui/form.ts'
import { Door } from './door.tsx'
import { useSessionAct, useSignOut } from './session-actions.ts'

/** Covers everything; what was open stays open behind it, unseen and out of reach. */
export function LockScreen({ clinician }: Readonly<{ clinician: Clinician }>) {
  const api = useApi()
  const unlock = useSessionAct((password: string) => api.session.unlock(password))
  const signOut = useSignOut()
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    unlock.mutate(textOf(new FormData(form), 'password'), { onError: () => { form.reset() } })
  }
  return (
    <div className="door-cover">
      <Door title="Locked" text="Your work is as you left it.">
        <div className="door-who"><UserRound aria-hidden /><span className="grow">{clinician.name}<br /><span className="small quiet">{clinician.login} · {clinician.role}</span></span></div>
        <form className="door-form" onSubmit={onSubmit}>
          <Field label="Password" name="password" type="password" autoComplete="current-password" isFirst error={unlock.isError ? messageOf(unlock.error) : null} />
          <div className="door-actions">
            <Button tone="primary" isLarge isSubmit disabled={unlock.isPending}>{unlock.isPending ? 'Unlocking…' : 'Unlock'}</Button>
            <Button tone="quiet" onClick={() => { signOut.mutate() }}>Sign in as someone else</Button>
          </div>
        </form>
      </Door>
    </div>
  )
}
