import { spawnSync } from 'node:child_process'
import sparticuz from '@sparticuz/chromium'
import { chromium, type Browser } from 'playwright-core'

/** These come with the package for use in the cloud; they switch off the very protections that the tests are to see at work. */
const unwanted = /^--(?:headless|disable-web-security|single-process|no-zygote|allow-running-insecure-content|disable-site-isolation-trials)\b/

/** The one line that makes the test browser run on a bare Debian or Ubuntu. */
export const installBrowserLibraries = 'apt-get install -y libnss3 libnspr4 libexpat1'

/** A real Chromium from npm; nothing needs installing beyond three system libraries. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = await sparticuz.executablePath()
  const missing = missingLibraries(executablePath)
  if (missing.length > 0) throw new Error(`The test browser lacks ${missing.join(', ')}. Run: ${installBrowserLibraries}`)
  return chromium.launch({ executablePath, headless: true, args: [...sparticuz.args.filter((arg) => !unwanted.test(arg)), ...args] })
}

/** Names of the shared libraries that the loader doesn't find; empty where there is no `ldd` to ask. */
function missingLibraries(executablePath: string): string[] {
  const { stdout } = spawnSync('ldd', [executablePath], { encoding: 'utf8' })
  return (stdout ?? '').split('\n').filter((line) => line.includes('not found')).map((line) => line.trim().split(' ')[0] ?? '')
}
