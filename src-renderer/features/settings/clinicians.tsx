import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { NewClinicianRequest, Role, roles, type Clinician, type ClinicianPatch } from '../../../src-shared/accounts.ts'
import { useApi } from '../../api/api-context.tsx'
import { messageOf } from '../../api/failures.ts'
import { cliniciansQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { fieldErrors, type FieldErrors } from '../../ui/form.ts'
import { useNotify } from '../../ui/notices.tsx'
import { Select } from '../../ui/select.tsx'
import { Skeleton } from '../../ui/states.tsx'

/** Who may work here; for administrators. */
export function Clinicians() {
  const { data, isError, error } = useQuery(cliniciansQuery(useApi()))
  const [isAdding, setIsAdding] = useState(false)
  return (
    <section className="settings-card" aria-labelledby="settings-clinicians">
      <div className="row"><h2 id="settings-clinicians" className="grow">Clinicians</h2><Button onClick={() => { setIsAdding(true) }}><UserPlus aria-hidden />Add</Button></div>
      {data === undefined ? (isError ? <p className="field-error">{messageOf(error)}</p> : <Skeleton height={60} />) : (
        <table className="plain-table">
          <thead><tr><th scope="col">Name</th><th scope="col">Sign-in name</th><th scope="col">Role</th><th scope="col">State</th></tr></thead>
          <tbody>{data.map((clinician) => <Row key={clinician.id} clinician={clinician} />)}</tbody>
        </table>
      )}
      <Dialog isOpen={isAdding} onClose={() => { setIsAdding(false) }} title="Add a clinician">{isAdding ? <AddForm onDone={() => { setIsAdding(false) }} /> : null}</Dialog>
    </section>
  )
}

function Row({ clinician }: Readonly<{ clinician: Clinician }>) {
  const api = useApi()
  const notify = useNotify()
  const queryClient = useQueryClient()
  const change = useMutation({
    mutationFn: (patch: ClinicianPatch) => api.accounts.change(clinician.id, patch),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['clinicians'] }),
    onError: (error) => { notify('error', messageOf(error)) }
  })
  return (
    <tr>
      <td>{clinician.name}</td><td>{clinician.login}</td>
      <td><select className="input settings-role" aria-label={`Role of ${clinician.name}`} value={clinician.role} onChange={(event) => { change.mutate({ role: Role.parse(event.target.value) }) }}>{roles.map((role) => <option key={role}>{role}</option>)}</select></td>
      <td>{clinician.isDisabled ? 'disabled' : 'active'} <Button tone="quiet" onClick={() => { change.mutate({ isDisabled: !clinician.isDisabled }) }}>{clinician.isDisabled ? 'Enable' : 'Disable'}<span className="visually-hidden"> {clinician.name}</span></Button></td>
    </tr>
  )
}

function AddForm({ onDone }: Readonly<{ onDone: () => void }>) {
  const api = useApi()
  const queryClient = useQueryClient()
  const [errors, setErrors] = useState<FieldErrors>({})
  const add = useMutation({
    mutationFn: (request: NewClinicianRequest) => api.accounts.add(request),
    onSuccess: () => { void queryClient.invalidateQueries({ queryKey: ['clinicians'] }); onDone() }
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const parsed = NewClinicianRequest.safeParse(Object.fromEntries(new FormData(event.currentTarget)))
    setErrors(parsed.success ? {} : fieldErrors(parsed.error))
    if (parsed.success) add.mutate(parsed.data)
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field label="Name as it signs reports" name="name" isFirst error={errors['name'] ?? null} />
      <Field label="Sign-in name" name="login" spellCheck={false} error={errors['login'] ?? null} />
      <Field label="First password" name="password" type="password" autoComplete="new-password" hint="At least 10 characters." error={errors['password'] ?? null} />
      <Select label="Role" name="role" defaultValue="clinician" options={roles.map((role) => [role, role])} />
      {add.isError ? <p className="field-error" role="alert">{messageOf(add.error)}</p> : null}
      <div className="dialog-actions"><Button onClick={onDone}>Cancel</Button><Button tone="primary" isSubmit disabled={add.isPending}>Add</Button></div>
    </form>
  )
}
