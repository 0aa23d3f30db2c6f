// Builds what is stale. Each part has a stamp: the hash of everything it was made from.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { at, projectNode, seconds } from './project.mjs'

const common = ['package-lock.json', 'tsconfig.json', 'electron.vite.config.ts', 'src-shared']
const parts = {
  main: { sources: [...common, 'src-main', 'src-preload'], output: join('main', 'cli.js') },
  renderer: { sources: [...common, 'renderer.vite.config.ts', 'src-renderer'], output: join('renderer', 'index.html') }
}
const stampFile = (part) => at('out', `${part}.stamp`)

/** Brings the named parts up to date; says what it does on stderr, because stdout may be somebody's JSON. Throws with the tool's output. */
export async function build(wanted = Object.keys(parts), { force = false, quiet = false } = {}) {
  const stale = () => wanted.filter((part) => force || isStale(part))
  if (stale().length === 0) return []
  const release = await lock()
  try {
    // Another start may have built it while this one waited.
    const names = stale()
    if (names.length === 0) return []
    const startedAt = performance.now()
    if (!quiet) process.stderr.write(`Building ${names.join(' and ')} … `)
    const hashes = new Map(names.map((part) => [part, hashOf(part)]))
    for (const part of names) rmSync(stampFile(part), { force: true })
    await runElectronVite(names)
    for (const [part, hash] of hashes) writeFileSync(stampFile(part), hash)
    if (!quiet) process.stderr.write(`done in ${seconds(startedAt)}\n`)
    return names
  } finally {
    release()
  }
}

function isStale(part) {
  if (!existsSync(at('out', parts[part].output)) || !existsSync(stampFile(part))) return true
  return readFileSync(stampFile(part), 'utf8') !== hashOf(part)
}

function hashOf(part) {
  const hash = createHash('sha256')
  for (const source of parts[part].sources) hashTree(hash, source)
  return hash.digest('hex')
}

/** Tests are no part of the application: editing one makes nothing stale. */
function hashTree(hash, path) {
  const full = at(path)
  if (!existsSync(full)) return
  if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).toSorted()) hashTree(hash, join(path, name))
  } else if (!/\.test\.tsx?$/.test(path)) {
    hash.update(`${path}\0`).update(readFileSync(full)).update('\0')
  }
}

function runElectronVite(names) {
  const tool = at('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  return new Promise((resolve, reject) => {
    const child = spawn(projectNode(), [tool, 'build', '--logLevel', 'warn'], {
      cwd: at(), env: { ...process.env, VIGIL_BUILD_PARTS: names.join(','), NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe']
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`The build failed.\n${output}`))
    })
  })
}

/** Two starts at once must not write into the same folder. A lock whose process is gone counts as none. */
async function lock() {
  const folder = at('out')
  const file = join(folder, 'building.pid')
  mkdirSync(folder, { recursive: true })
  for (let waitedMs = 0; ; waitedMs += 200) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => { rmSync(file, { force: true }) }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (waitedMs > 300_000) throw new Error(`Another build has held ${file} for five minutes. Delete that file if no build runs.`, { cause: error })
      if (!isHolderAlive(file)) rmSync(file, { force: true })
      else await new Promise((resolve) => { setTimeout(resolve, 200) })
    }
  }
}

function isHolderAlive(file) {
  if (!existsSync(file)) return false
  const pid = Number(readFileSync(file, 'utf8'))
  // Empty for the instant between creating the file and writing it.
  if (pid === 0) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
