// Where things are, and whether this Node can run them. Plain JavaScript in all of scripts/: it must start on a system Node that can't read TypeScript.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..', '..')
export const at = (...parts) => join(root, ...parts)

/** Ends the script with one sentence on stderr. */
export function fail(sentence, code = 1) {
  process.stderr.write(`${sentence}\n`)
  process.exit(code)
}

/** The oldest Node that the build tools and the bundle run on. */
const oldest = [20, 19]

/** Stops with a sentence where the application can't run: no packages, or a Node that is too old. */
export function requireReady() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    fail(`Vigil needs Node ${oldest.join('.')} or newer; this is ${process.versions.node}. Run "npm install" again to get the Node that comes along, or install a newer one.`)
  }
  if (!existsSync(at('node_modules', 'vite'))) fail('The packages are not installed yet. Run: npm install')
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
