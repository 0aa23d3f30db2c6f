import { runCli } from './cli/run.ts'

/** Ctrl+C asks for an orderly end; once more, a second later or after, ends at once (npm passes the first one on twice). */
const controller = new AbortController()
let askedAtMs: number | null = null
const onSignal = () => {
  if (askedAtMs !== null && performance.now() - askedAtMs > 1000) process.exit(130)
  askedAtMs ??= performance.now()
  controller.abort(new Error('Ended from the keyboard.'))
}
process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => { process.stdout.write(text) },
  err: (text) => { process.stderr.write(text) },
  isTerminal: process.stderr.isTTY,
  columns: process.stderr.columns ?? 80,
  env: process.env,
  cwd: process.cwd()
}, controller.signal)
