import type { ReactNode } from 'react'

type CheckProps = Readonly<{ label: string, hint?: string, isOn: boolean, isOff?: boolean, onChange: (isOn: boolean) => void }>

/** A choice with its consequence below it. */
export function Check({ label, hint, isOn, isOff = false, onChange }: CheckProps) {
  return (
    <label className="export-check">
      <input type="checkbox" checked={isOn} disabled={isOff} onChange={(event) => { onChange(event.target.checked) }} />
      <span>{label}{hint === undefined ? null : <span className="field-hint">{hint}</span>}</span>
    </label>
  )
}

type ChoiceProps<T extends string> = Readonly<{ legend: string, name: string, value: T, options: readonly Readonly<{ value: T, text: ReactNode, isOff?: boolean }>[], onChange: (value: T) => void }>

/** One of several. */
export function Choice<T extends string>({ legend, name, value, options, onChange }: ChoiceProps<T>) {
  return (
    <fieldset className="export-choice">
      <legend className="field-label">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="export-check">
          <input type="radio" name={name} value={option.value} checked={option.value === value} disabled={option.isOff === true} onChange={() => { onChange(option.value) }} />
          <span>{option.text}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** What no choice can take away. */
export const burntIn = 'Writing that is part of the image itself, as in ultrasound and secondary captures, stays; so do texts that you drew. Words of overlays go along only with names.'
