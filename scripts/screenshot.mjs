// `node scripts/screenshot.mjs`: starts the built workstation with the demo study, opens it, and writes docs/screenshot.png.
import { mkdirSync, writeFileSync } from 'node:fs'
import { build } from './lib/build.mjs'
import { at, fail, requireReady } from './lib/project.mjs'

const widePx = 1600
const highPx = 1000

await requireReady()
await build()
// The harness of the tests is TypeScript, which Node reads from 22.18 on; the Node that comes along does.
const { launchBrowser } = await import('../test/support/browser.ts')
const { openSignedIn } = await import('../test/support/pages.ts')
const { startWorkstation } = await import('../test/support/workstation.ts')

const workstation = await startWorkstation({ demo: true })
const browser = await launchBrowser()
try {
  const { page, context, problems } = await openSignedIn(browser, workstation, { width: widePx, height: highPx })
  const studyUid = await reviewed(context)
  await page.goto(`/study?uid=${encodeURIComponent(studyUid)}`)
  await page.locator('canvas').first().waitFor({ timeout: 60_000 })
  // The first picture stands long before the rest has loaded; the strip and the panel fill meanwhile.
  await page.waitForTimeout(8000)
  mkdirSync(at('docs'), { recursive: true })
  writeFileSync(at('docs', 'screenshot.png'), await page.screenshot())
  process.stdout.write(`Wrote docs/screenshot.png (${widePx} × ${highPx}).\n`)
  if (problems().length > 0) fail(`The page had problems:\n${problems().join('\n')}`)
} finally {
  await browser.close()
  await workstation.stop()
}

/** The demo study's UID, once it is measured and waits for a clinician. */
async function reviewed(context) {
  for (let triesLeft = 240; triesLeft > 0; triesLeft--) {
    const { rows } = await (await context.request.get(`${workstation.url}/api/worklist`)).json()
    if (rows[0]?.status === 'needs-review') return rows[0].studyUid
    await new Promise((resolve) => { setTimeout(resolve, 500) })
  }
  throw new Error('The demo study was not ready within two minutes.')
}
