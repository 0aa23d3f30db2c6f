import { useState, type FormEvent } from 'react'
import { FirstRunRequest } from '../../../src-shared/accounts.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { fieldErrors, type FieldErrors } from '../../ui/form.ts'
import { Door } from './door.tsx'
import { useSessionAct } from './session-actions.ts'

/** Makes the first clinician, who is also the administrator of this workstation. */
export function FirstRun() {
  const api = useApi()
  const [errors, setErrors] = useState<FieldErrors>({})
  const start = useSessionAct((request: FirstRunRequest) => api.session.firstRun(request))
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const parsed = FirstRunRequest.safeParse({ name: form.get('name'), login: form.get('login'), password: form.get('password') })
    const differs = form.get('password') !== form.get('again')
    setErrors({ ...(parsed.success ? {} : fieldErrors(parsed.error)), ...(differs ? { again: 'The two passwords differ.' } : {}) })
    if (parsed.success && !differs) start.mutate(parsed.data)
  }
  return (
    <Door title="Set up this workstation" text="Make the first clinician. You can add colleagues later in Settings.">
      <form className="door-form" onSubmit={onSubmit} noValidate>
        <Field label="Name as it signs reports" name="name" autoComplete="name" isFirst error={errors['name'] ?? null} placeholder="Dr Ana Mora" />
        <Field label="Sign-in name" name="login" autoComplete="username" spellCheck={false} error={errors['login'] ?? null} placeholder="mora" />
        <Field label="Password" name="password" type="password" autoComplete="new-password" hint="At least 10 characters. A sentence is easier to keep than signs." error={errors['password'] ?? null} />
        <Field label="Password again" name="again" type="password" autoComplete="new-password" error={errors['again'] ?? null} />
        {start.isError ? <p className="field-error" role="alert">{messageOf(start.error)}</p> : null}
        <div className="door-actions"><Button tone="primary" isLarge isSubmit disabled={start.isPending}>{start.isPending ? 'Setting up…' : 'Start'}</Button></div>
      </form>
    </Door>
  )
}
