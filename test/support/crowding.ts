import type { Page } from 'playwright-core'

/** Words and buttons over an image; each must be read whole, so none may lie over another. */
const partsOfPane = [
  '.overlay-corner', '.overlay-letters span', '.scale-bar-line', '.scale-bar-text', '.overlay-banner', '.overlay-link', '.overlay-prior', '.overlay-loading', '.pane-control', '.stone-legend', '.cine-bar', '.key-image-star'
].join(', ')

/**
 * What is cut, runs over its edge or lies over something else on the study screen, one line each; empty when nothing does.
 * Names that end in dots by intention (`ellipsis`, `tags-value`) are told whole elsewhere.
 */
export function crowdedParts(page: Page): Promise<string[]> {
  return page.evaluate((parts) => {
    const name = (element: Element) => `${element.className || element.tagName} “${(element.textContent ?? '').trim().slice(0, 40)}”`
    const boxOf = (element: Element) => element.getBoundingClientRect()
    const isSeen = (element: Element) => boxOf(element).width > 0 && boxOf(element).height > 0 && element.closest('.visually-hidden') === null
    const within = (inner: DOMRect, outer: DOMRect) => inner.left >= outer.left - 0.5 && inner.right <= outer.right + 0.5 && inner.top >= outer.top - 0.5 && inner.bottom <= outer.bottom + 0.5
    const overlap = (a: DOMRect, b: DOMRect) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5
    const seen = (selector: string, root: ParentNode = document) => [...root.querySelectorAll(selector)].filter(isSeen)
    const found: string[] = []
    const [toolbar] = seen('.viewer-toolbar')
    const buttons = toolbar === undefined ? [] : seen('button', toolbar)
    if (new Set(buttons.map((button) => Math.round((boxOf(button).top + boxOf(button).bottom) / 2))).size !== 1) found.push('The toolbar is not one row.')
    for (const [inner, outer] of [['.viewer-toolbar button', '.viewer-toolbar'], ['.panel .tab', '.panel'], ['.strip-item', '.strip'], ['.study-head > *', '.study-head']] as const) {
      const [box] = seen(outer).map(boxOf)
      for (const element of seen(inner)) if (box === undefined || boxOf(element).left < box.left - 0.5 || boxOf(element).right > box.right + 0.5) found.push(`${name(element)} runs over the edge of ${outer}`)
    }
    for (const pane of seen('.pane')) {
      const own = seen(parts, pane)
      for (const [at, element] of own.entries()) {
        if (!within(boxOf(element), boxOf(pane))) found.push(`${name(element)} runs over the edge of its pane`)
        for (const other of own.slice(at + 1)) if (overlap(boxOf(element), boxOf(other))) found.push(`${name(element)} and ${name(other)} lie over each other`)
      }
    }
    const cut = (element: Element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === 'hidden' && element.matches(':not(.ellipsis, .tags-value, .visually-hidden)')
    for (const element of seen('.study *, [role="dialog"] *')) if (element instanceof HTMLElement && element.closest('.pane') === null && cut(element)) found.push(`${name(element)} is cut`)
    if (document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight) found.push('The window scrolls.')
    return found
  }, partsOfPane)
}
