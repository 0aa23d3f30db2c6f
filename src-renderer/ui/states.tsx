import { CircleAlert, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'

/** A screen with nothing on it says why, and what to do. */
export function EmptyState({ icon, title, text, children }: Readonly<{ icon?: ReactNode, title: string, text?: string, children?: ReactNode }>) {
  return (
    <div className="state">
      {icon}
      <h2>{title}</h2>
      {text === undefined ? null : <p>{text}</p>}
      {children}
    </div>
  )
}

export function ErrorState({ title, message, onRetry }: Readonly<{ title: string, message: string, onRetry?: () => void }>) {
  return (
    <div className="state state-error" role="alert">
      <CircleAlert aria-hidden />
      <h2>{title}</h2>
      <p>{message}</p>
      {onRetry === undefined ? null : <Button onClick={onRetry}><RotateCw aria-hidden />Try again</Button>}
    </div>
  )
}

export function Skeleton({ width = '100%', height = 12 }: Readonly<{ width?: number | string, height?: number }>) {
  return <div className="skeleton" style={{ width, height }} aria-hidden />
}

/** `fraction` from 0 to 1; null where the end is not known. */
export function Progress({ fraction, label }: Readonly<{ fraction: number | null, label: string }>) {
  return <progress className="progress" aria-label={label} max={1} {...(fraction === null ? {} : { value: Math.min(1, Math.max(0, fraction)) })} />
}
