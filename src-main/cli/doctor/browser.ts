import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { existsSync } from 'node:fs'
import { appRoot } from '../../platform/resources.ts'
import { ok, warn, type Check } from './check.ts'

const libraries = ['libnss3.so', 'libnspr4.so', 'libexpat.so.1']
const openers: Partial<Record<NodeJS.Platform, string>> = { linux: 'xdg-open', darwin: 'open' }

/** Whether a served workstation can open the system's browser by itself. */
export const checkBrowser: Check = async ({ env }) => {
  if (process.platform === 'win32') return ok('browser', 'Windows opens the browser by itself.')
  const opener = openers[process.platform] ?? 'xdg-open'
  const isThere = (env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, opener)))
  return isThere ? ok('browser', 'The system can open a browser.') : warn('browser', `There is no ${opener}, so no browser opens by itself.`, 'Open the address that "npm start" prints in any browser of this machine.')
}

/** System libraries of the browser that "npm test" brings along; nothing else needs them. */
export const checkTestBrowser: Check = async () => {
  if (process.platform !== 'linux') return ok('test browser', 'Only Linux needs extra libraries for the tests.')
  if (!existsSync(join(appRoot(), 'node_modules', '@sparticuz', 'chromium'))) return ok('test browser', 'Not installed; only "npm test" needs it.')
  // Debian keeps it where only root looks.
  const known = ['ldconfig', '/sbin/ldconfig'].map((program) => spawnSync(program, ['-p'], { encoding: 'utf8' })).find(({ error }) => error === undefined)
  if (known === undefined) return ok('test browser', 'Its libraries could not be looked up; "npm test" tells.')
  const missing = libraries.filter((name) => !known.stdout.includes(name))
  return missing.length === 0
    ? ok('test browser', 'Its system libraries are here.')
    : warn('test browser', `"npm test" lacks ${missing.join(', ')}.`, 'apt-get install -y libnss3 libnspr4 libexpat1')
}
