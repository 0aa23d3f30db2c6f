import { source } from 'axe-core'
import type { Page } from 'playwright-core'
import { z } from 'zod'

const Result = z.object({ violations: z.array(z.object({ id: z.string(), help: z.string(), nodes: z.array(z.object({ html: z.string() })) })) })

/** What axe-core finds wrong on the page by WCAG 2.2 A and AA, one line each; empty when nothing is. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Half-way through a change of colour a button has a contrast that nobody reads it in.
  await page.waitForFunction(() => document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().endTime === Infinity))
  // Evaluated by the test driver, not by the page: the page's own policy would rightly refuse it.
  await page.evaluate(source)
  const found: unknown = await page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] })`)
  return Result.parse(found).violations.flatMap(({ id, help, nodes }) => nodes.slice(0, 4).map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`))
}
