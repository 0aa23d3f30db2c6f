import type { FormEvent, ReactNode } from 'react'
import { messageOf } from '../../../api/failures.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { textOf } from '../../../ui/form.ts'

type Props = Readonly<{
  isOpen: boolean, onClose: () => void, title: string, text: string, submitText: string, isBusy: boolean, error: Error | null
  onSubmit: (password: string, form: FormData) => void, children?: ReactNode
}>

/** Asks for the password again: signing is an act of a person, not of an open session. */
export function PasswordDialog({ isOpen, onClose, title, text, submitText, isBusy, error, onSubmit, children }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    onSubmit(textOf(form, 'password'), form)
  }
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} description={text}>
      <form className="stack" onSubmit={submit}>
        {children}
        <Field label="Your password" name="password" type="password" autoComplete="current-password" required isFirst={children === undefined} error={error === null ? null : messageOf(error)} />
        <div className="dialog-actions"><Button onClick={onClose}>Cancel</Button><Button tone="primary" isSubmit disabled={isBusy}>{isBusy ? 'Checking…' : submitText}</Button></div>
      </form>
    </Dialog>
  )
}
