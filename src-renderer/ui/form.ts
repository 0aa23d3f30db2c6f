import type { z } from 'zod'

/** The text of a form's field; empty where there is none. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

export type FieldErrors = Readonly<Record<string, string>>

/** The first complaint about each field, in words that a person can act on. */
export function fieldErrors(error: z.ZodError): FieldErrors {
  const errors: Record<string, string> = {}
  for (const issue of error.issues) {
    const field = String(issue.path[0] ?? '')
    errors[field] ??= issue.code === 'too_small' && issue.minimum === 1 ? 'This is needed.' : issue.message
  }
  return errors
}
