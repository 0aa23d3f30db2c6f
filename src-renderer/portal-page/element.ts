type Child = Node | string | null
type Attributes = Readonly<Record<string, string | boolean | null>>

/** An element with its attributes and what is in it. Words go in as text, never as HTML. */
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: readonly Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value)
  element.append(...children.filter((child) => child !== null))
  return element
}

export type ButtonKind = 'primary' | 'quiet' | 'danger'

export function button(text: string, kind: ButtonKind, press: (() => void) | 'submit'): HTMLButtonElement {
  const made = el('button', { type: press === 'submit' ? 'submit' : 'button', class: kind }, text)
  if (press !== 'submit') made.addEventListener('click', press)
  return made
}

/** While the work goes on the button says so and can be pressed no second time. It stays where the focus is. */
export function whileBusy(pressed: HTMLButtonElement, busyText: string, work: () => Promise<void>): void {
  if (pressed.getAttribute('aria-disabled') === 'true') return
  const text = pressed.textContent
  pressed.setAttribute('aria-disabled', 'true')
  pressed.textContent = busyText
  work().catch((error: unknown) => { reportError(error) }).finally(() => {
    pressed.removeAttribute('aria-disabled')
    pressed.textContent = text
  })
}

export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  return el('section', { id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title`, tabindex: '-1' }, title), ...children)
}

export type Line = Readonly<{ root: HTMLElement, say: (text: string, tone?: 'good' | 'bad') => void }>

/** A line that is read out when it changes. */
export function line(text = '', tone: 'good' | 'bad' = 'good'): Line {
  const root = el('p', { role: 'status', class: 'line', 'data-tone': tone }, text)
  return {
    root,
    say(next, nextTone = 'good') {
      root.dataset['tone'] = nextTone
      root.textContent = next
    }
  }
}

export type Field = Readonly<{ root: HTMLElement, input: HTMLInputElement | HTMLTextAreaElement, fail: (text: string) => void, hint: (text: string) => void }>

/** A field with its label, what to write, and what is wrong with it: tied together for whoever hears the page. */
export function field(input: HTMLInputElement | HTMLTextAreaElement, label: string, hint: string): Field {
  const hintLine = el('p', { id: `${input.id}-hint`, class: 'hint' }, hint)
  const error = el('p', { id: `${input.id}-error`, class: 'error', role: 'alert' })
  input.setAttribute('aria-describedby', `${hintLine.id} ${error.id}`)
  return {
    root: el('div', { class: 'field' }, el('label', { for: input.id }, label), hintLine, input, error),
    input,
    hint: (text) => { hintLine.textContent = text },
    fail(text) {
      error.textContent = text
      if (text === '') { input.removeAttribute('aria-invalid'); return }
      input.setAttribute('aria-invalid', 'true')
      input.focus()
    }
  }
}

type Question = Readonly<{ title: string, text: string, yes: string, no: string }>

/** Asks before something that can't be taken back. */
export function ask({ title, text, yes, no }: Question, act: () => void): void {
  const dialog = el('dialog', { 'aria-labelledby': 'question-title', 'aria-describedby': 'question-text' },
    el('h2', { id: 'question-title' }, title), el('p', { id: 'question-text' }, text))
  dialog.append(el('div', { class: 'buttons' }, button(yes, 'danger', () => { dialog.close(); act() }), button(no, 'quiet', () => { dialog.close() })))
  openDialog(dialog)
}

/** Closed by Escape too, and by a tap beside it; gone once it is closed. */
export function openDialog(dialog: HTMLDialogElement): void {
  dialog.addEventListener('close', () => { dialog.remove() })
  dialog.addEventListener('click', ({ target }) => { if (target === dialog) dialog.close() })
  document.body.append(dialog)
  dialog.showModal()
}
