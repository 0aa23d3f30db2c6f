import type { PortalHome } from '../../src-shared/portal.ts'
import { imageAddress } from './api.ts'
import type { Page } from './context.ts'
import { button, el, openDialog, section } from './element.ts'
import { day, studyDay } from './times.ts'

type Report = PortalHome['reports'][number]

/** One report in plain words, with its pictures. */
export function reportCard(page: Page, report: Report, timeZone: string): HTMLElement {
  const { words: { report: words }, locale } = page
  const of = report.studyDate === null ? '' : studyDay(report.studyDate, locale)
  return section(`report-${report.id}`, of === '' ? words.plain : words.of(of),
    el('p', { class: 'hint' }, words.released(day(report.releasedAt, timeZone, locale))),
    ...plainText(page, report),
    ...(report.images.length === 0 ? [] : [el('h3', {}, words.pictures), el('div', { class: 'pictures' }, ...report.images.map((_, index) => picture(page, report, index)))]),
    report.title === '' ? null : el('p', { class: 'hint' }, words.named(report.title)))
}

/** In the patient's language; where that was never written, in the other one, and said so. */
function plainText({ words, language }: Page, { texts }: Report): readonly HTMLElement[] {
  const other = language === 'en' ? 'es' : 'en'
  const isThere = texts[language].trim() !== ''
  const shown = isThere ? texts[language] : texts[other]
  const paragraphs = shown.split(/\n\s*\n/).map((text) => text.trim()).filter((text) => text !== '')
  return [...(isThere ? [] : [el('p', { class: 'hint' }, words.report.otherLanguage)]), ...paragraphs.map((text) => el('p', { class: 'plain', lang: isThere ? null : other }, text))]
}

function picture(page: Page, { id, images }: Report, index: number): HTMLElement {
  const { words: { report: words } } = page
  const image = images[index]
  const caption = image === undefined || image.caption === '' ? words.picture(index + 1, images.length) : image.caption
  const address = imageAddress(id, image?.id ?? index)
  const shown = el('img', { src: address, alt: caption, loading: 'lazy', decoding: 'async', width: '768', height: '768' })
  const enlarge = button('', 'quiet', () => { large(page, address, caption) })
  enlarge.className = 'picture'
  enlarge.append(shown, el('span', {}, words.enlarge))
  const figure = el('figure', {}, enlarge, el('figcaption', {}, caption))
  shown.addEventListener('error', () => { enlarge.replaceWith(el('p', { class: 'error' }, words.lost)) })
  return figure
}

function large({ words }: Page, address: string, caption: string): void {
  const dialog = el('dialog', { class: 'large', 'aria-label': caption })
  const image = el('img', { src: address, alt: caption })
  // Larger than a phone is wide: it is moved by finger or by the arrow keys, from its middle.
  const pan = el('div', { class: 'pan', tabindex: '0', role: 'group', 'aria-label': caption }, image)
  image.addEventListener('load', () => { pan.scrollTo((pan.scrollWidth - pan.clientWidth) / 2, (pan.scrollHeight - pan.clientHeight) / 2) })
  dialog.append(button(words.report.close, 'quiet', () => { dialog.close() }), pan, el('p', {}, caption))
  openDialog(dialog)
}
