import type { PortalHome } from '../../src-shared/portal.ts'
import type { Page } from './context.ts'
import { el, section } from './element.ts'
import { dayAndTime, zoneName } from './times.ts'

/** What is planned, the next first; what has been, folded away, the last first. */
export function planCard(page: Page, { plan, timeZone }: Pick<PortalHome, 'plan' | 'timeZone'>): HTMLElement {
  const { words: { plan: words }, locale } = page
  const inOrder = plan.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const ahead = inOrder.filter(({ isDone }) => !isDone)
  const done = inOrder.filter(({ isDone }) => isDone).toReversed()
  const list = (steps: PortalHome['plan']) => el('ol', { class: 'plan' }, ...steps.map(({ at, kind, isDone }) =>
    el('li', {}, el('time', { datetime: at }, dayAndTime(at, timeZone, locale)), el('span', {}, isDone ? words.kinds[kind].done : words.kinds[kind].ahead))))
  return section('plan', words.title,
    ahead.length === 0 ? el('p', {}, words.nothing) : list(ahead),
    done.length === 0 ? null : el('details', {}, el('summary', {}, words.earlier(done.length)), list(done)),
    plan.length === 0 ? null : el('p', { class: 'hint' }, words.zone(zoneName(timeZone, locale))))
}
