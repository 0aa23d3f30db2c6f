import { runCli } from './cli/run.ts'
import { sayLastWords } from './platform/last-words.ts'
import { createLog, stderrSink } from './platform/log.ts'

/** Ctrl+C asks for an orderly end; once more, a second later or after, ends at once (npm passes the first one on twice). */
const signals = ['SIGINT', 'SIGTERM'] as const
const controller = new AbortController()
const onFirst = () => {
  const askedAtMs = performance.now()
  controller.abort(new Error('Ended from the keyboard.'))
  const onNext = () => { if (performance.now() - askedAtMs > 1000) process.exit(130) }
  for (const signal of signals) process.off(signal, onFirst).on(signal, onNext)
}
for (const signal of signals) process.on(signal, onFirst)

/** SQLite's driver ends an older Node with a segmentation fault, which tells nobody anything. */
const oldestMajor = 22
if (Number(process.versions.node.split('.')[0]) < oldestMajor) {
  process.stderr.write(`Vigil needs Node ${oldestMajor} or newer; this is ${process.versions.node}. "npm run vigil" uses the one that comes along.\n`)
  process.exit(1)
}

sayLastWords(createLog(stderrSink), process, () => { process.exit(1) })

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => { process.stdout.write(text) },
  err: (text) => { process.stderr.write(text) },
  isTerminal: process.stderr.isTTY,
  // Some terminals say 0.
  columns: process.stderr.columns > 0 ? process.stderr.columns : 80,
  env: process.env,
  cwd: process.cwd()
}, controller.signal)
