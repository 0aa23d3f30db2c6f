import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appRoot } from '../../platform/resources.ts'
import { bad, ok, reasonOf, warn, type Check } from './check.ts'

const oldest = 22
const tested = 24

/** Which Node runs this, and whether it is one that the application was tested on. */
export const checkNode: Check = async () => {
  const major = Number(process.versions.node.split('.')[0])
  const what = `Node ${process.versions.node} (${process.execPath})`
  if (major < oldest) {
    return bad('node', `${what} is older than ${oldest}.`, 'Run "npm install" again to get the Node that comes along, or install a newer one.')
  }
  if (major === tested) return ok('node', `${what}.`)
  return warn('node', `${what}; Vigil is tested on ${tested}.`, 'Start it by npm, which uses the Node that comes along where npm could fetch it.')
}

const natives: readonly (readonly [name: string, use: () => Promise<unknown>])[] = [
  ['better-sqlite3', async () => {
    const { default: Database } = await import('better-sqlite3')
    const database = new Database(':memory:')
    try { return database.prepare('select 1').get() } finally { database.close() }
  }],
  ['sharp', async () => (await import('sharp')).default({ create: { width: 1, height: 1, channels: 3, background: '#000' } }).png().toBuffer()],
  ['@node-rs/argon2', async () => (await import('@node-rs/argon2')).hash('a short check', { memoryCost: 1024, timeCost: 1, parallelism: 1 })]
]

/** The parts that are machine code: each is loaded and made to do something. */
export const checkNatives: Check = async () => {
  const failures: string[] = []
  for (const [name, use] of natives) {
    try { await use() } catch (error) { failures.push(`${name} (${reasonOf(error)})`) }
  }
  if (failures.length === 0) return ok('native modules', `${natives.map(([name]) => name).join(', ')} load and work.`)
  return bad('native modules', `These do not work here: ${failures.join('; ')}.`, 'Run "npm ci". If it stays, this system or processor has no build of them.')
}

/** Whether the screens are built. */
export const checkBuild: Check = async () => {
  const page = join(appRoot(), 'out', 'renderer', 'index.html')
  return existsSync(page) ? ok('screens', 'The screens are built.') : warn('screens', 'The screens are not built yet.', 'Nothing to do: "npm start" builds them.')
}

/** Electron downloads its program when first asked for; without it the browser shows the same workstation. */
export const checkElectron: Check = async ({ env }) => {
  const folder = join(appRoot(), 'node_modules', 'electron')
  const pathFile = join(folder, 'path.txt')
  const dist = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist')
  const isThere = existsSync(pathFile) && existsSync(join(dist, readFileSync(pathFile, 'utf8').trim()))
  if (!isThere) {
    return warn('electron', "Electron's program is not on this disk; the workstation is served to a browser instead.", 'With a connection, "npm start -- --retry-electron" downloads it.')
  }
  const hasScreen = process.platform !== 'linux' || env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined
  return hasScreen ? ok('electron', "Electron's program is here.") : warn('electron', "Electron's program is here, but this machine has no display.", 'Nothing to do: the workstation is served to a browser instead.')
}
