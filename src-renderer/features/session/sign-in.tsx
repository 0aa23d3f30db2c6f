import { useState, type FormEvent } from 'react'
import { SignInRequest } from '../../../src-shared/accounts.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { fieldErrors, type FieldErrors } from '../../ui/form.ts'
import { Door } from './door.tsx'
import { useSessionAct } from './session-actions.ts'

export function SignIn() {
  const api = useApi()
  const [errors, setErrors] = useState<FieldErrors>({})
  const signIn = useSessionAct((request: SignInRequest) => api.session.signIn(request))
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const parsed = SignInRequest.safeParse({ login: form.get('login'), password: form.get('password') })
    setErrors(parsed.success ? {} : fieldErrors(parsed.error))
    if (parsed.success) signIn.mutate(parsed.data)
  }
  return (
    <Door title="Sign in" text="Studies and reports on this workstation are open only to its clinicians.">
      <form className="door-form" onSubmit={onSubmit} noValidate>
        <Field label="Sign-in name" name="login" autoComplete="username" spellCheck={false} isFirst error={errors['login'] ?? null} />
        <Field label="Password" name="password" type="password" autoComplete="current-password" error={errors['password'] ?? null} />
        {signIn.isError ? <p className="field-error" role="alert">{messageOf(signIn.error)}</p> : null}
        <div className="door-actions"><Button tone="primary" isLarge isSubmit disabled={signIn.isPending}>{signIn.isPending ? 'Signing in…' : 'Sign in'}</Button></div>
      </form>
    </Door>
  )
}
