// `npm start`: builds what is stale, then opens the window; where Electron can't be had, serves the same workstation to a browser.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from './lib/build.mjs'
import { downloadElectron, electronProgram, noScreenReason } from './lib/electron.mjs'
import { at, fail, requireReady, userFolder } from './lib/project.mjs'

const help = `npm start -- [options] [paths…]

Opens Vigil. Files, folders and zips named here are imported first.

  --served            serve it on http://127.0.0.1:4870 instead of opening a window
  --port N            port of the served workstation (VIGIL_PORT)
  --data-dir DIR      where studies, reports and accounts are kept (VIGIL_DATA_DIR)
  --demo              import and analyse a phantom study with stones and mimics
  --no-open           do not open the system browser when serving
  --retry-electron    try again to download Electron after it failed
  --help              this text
`

const options = {
  served: { type: 'boolean', default: false },
  port: { type: 'string' },
  'data-dir': { type: 'string' },
  demo: { type: 'boolean', default: false },
  'no-open': { type: 'boolean', default: false },
  'retry-electron': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
}

function parse() {
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    return fail(`${error.message.split('. ')[0]}. "npm start -- --help" lists what there is.`, 2)
  }
}

/** Why there will be no window, or null. */
async function noWindowReason(flags) {
  const noScreen = noScreenReason()
  if (noScreen !== null) return noScreen
  if (electronProgram() !== null) return null
  const reason = await downloadElectron({ retry: flags['retry-electron'] })
  return reason === null ? null : `Electron's program is not here: ${reason}`
}

/** Resolves to null when the window was open and is closed, else to why it never opened. */
function openWindow(flags, paths) {
  const environment = {
    ...process.env,
    ...(flags['data-dir'] === undefined ? {} : { VIGIL_DATA_DIR: resolve(flags['data-dir']) }),
    ...(flags.demo ? { VIGIL_DEMO: 'on' } : {})
  }
  delete environment.ELECTRON_RUN_AS_NODE
  const startedAt = performance.now()
  return new Promise((done) => {
    const child = spawn(electronProgram(), [at(), '--', ...paths], { stdio: 'inherit', env: environment })
    child.on('error', (error) => { done(error.message) })
    child.on('exit', (code, signal) => {
      // Without a screen server, sandbox or system library, Electron ends at once; a window that was used ends later.
      const diedAtStart = code !== 0 && performance.now() - startedAt < 10_000
      if (diedAtStart && signal !== 'SIGINT' && signal !== 'SIGTERM') done(`Electron ended at once with ${signal ?? `code ${code}`}`)
      else { process.exitCode = code ?? 1; done(null) }
    })
  })
}

async function serve(flags, paths) {
  const cli = at('out', 'main', 'cli.js')
  const isAttended = process.stdout.isTTY && !process.env.CI && !flags['no-open']
  const args = [
    ...(flags.port === undefined ? [] : ['--port', flags.port]),
    ...(flags['data-dir'] === undefined ? [] : ['--data-dir', resolve(flags['data-dir'])]),
    ...(flags.demo ? ['--demo'] : []),
    ...(isAttended ? ['--open'] : [])
  ]
  process.argv = [process.argv[0], cli, 'serve', ...args, '--', ...paths]
  await import(pathToFileURL(cli).href)
}

await requireReady()
process.chdir(userFolder('start'))
const { values: flags, positionals } = parse()
if (flags.help) {
  process.stdout.write(help)
  process.exit(0)
}
const paths = positionals.map((path) => resolve(path))
try {
  await build()
} catch (error) {
  fail(`\n${error.message}`)
}
if (flags.served) {
  await serve(flags, paths)
} else {
  const reason = await noWindowReason(flags) ?? await openWindow(flags, paths)
  if (reason !== null) {
    process.stderr.write(`No window (${reason}); serving the same workstation to the browser instead.\n`)
    await serve(flags, paths)
  }
}
