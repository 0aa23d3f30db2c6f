import type { ComponentProps, ReactNode } from 'react'
import { chordNames } from './keys.ts'
import { Tooltip } from './tooltip.tsx'

type Tone = 'plain' | 'primary' | 'quiet' | 'danger'

type ButtonProps = Readonly<Omit<ComponentProps<'button'>, 'type'> & { tone?: Tone, isLarge?: boolean, isSubmit?: boolean }>

export function Button({ tone = 'plain', isLarge = false, isSubmit = false, className = '', ...rest }: ButtonProps) {
  const classes = ['button', tone === 'plain' ? '' : `button-${tone}`, isLarge ? 'button-large' : '', className]
  return <button type={isSubmit ? 'submit' : 'button'} className={classes.filter((name) => name !== '').join(' ')} {...rest} />
}

/** A button of one icon: its name is its tooltip, with its key. */
export function IconButton({ name, chord, children, ...rest }: Readonly<ButtonProps & { name: string, chord?: string | undefined, children: ReactNode }>) {
  return (
    <Tooltip text={name} chord={chord}>
      <Button tone="quiet" className="button-icon" aria-label={name} {...rest}>{children}</Button>
    </Tooltip>
  )
}

/** A chord as keys. */
export function Keys({ chord }: Readonly<{ chord: string }>) {
  return <span className="keys">{chordNames(chord).map((name) => <kbd className="key" key={name}>{name}</kbd>)}</span>
}
