// Electron's npm package brings no program: it downloads one when it is first asked for. A hospital's network may forbid that.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { at } from './project.mjs'

const folder = at('node_modules', 'electron')
// Beside the packages, so that a fresh `npm ci` forgets it and tries again.
const failureFile = at('node_modules', '.cache', 'vigil', 'electron-download.json')
const retryAfterMs = 24 * 3600_000
const connectMs = 5_000
const downloadMs = 300_000

/** Path of Electron's program, or null where it isn't on this disk. Never downloads. */
export function electronProgram() {
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const program = join(dist, readFileSync(pathFile, 'utf8').trim())
  return existsSync(program) ? program : null
}

/** A window needs a screen. Returns why there is none, or null. */
export function noScreenReason() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return null
  return 'this machine has no display'
}

/**
 * Tries to get the program, within limits: never in CI, 5 s to find a connection, 5 minutes in all, and after a failure not again for a day.
 * Returns null when it worked, else why not.
 */
export async function downloadElectron({ retry = false } = {}) {
  if (process.env.CI) return 'continuous integration downloads none'
  const last = lastFailure()
  if (!retry && last !== null) return `${last.reason} (tried ${last.at.slice(0, 16).replace('T', ' ')} UTC, tried again after a day or with --retry-electron)`
  const reason = await unreachableReason() ?? await runInstaller()
  if (reason !== null) remember(reason)
  return reason
}

function version() {
  return createRequire(import.meta.url)(join(folder, 'package.json')).version
}

/** Waiting for a download that can't begin would hold up the start by minutes; one small request tells. */
async function unreachableReason() {
  // Behind a proxy only the installer knows the way.
  if (process.env.HTTPS_PROXY || process.env.https_proxy || process.env.ELECTRON_GET_USE_PROXY) return null
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/download/'
  try {
    await fetch(`${mirror}v${version()}/SHASUMS256.txt`, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(connectMs) })
    return null
  } catch {
    return `no connection to the download server within ${connectMs / 1000} s`
  }
}

function runInstaller() {
  process.stderr.write(`Downloading Electron ${version()} (about 110 MB, once; at most ${downloadMs / 60_000} minutes) …\n`)
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'], timeout: downloadMs })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text) => { said += text })
    child.on('error', (error) => { resolve(`the installer did not start: ${error.message}`) })
    child.on('close', (code, signal) => {
      if (code === 0 && electronProgram() !== null) resolve(null)
      else if (signal !== null) resolve(`the download took longer than ${downloadMs / 60_000} minutes`)
      else resolve(`the download failed: ${said.split('\n')[0]?.slice(0, 160) || `code ${code}`}`)
    })
  })
}

function lastFailure() {
  if (!existsSync(failureFile)) return null
  try {
    const last = JSON.parse(readFileSync(failureFile, 'utf8'))
    const isFresh = last.version === version() && Date.now() - Date.parse(last.at) < retryAfterMs
    return isFresh ? last : null
  } catch {
    // A half-written note means only that the download is tried again.
    return null
  }
}

function remember(reason) {
  mkdirSync(dirname(failureFile), { recursive: true })
  writeFileSync(failureFile, JSON.stringify({ at: new Date().toISOString(), version: version(), reason }))
}
