import { useId, type ComponentProps } from 'react'

type FieldProps = Readonly<Omit<ComponentProps<'input'>, 'id'> & { label: string, hint?: string, error?: string | null }>

/** A labelled text field with its hint and its error read out with it. */
export function Field({ label, hint, error, ...rest }: FieldProps) {
  const id = useId()
  const notes = [hint === undefined ? '' : `${id}-hint`, error ? `${id}-error` : ''].filter((name) => name !== '').join(' ')
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>{label}</label>
      <input id={id} className="input" {...(notes === '' ? {} : { 'aria-describedby': notes })} {...(error ? { 'aria-invalid': true } : {})} {...rest} />
      {hint === undefined ? null : <span className="field-hint" id={`${id}-hint`}>{hint}</span>}
      {error ? <span className="field-error" id={`${id}-error`} role="alert">{error}</span> : null}
    </div>
  )
}
