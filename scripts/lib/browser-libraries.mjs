// The test browser comes from npm; three system libraries don't.
import { spawnSync } from 'node:child_process'

export const installLine = 'apt-get install -y libnss3 libnspr4 libexpat1'

/** Names of the shared libraries that the test browser lacks here; empty where there is nothing to ask. */
export async function missingLibraries() {
  if (process.platform !== 'linux') return []
  const { default: chromium } = await import('@sparticuz/chromium')
  const { stdout } = spawnSync('ldd', [await chromium.executablePath()], { encoding: 'utf8' })
  return (stdout ?? '').split('\n').filter((line) => line.includes('not found')).map((line) => line.trim().split(' ')[0])
}
