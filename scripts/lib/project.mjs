// Where things are, and whether this Node can run them. Plain JavaScript in all of scripts/: it must start on a system Node that can't read TypeScript.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..', '..')
export const at = (...parts) => join(root, ...parts)

/** Ends the script with one sentence on stderr. */
export function fail(sentence, code = 1) {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}

/** Installing takes Node 20; SQLite's driver (better-sqlite3) ends an older Node than 22 with a segmentation fault. */
const oldestMajor = 22
const isTooOld = () => Number(process.versions.node.split('.')[0]) < oldestMajor

/**
 * Stops with a sentence where the application can't run: no packages, or a Node that is too old. Where the Node that comes along is
 * there and only this one is too old (`node scripts/start.mjs` by hand), the script starts over on it; then this never returns.
 */
export async function requireReady() {
  if (!existsSync(at('node_modules', 'vite'))) fail('The packages are not installed yet. Run: npm install')
  if (!isTooOld()) return
  if (projectNode() === process.execPath) {
    fail(`Vigil needs Node ${oldestMajor} or newer to run; this is ${process.versions.node}, and npm could not fetch the Node that comes along. Install a newer Node, or run "npm install" again with a connection.`)
  }
  const child = spawn(projectNode(), process.argv.slice(1), { stdio: 'inherit' })
  // Ctrl+C reaches the whole group; only what is meant for this process alone is passed on.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => { child.kill('SIGTERM') })
  const [code] = await once(child, 'close')
  process.exit(code ?? 1)
}

/** The Node that comes with the project where npm could fetch it, else the one that runs this script. */
export function projectNode() {
  const own = at('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(own) ? own : process.execPath
}

/** npm runs scripts in the folder of package.json; paths on the command line mean the folder the user stands in. */
export function userFolder(script) {
  return process.env.npm_lifecycle_event === script ? process.env.INIT_CWD ?? process.cwd() : process.cwd()
}

export const seconds = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
