import { useEffect, useId, useRef, type ComponentProps } from 'react'

type FieldProps = Readonly<Omit<ComponentProps<'input'>, 'id'> & { label: string, hint?: string, error?: string | null, isFirst?: boolean }>

/** A labelled text field with its hint and its error read out with it. `isFirst`: the focus starts here, because the screen is nothing but its form. */
export function Field({ label, hint, error, isFirst = false, ...rest }: FieldProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => { if (isFirst) input.current?.focus() }, [isFirst])
  const id = useId()
  const notes = [hint === undefined ? '' : `${id}-hint`, error ? `${id}-error` : ''].filter((name) => name !== '').join(' ')
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>{label}</label>
      <input ref={input} id={id} className="input" {...(notes === '' ? {} : { 'aria-describedby': notes })} {...(error ? { 'aria-invalid': true } : {})} {...rest} />
      {hint === undefined ? null : <span className="field-hint" id={`${id}-hint`}>{hint}</span>}
      {error ? <span className="field-error" id={`${id}-error`} role="alert">{error}</span> : null}
    </div>
  )
}
