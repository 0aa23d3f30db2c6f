import { el } from './element.ts'
import type { Page } from './context.ts'

/** The way to a person: only where the clinic has told its number. */
export function clinicPhone({ words, clinic }: Pick<Page, 'words' | 'clinic'>): HTMLElement | null {
  if (clinic === null || clinic.phone === '') return null
  return el('p', { class: 'phone' }, `${words.callClinic} `, el('a', { href: `tel:${clinic.phone.replace(/[^\d+]/g, '')}` }, clinic.phone))
}

export function codeInput(id: string, digits: number): HTMLInputElement {
  return el('input', { id, name: id, inputmode: 'numeric', autocomplete: 'one-time-code', autocapitalize: 'off', spellcheck: 'false', required: true, maxlength: String(Math.max(digits, 6) + 4), class: 'code' })
}
