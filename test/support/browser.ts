import sparticuz from '@sparticuz/chromium'
import { chromium, type Browser } from 'playwright-core'

/** These come with the package for use in the cloud; they switch off the very protections that the tests are to see at work, or draw the whole page on an emulated graphics card. */
const unwanted = /^--(?:headless|disable-web-security|single-process|no-zygote|allow-running-insecure-content|disable-site-isolation-trials|ignore-gpu-blocklist|in-process-gpu|use-gl|use-angle)\b/

/** A real Chromium from npm; nothing needs installing beyond three system libraries. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = await sparticuz.executablePath()
  try {
    return await chromium.launch({ executablePath, headless: true, args: [...sparticuz.args.filter((arg) => !unwanted.test(arg)), ...args] })
  } catch (error) {
    const library = /error while loading shared libraries: (\S+?):/.exec(error instanceof Error ? error.message : '')?.[1]
    if (library === undefined) throw error
    throw new Error(`The test browser lacks ${library}. Run: apt-get install -y libnss3 libnspr4 libexpat1`, { cause: error })
  }
}
