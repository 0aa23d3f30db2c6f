import { useId } from 'react'

/** The browser's own list: known to every hand and every screen reader. `options`: value and text. */
export function Select({ label, name, defaultValue, options }: Readonly<{ label: string, name: string, defaultValue: string, options: readonly (readonly [string, string])[] }>) {
  const id = useId()
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>{label}</label>
      <select id={id} className="input" name={name} defaultValue={defaultValue}>{options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}</select>
    </div>
  )
}
