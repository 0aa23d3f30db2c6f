import type { OptOut, PortalHome } from '../../src-shared/portal.ts'
import type { Page } from './context.ts'
import { ask, button, el, line, section, whileBusy } from './element.ts'

type What = OptOut['what']

/** To be left alone must be as easy as anything else here. */
export function stopCard(page: Page, consents: PortalHome['consents']): HTMLElement {
  const { words: { stop: words } } = page
  const isStopped = !consents.sms && !consents.voice
  const outcome = line(isStopped ? words.already : '')
  const choices = [...(isStopped ? [] : [choice('messages', words.messages, words.messagesHint)]), choice('everything', words.everything, words.everythingHint)]
  const error = el('p', { id: 'stop-error', class: 'error', role: 'alert' })
  const group = el('fieldset', { 'aria-describedby': error.id }, el('legend', {}, words.choose), ...choices.map(({ root }) => root), error)
  const stop = button(words.stop, 'danger', 'submit')
  const form = el('form', { class: 'form', novalidate: true }, group, stop)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const chosen = choices.find(({ input }) => input.checked)
    error.textContent = chosen === undefined ? words.chooseFirst : ''
    if (chosen === undefined) { choices[0]?.input.focus(); return }
    ask({ title: words.sure, text: `${chosen.label}: ${chosen.hint}`, yes: words.yes, no: words.no }, () => {
      whileBusy(stop, words.stopping, async () => {
        try {
          await end(page, chosen.what)
          outcome.say(words.done)
          if (chosen.what === 'messages') { chosen.root.remove(); document.getElementById('stop-title')?.focus() }
        } catch (failure) { outcome.say(page.explain(failure) ?? '', 'bad') }
      })
    })
  })
  return section('stop', words.title, el('p', {}, words.intro), outcome.root, form)
}

function choice(what: What, label: string, hint: string) {
  const input = el('input', { type: 'radio', name: 'stop', id: `stop-${what}`, value: what, 'aria-describedby': `stop-${what}-hint` })
  return { what, label, hint, input, root: el('div', { class: 'choice' }, input, el('label', { for: input.id }, label), el('p', { id: `stop-${what}-hint`, class: 'hint' }, hint)) }
}

async function end(page: Page, what: What): Promise<void> {
  await page.api.optOut({ what })
  if (what === 'everything') page.leave('closed')
  else page.keep({ consents: { sms: false, voice: false } })
}
