import { ApiFailure } from './api.ts'
import type { Notice, Page } from './context.ts'
import { button, el, field, line, whileBusy } from './element.ts'
import { clinicPhone, codeInput } from './parts.ts'
import { clockTime } from './times.ts'

/** How far the patient has come; kept while the page is drawn in another language. */
export type SignInState = {
  notice: Notice
  step: 'phone' | 'message' | 'app'
  phone: string, code: string
  digits: number, validMinutes: number, validUntilMs: number
}

export function newSignIn(notice: Notice): SignInState {
  return { notice, step: 'phone', phone: '', code: '', digits: 6, validMinutes: 5, validUntilMs: 0 }
}

export function signInScreen(page: Page, state: SignInState): HTMLElement {
  const { words } = page
  const notice = line(state.notice === null ? '' : words.notices[state.notice])
  return el('div', { class: 'screen' },
    el('h1', { tabindex: '-1' }, words.signIn.title), notice.root,
    state.step === 'phone' ? phoneStep(page, state) : codeStep(page, state),
    el('p', { class: 'urgent' }, words.emergency), clinicPhone(page))
}

function phoneStep(page: Page, state: SignInState): HTMLElement {
  const { words: { signIn: words } } = page
  const input = el('input', { id: 'phone', name: 'phone', type: 'tel', inputmode: 'tel', autocomplete: 'tel', required: true, maxlength: '40' })
  input.value = state.phone
  input.addEventListener('input', () => { state.phone = input.value })
  const phone = field(input, words.phone, words.phoneHint)
  const outcome = line()
  const hasPhone = (): boolean => {
    // The shortest that the server takes for a number at all.
    const isThere = state.phone.trim().length >= 3
    phone.fail(isThere ? '' : words.phoneEmpty)
    return isThere
  }
  const send = button(words.send, 'primary', 'submit')
  const app = button(words.useApp, 'quiet', () => {
    if (!hasPhone()) return
    Object.assign(state, { step: 'app', notice: null, code: '' })
    page.redraw()
  })
  const form = el('form', { class: 'form', novalidate: true }, el('p', {}, words.intro), phone.root, send, outcome.root, app, el('p', { class: 'note' }, words.safety))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!hasPhone()) return
    outcome.say('')
    whileBusy(send, words.sending, async () => {
      try {
        await requestCode(page, state)
        page.redraw()
      } catch (error) {
        if (error instanceof ApiFailure && error.trouble === 'invalid-request') phone.fail(words.phoneWrong)
        else outcome.say(page.explain(error) ?? '', 'bad')
      }
    })
  })
  return form
}

async function requestCode({ api, link }: Page, state: SignInState): Promise<void> {
  const { expiresInS, digits } = await api.requestCode({ phone: state.phone.trim(), ...(link === null ? {} : { link }) })
  Object.assign(state, { step: 'message', notice: null, code: '', digits, validMinutes: Math.round(expiresInS / 60), validUntilMs: Date.now() + expiresInS * 1000 })
}

function codeStep(page: Page, state: SignInState): HTMLElement {
  const { words: { signIn: words }, locale } = page
  const isApp = state.step === 'app'
  const input = codeInput('code', state.digits)
  input.dataset['first'] = ''
  const hint = () => (isApp ? words.appHint : `${words.sentTo(state.phone.trim())} ${words.codeHint(state.digits, state.validMinutes, clockTime(state.validUntilMs, locale))}`)
  input.value = state.code
  input.addEventListener('input', () => { state.code = input.value })
  const code = field(input, words.code, hint())
  const outcome = line()
  const verify = button(words.verify, 'primary', 'submit')
  const again = button(isApp ? words.useMessage : words.newCode, 'quiet', () => {
    outcome.say('')
    code.fail('')
    whileBusy(again, words.sending, async () => {
      try {
        await requestCode(page, state)
        if (isApp) { page.redraw(); return }
        input.value = ''
        code.hint(hint())
        outcome.say(words.newCodeSent)
      } catch (error) {
        outcome.say(error instanceof ApiFailure && error.trouble === 'invalid-request' ? words.phoneWrong : page.explain(error) ?? '', 'bad')
      }
    })
  })
  const other = button(words.otherNumber, 'quiet', () => {
    Object.assign(state, { step: 'phone', code: '' })
    page.redraw()
  })
  const form = el('form', { class: 'form', novalidate: true }, code.root, verify, outcome.root, again, other, isApp ? null : el('p', { class: 'note' }, words.noCode))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    code.fail(state.code.trim() === '' ? words.codeEmpty : '')
    if (state.code.trim() === '') return
    outcome.say('')
    whileBusy(verify, words.verifying, () => check(page, state, (sentence, isOfCode) => { if (isOfCode) code.fail(sentence); else outcome.say(sentence, 'bad') }))
  })
  return form
}

async function check(page: Page, state: SignInState, fail: (sentence: string, isOfCode: boolean) => void): Promise<void> {
  const { words, api, link } = page
  const given = { phone: state.phone.trim(), code: state.code.replace(/\s/g, ''), ...(link === null ? {} : { link }) }
  try {
    await page.enter(await (state.step === 'app' ? api.verifyApp(given) : api.verifyCode(given)))
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
    if (error.field === 'phone') fail(words.signIn.phoneWrong, false)
    else fail(words.troubles[error.trouble], error.trouble === 'wrong-credentials' || error.trouble === 'invalid-request')
  }
}
