import type { TotpOffer } from '../../src-shared/portal.ts'
import { ApiFailure } from './api.ts'
import type { Page } from './context.ts'
import { ask, button, el, field, line, section, whileBusy, type Line } from './element.ts'
import { codeInput } from './parts.ts'

/** The safer way in: asked for here, and counted once the app has shown that it works. */
export function authenticatorCard(page: Page, hasApp: boolean): HTMLElement {
  const { words: { app: words } } = page
  const outcome = line()
  const place = el('div', { class: 'form' })
  const show = (has: boolean, isFocused: boolean) => {
    const next = has ? removeButton(page, outcome, () => { show(false, true) }) : startButton(page, outcome, (offer) => { place.replaceChildren(setUp(page, offer, outcome, (isOn) => { show(isOn, true) })); document.getElementById('app-code')?.focus() })
    place.replaceChildren(el('p', {}, has ? words.on : words.intro), next)
    if (isFocused) next.focus()
  }
  show(hasApp, false)
  return section('app', words.title, place, outcome.root)
}

function startButton({ words: { app: words }, api, explain }: Page, outcome: Line, offered: (offer: TotpOffer) => void): HTMLButtonElement {
  const start = button(words.start, 'quiet', () => {
    outcome.say('')
    whileBusy(start, words.starting, async () => {
      try { offered(await api.offerApp()) } catch (error) { outcome.say(explain(error) ?? '', 'bad') }
    })
  })
  return start
}

function removeButton({ words: { app: words, stop: { no } }, api, explain, keep }: Page, outcome: Line, removed: () => void): HTMLButtonElement {
  const remove = button(words.remove, 'quiet', () => {
    outcome.say('')
    ask({ title: words.remove, text: words.removeSure, yes: words.removeYes, no }, () => {
      whileBusy(remove, words.removing, async () => {
        try {
          await api.removeApp()
          keep({ hasTotp: false })
          removed()
          outcome.say(words.removed)
        } catch (error) { outcome.say(explain(error) ?? '', 'bad') }
      })
    })
  })
  return remove
}

function setUp(page: Page, { secret, uri, qrSvg }: TotpOffer, outcome: Line, ended: (isOn: boolean) => void): HTMLElement {
  const { words: { app: words, troubles }, api } = page
  const code = field(codeInput('app-code', 6), words.code, words.codeHint)
  const confirm = button(words.confirm, 'primary', 'submit')
  const form = el('form', { class: 'form', novalidate: true },
    el('p', {}, words.scan), el('img', { class: 'qr', alt: words.qr, src: `data:image/svg+xml,${encodeURIComponent(qrSvg)}` }),
    // Nobody can scan the screen that they hold; and an address of another kind than this one is not followed.
    uri.startsWith('otpauth://') ? el('p', {}, el('a', { class: 'wide', href: uri }, words.open)) : null,
    el('p', {}, words.secret), el('p', {}, el('code', { translate: 'no' }, secret.replace(/(.{4})(?=.)/g, '$1 '))),
    code.root, confirm, button(words.cancel, 'quiet', () => { outcome.say(''); ended(false) }))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    outcome.say('')
    whileBusy(confirm, words.confirming, async () => {
      try {
        await api.confirmApp(code.input.value.replace(/\s/g, ''))
        page.keep({ hasTotp: true })
        ended(true)
        outcome.say(words.ready)
      } catch (error) {
        if (error instanceof ApiFailure && (error.trouble === 'wrong-credentials' || error.trouble === 'invalid-request')) code.fail(troubles['wrong-credentials'])
        else outcome.say(page.explain(error) ?? '', 'bad')
      }
    })
  })
  return form
}
