import type { Page } from './context.ts'
import { button, el, field, line, section, whileBusy } from './element.ts'
import { clinicPhone } from './parts.ts'

export function callCard(page: Page, isCallAsked: boolean): HTMLElement {
  const { words, api } = page
  const outcome = line(isCallAsked ? words.call.asked : '')
  const place = el('div', { class: 'form' })
  const showForm = (isFocused: boolean) => {
    const note = field(el('textarea', { id: 'note', name: 'note', rows: '4', maxlength: '500' }), words.call.note, words.call.noteHint)
    const send = button(words.call.send, 'primary', 'submit')
    const form = el('form', { class: 'form', novalidate: true }, note.root, send)
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      outcome.say('')
      whileBusy(send, words.call.sending, async () => {
        try {
          await api.askCall({ note: note.input.value.trim() })
          page.keep({ isCallAsked: true })
          outcome.say(words.call.asked)
          showAsked(true)
        } catch (error) { outcome.say(page.explain(error) ?? '', 'bad') }
      })
    })
    place.replaceChildren(form)
    if (isFocused) note.input.focus()
  }
  const showAsked = (isFocused: boolean) => {
    const again = button(words.call.again, 'quiet', () => { outcome.say(''); showForm(true) })
    place.replaceChildren(again)
    if (isFocused) again.focus()
  }
  if (isCallAsked) showAsked(false)
  else showForm(false)
  return section('call', words.call.title, el('p', { class: 'urgent' }, words.emergency), el('p', {}, words.call.intro), place, outcome.root, clinicPhone(page))
}
