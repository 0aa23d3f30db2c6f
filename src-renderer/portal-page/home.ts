import type { PortalHome } from '../../src-shared/portal.ts'
import { authenticatorCard } from './authenticator.ts'
import { callCard } from './call.ts'
import type { Page } from './context.ts'
import { button, el, line, whileBusy } from './element.ts'
import { planCard } from './plan.ts'
import { reportCard } from './report.ts'
import { stopCard } from './stop.ts'

export function homeScreen(page: Page, home: PortalHome): HTMLElement {
  const { words } = page
  const outcome = line()
  const leave = button(words.home.signOut, 'quiet', () => {
    whileBusy(leave, words.home.signingOut, async () => {
      try {
        await page.api.signOut()
        page.leave('signed-out')
      } catch (error) { outcome.say(page.explain(error) ?? '', 'bad') }
    })
  })
  return el('div', { class: 'screen' },
    el('h1', { tabindex: '-1' }, words.title), line().root,
    ...(home.reports.length === 0 ? [el('p', {}, words.home.nothing)] : home.reports.map((report) => reportCard(page, report, home.timeZone))),
    planCard(page, home), callCard(page, home.isCallAsked), authenticatorCard(page, home.hasTotp), stopCard(page, home.consents),
    el('div', { class: 'leave' }, leave, outcome.root, el('p', { class: 'note' }, words.home.shared)))
}
