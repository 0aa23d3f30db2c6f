import { join } from 'node:path'
import { app, dialog, protocol } from 'electron'
import { AppError } from '../src-shared/errors.ts'
import { parseConfig } from './platform/config.ts'
import { sayLastWords } from './platform/last-words.ts'
import { atLeast, createLog, redact, stderrSink } from './platform/log.ts'
import { schemePrivileges } from './shell/address.ts'
import { pathsFrom } from './shell/arguments.ts'
import { systemKeychain } from './shell/keychain.ts'
import { forkUtilityProcess } from './shell/reader-process.ts'
import { runShell } from './shell/shell.ts'

// Before anything waits: Electron takes it only until it is ready.
protocol.registerSchemesAsPrivileged([schemePrivileges])
app.enableSandbox()

/** One window for one data folder; a second start hands its paths to the first and ends. */
async function start(): Promise<void> {
  const config = parseConfig(process.env)
  const stateDir = join(config.dataDir, 'desktop')
  app.setPath('userData', stateDir)
  const paths = pathsFrom(process.argv, process.cwd())
  if (!app.requestSingleInstanceLock({ paths })) { app.exit(0); return }
  // Only now, so that a second start ends before it has loaded anything heavy.
  const { createEdge } = await import('./edge.ts')
  await app.whenReady()
  const log = createLog(atLeast(config.logLevel, stderrSink))
  sayLastWords(log, process, () => {
    dialog.showErrorBox('Vigil has to close', 'An unexpected error stopped it. Nothing that was saved is lost. Start Vigil again.')
    app.exit(1)
  })
  const edge = createEdge(config, { host: 'electron', log, forkReader: forkUtilityProcess, keychain: systemKeychain() })
  await edge.start()
  await runShell({ edge, log, stateDir, dataDir: config.dataDir, paths, isDemo: process.env['VIGIL_DEMO'] === 'on' })
}

function explain(error: unknown): void {
  const sentence = error instanceof AppError ? error.message : 'Vigil could not start for an unexpected reason. Run "npm run vigil -- doctor"; it says what is wrong with this machine.'
  if (!(error instanceof AppError)) process.stderr.write(`${redact(error instanceof Error ? error.stack ?? error.message : String(error))}\n`)
  dialog.showErrorBox('Vigil can not start', sentence)
  app.exit(1)
}

// Not awaited: Electron becomes ready only when this module has been evaluated, so that waiting for it here would wait for ever.
start().catch(explain)
