import type { Language } from '../../src-shared/followup.ts'
import type { PortalClinic, PortalHome, PortalMe } from '../../src-shared/portal.ts'
import { ApiFailure, type Api } from './api.ts'
import type { Notice, Page } from './context.ts'
import { button, el, line, whileBusy } from './element.ts'
import { homeScreen } from './home.ts'
import { firstLanguage, languages, localeOf } from './languages.ts'
import { takeLink } from './link.ts'
import { clinicPhone } from './parts.ts'
import { newSignIn, signInScreen, type SignInState } from './sign-in.ts'
import { texts } from './texts.ts'

type Screen = Readonly<{ kind: 'loading' } | { kind: 'no-answer', text: (language: Language) => string } | { kind: 'sign-in', state: SignInState } | { kind: 'home', home: PortalHome }>
const leastCheckMs = 30_000
const mostCheckMs = 10 * 60_000

/** The whole page: what is shown, in which language, and until when. */
export function startPage(root: HTMLElement, api: Api): void {
  let language = firstLanguage(navigator.languages)
  /** By hand, in this visit: it goes before what the clinic knows. */
  let chosenHere: Language | null = null
  let screen: Screen = { kind: 'loading' }
  let clinic: PortalClinic | null = null
  let link = takeLink(window)
  let checking: ReturnType<typeof setTimeout> | undefined
  const name = el('p', { class: 'clinic' })
  const footer = el('footer')
  const main = el('main')
  const choices = languageButtons((chosen) => { choose(chosen) })
  root.replaceChildren(el('header', {}, name, choices.root), main, footer)

  const page = (): Page => ({ words: texts[language], language, locale: localeOf(language, navigator.languages), api, clinic, link, explain, redraw, enter, leave, keep })
  /** `isNew`: the reader starts at the top of it. Nothing takes the focus when the page has only just been opened. */
  const draw = (isNew: boolean) => {
    const words = texts[language]
    document.documentElement.lang = language
    document.title = words.title
    name.textContent = clinic === null || clinic.name === '' ? words.clinic : clinic.name
    choices.mark(language, words.language)
    footer.textContent = words.footer
    main.setAttribute('aria-busy', String(screen.kind === 'loading'))
    main.replaceChildren(drawn(page(), screen, start))
    if (!isNew) return
    scrollTo(0, 0)
    const first = main.querySelector<HTMLElement>('[data-first]') ?? main.querySelector('h1')
    first?.focus({ preventScroll: true })
  }
  const redraw = () => { draw(true) }
  const show = (next: Screen) => {
    const isFirst = screen.kind === 'loading'
    screen = next
    draw(!isFirst)
  }
  const explain = (error: unknown): string | null => {
    if (!(error instanceof ApiFailure)) throw error
    if (error.trouble !== 'not-signed-in') return texts[language].troubles[error.trouble]
    leave('expired')
    return null
  }
  const keep = (change: Partial<PortalHome>) => { if (screen.kind === 'home') screen = { ...screen, home: { ...screen.home, ...change } } }
  const leave = (notice: Notice) => {
    clearTimeout(checking)
    document.querySelector('dialog')?.close()
    show({ kind: 'sign-in', state: newSignIn(notice) })
  }
  const enter = async (me: PortalMe) => {
    const home = await api.home()
    language = chosenHere ?? me.language
    watch(me)
    show({ kind: 'home', home })
  }
  /** The clock of a phone may be wrong: when the time seems up, the workstation is asked, and a page left open shows nothing for longer than it should. */
  const watch = ({ expiresAt }: PortalMe) => {
    clearTimeout(checking)
    checking = setTimeout(() => {
      api.me().then(watch).catch((error: unknown) => {
        const isOver = (error instanceof ApiFailure && error.trouble === 'not-signed-in') || Date.now() > Date.parse(expiresAt)
        if (isOver) leave('expired')
        else watch({ isSignedIn: true, language, expiresAt, hasTotp: false })
      })
    }, Math.min(mostCheckMs, Math.max(leastCheckMs, Date.parse(expiresAt) - Date.now() + 1000)))
  }
  const choose = (chosen: Language) => {
    if (chosen === language) return
    language = chosen
    chosenHere = chosen
    draw(false)
    if (screen.kind !== 'home') return
    api.chooseLanguage(chosen).then(() => {
      main.querySelector('.line')?.replaceChildren(texts[chosen].home.languageChanged)
    }).catch((error: unknown) => { main.querySelector('.line')?.replaceChildren(explain(error) ?? '') })
  }
  const start = async (): Promise<void> => {
    try {
      clinic = await api.clinic()
      await enter(await api.me())
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error
      const { trouble } = error
      show(trouble === 'not-signed-in' ? { kind: 'sign-in', state: newSignIn(null) } : { kind: 'no-answer', text: (of) => texts[of].troubles[trouble] })
    }
  }
  addEventListener('hashchange', () => {
    link = takeLink(window)
    if (screen.kind === 'sign-in') draw(false)
  })
  // From the browser's memory, a page comes back as it was left: with a report, after a sign-out.
  addEventListener('pageshow', ({ persisted }) => { if (persisted) location.reload() })
  draw(false)
  start().catch((error: unknown) => { reportError(error) })
}

function drawn(page: Page, screen: Screen, start: () => Promise<void>): HTMLElement {
  const { words } = page
  switch (screen.kind) {
    case 'loading': return el('p', { role: 'status' }, words.loading)
    case 'sign-in': return signInScreen(page, screen.state)
    case 'home': return homeScreen(page, screen.home)
    case 'no-answer': {
      const again = button(words.tryAgain, 'primary', () => { whileBusy(again, words.loading, start) })
      return el('div', { class: 'screen' }, el('h1', { tabindex: '-1' }, words.title), line(screen.text(page.language), 'bad').root, again, clinicPhone(page))
    }
  }
}

/** Made once, so that the focus stays on the language that was chosen. */
function languageButtons(choose: (language: Language) => void) {
  const root = el('div', { class: 'languages', role: 'group' })
  const buttons = languages.map(({ language, name }) => {
    const made = button(name, 'quiet', () => { choose(language) })
    made.lang = language
    return { language, made }
  })
  root.append(...buttons.map(({ made }) => made))
  return {
    root,
    mark(chosen: Language, label: string) {
      root.setAttribute('aria-label', label)
      for (const { language, made } of buttons) made.setAttribute('aria-pressed', String(language === chosen))
    }
  }
}
